// Package bug forgets to delete a handle.
package bug

/*
#include <stdint.h>

extern int goCount(uintptr_t handle);

static int visit(uintptr_t handle) { return goCount(handle); }
*/
import "C"

import "runtime/cgo"

//export goCount
func goCount(handle C.uintptr_t) C.int { return C.int(len(cgo.Handle(handle).Value().(string))) }

// Count lets C count the bytes of a Go string.
func Count(s string) int {
	h := cgo.NewHandle(s)
	return int(C.visit(C.uintptr_t(h)))
}
