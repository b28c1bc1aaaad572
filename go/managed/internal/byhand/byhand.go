// Package byhand is what wrappers do without package managed: C.malloc and a finalizer. Only for
// comparison.
package byhand

// #include <stdlib.h>
import "C"

import (
	"runtime"
	"unsafe"
)

// A Buffer is C memory with a finalizer.
type Buffer struct {
	memory unsafe.Pointer
	size   int
}

// New makes a Buffer filled with zeros.
func New(size int) *Buffer {
	b := &Buffer{C.calloc(1, C.size_t(size)), size}
	runtime.SetFinalizer(b, (*Buffer).Close)
	return b
}

// Bytes is the memory, until Close.
func (b *Buffer) Bytes() []byte { return unsafe.Slice((*byte)(b.memory), b.size) }

// Close frees it.
func (b *Buffer) Close() {
	C.free(b.memory)
	b.memory = nil
	runtime.SetFinalizer(b, nil)
	runtime.KeepAlive(b)
}
