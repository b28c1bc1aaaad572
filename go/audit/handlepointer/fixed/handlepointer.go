// Package fixed gives C a handle as an integer.
package fixed

/*
#include <stdint.h>

extern int seamHandlePointerFixed(uintptr_t data);

static int call_back(uintptr_t data) { return seamHandlePointerFixed(data); }
*/
import "C"

import (
	"runtime/cgo"
)

//export seamHandlePointerFixed
func seamHandlePointerFixed(data C.uintptr_t) C.int {
	return C.int(cgo.Handle(data).Value().(int))
}

// Through gives a number to C and gets it back.
func Through(n int) int {
	h := cgo.NewHandle(n)
	defer h.Delete()
	return int(C.call_back(C.uintptr_t(h)))
}
