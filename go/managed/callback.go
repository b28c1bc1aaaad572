package managed

// #include <stddef.h>
// #include <stdint.h>
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// seam_go_freed is the destructor of NewFunc's blocks. The handle is passed as an integer, and is deleted
// before the function is called, so that it cannot be used twice.
//
//export seam_go_freed
func seam_go_freed(memory unsafe.Pointer, size C.size_t, user C.uintptr_t) {
	handle := cgo.Handle(user)
	freed := handle.Value().(func([]byte))
	handle.Delete()
	freed(unsafe.Slice((*byte)(memory), int(size)))
}
