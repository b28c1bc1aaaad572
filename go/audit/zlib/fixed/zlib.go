// Package fixed wraps zlib, and keeps its stream alive while zlib works.
package fixed

// #cgo LDFLAGS: -lz
// #include <stdlib.h>
// #include <string.h>
// #include <zlib.h>
//
// static int start(z_stream *z) { return deflateInit(z, 6); }
// static unsigned long finish(z_stream *z, const void *in, unsigned n, void *out, unsigned room) {
//	z->next_in = (Bytef *)in;
//	z->avail_in = n;
//	z->next_out = out;
//	z->avail_out = room;
//	deflate(z, Z_FINISH);
//	z->next_in = z->next_out = NULL;
//	return z->total_out;
// }
// static void end(z_stream *z) { deflateEnd(z); free(z); }
import "C"

import (
	"runtime"
	"unsafe"
)

// A Deflater compresses with zlib.
type Deflater struct{ z *C.z_stream }

// New makes a deflater.
func New() *Deflater {
	d := &Deflater{(*C.z_stream)(C.calloc(1, C.sizeof_z_stream))}
	C.start(d.z)
	runtime.SetFinalizer(d, func(d *Deflater) { C.end(d.z) })
	return d
}

// Compress compresses all of b.
func (d *Deflater) Compress(b []byte) []byte {
	out := make([]byte, len(b)+100)
	n := C.finish(d.z, unsafe.Pointer(&b[0]), C.uint(len(b)), unsafe.Pointer(&out[0]), C.uint(len(out)))
	runtime.KeepAlive(d)
	return out[:n]
}
