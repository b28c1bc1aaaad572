// Package bug gives C a handle as a pointer.
package bug

/*
#include <stdint.h>

extern int seamHandlePointerBug(void *data);

static int call_back(void *data) { return seamHandlePointerBug(data); }
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

//export seamHandlePointerBug
func seamHandlePointerBug(data unsafe.Pointer) C.int {
	return C.int(cgo.Handle(data).Value().(int))
}

// Through gives a number to C and gets it back.
func Through(n int) int {
	h := cgo.NewHandle(n)
	defer h.Delete()
	return int(C.call_back(unsafe.Pointer(h)))
}
