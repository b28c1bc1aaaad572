// The same with the conversion that the compiler asks for.
package main

// #include <stdlib.h>
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

func main() {
	ptr := C.malloc(8)
	runtime.SetFinalizer(&ptr, func(p **C.void) { C.free(unsafe.Pointer(*p)) })
	say.Saw(true, "the finalizer is set")
}
