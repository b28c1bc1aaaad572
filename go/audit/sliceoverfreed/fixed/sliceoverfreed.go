// Package fixed returns a Go copy of C memory.
package fixed

/*
#include <stdlib.h>
#include <string.h>

struct buffer { char *bytes; };

static struct buffer *buffer_new(int n) {
	struct buffer *b = malloc(sizeof *b);
	b->bytes = malloc(n);
	memset(b->bytes, 'a', n);
	return b;
}
static char *buffer_bytes(struct buffer *b) { return b->bytes; }
static void buffer_free(struct buffer *b) {
	free(b->bytes);
	free(b);
}
*/
import "C"

import (
	"runtime"
	"unsafe"
)

const size = 100

// A Buffer is memory of the C library.
type Buffer struct{ c *C.struct_buffer }

// New makes a buffer.
func New() *Buffer {
	b := &Buffer{C.buffer_new(size)}
	runtime.SetFinalizer(b, func(b *Buffer) { C.buffer_free(b.c) })
	return b
}

// Bytes returns the buffer's bytes.
func (b *Buffer) Bytes() []byte {
	bytes := C.GoBytes(unsafe.Pointer(C.buffer_bytes(b.c)), size)
	runtime.KeepAlive(b)
	return bytes
}
