// runtime.SetFinalizer(ptr, ...) works on a pointer from C.malloc.
package main

// #include <stdlib.h>
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

var freed int

//go:noinline
func set() {
	ptr := (*C.char)(C.malloc(64))
	runtime.SetFinalizer(ptr, func(p *C.char) {
		C.free(unsafe.Pointer(p))
		freed++
	})
}

// On a Go object that has the pointer in it.
//
//go:noinline
func setOnWrapper() {
	wrapper := &struct{ p unsafe.Pointer }{C.malloc(64)}
	runtime.SetFinalizer(wrapper, func(w *struct{ p unsafe.Pointer }) {
		C.free(w.p)
		freed++
	})
}

func main() {
	switch say.Part() {
	case "direct":
		set()
	case "wrapper":
		setOnWrapper()
	default:
		say.Unknown()
	}
	say.Collect()
	say.Saw(freed == 1, "it was dropped; the finalizer freed the block: %v", freed == 1)
}
