// Package bug hides the address of a local variable in an integer.
package bug

/*
#include <stdint.h>

static void measure(uintptr_t size) { *(int *)size = 42; }
*/
import "C"

import "unsafe"

// Size asks C for a size.
func Size() int {
	var size C.int
	C.measure(C.uintptr_t(uintptr(unsafe.Pointer(&size))))
	return int(size)
}
