// Package fixed gives zlib a copy, which it may keep.
package fixed

// #cgo LDFLAGS: -lz
// #include <stdlib.h>
// #include <zlib.h>
//
// static z_stream *stream_new(void) {
//	z_stream *s = calloc(1, sizeof *s);
//	deflateInit(s, 6);
//	return s;
// }
// static void stream_input(z_stream *s, void *data, int size) {
//	s->next_in = data;
//	s->avail_in = size;
// }
// static int stream_run(z_stream *s, void *out, int size) {
//	s->next_out = out;
//	s->avail_out = size;
//	deflate(s, Z_FINISH);
//	return size - s->avail_out;
// }
// static void stream_free(z_stream *s) {
//	deflateEnd(s);
//	free(s);
// }
import "C"

import "unsafe"

// A Writer compresses what it is given.
type Writer struct {
	s     *C.z_stream
	input unsafe.Pointer
}

// NewWriter makes a writer; Close it.
func NewWriter() *Writer { return &Writer{s: C.stream_new()} }

// Write gives the writer its input.
func (w *Writer) Write(b []byte) {
	w.input = C.CBytes(b)
	C.stream_input(w.s, w.input, C.int(len(b)))
}

// Finish compresses the input.
func (w *Writer) Finish() []byte {
	out := make([]byte, 1<<12)
	return out[:C.stream_run(w.s, unsafe.Pointer(&out[0]), C.int(len(out)))]
}

// Close frees the writer.
func (w *Writer) Close() {
	C.stream_free(w.s)
	C.free(w.input)
}
