// Package fixed passes the address of a local variable as a pointer.
package fixed

/*
#include <stdint.h>

static void measure(void *size) { *(int *)size = 42; }
*/
import "C"

import "unsafe"

// Size asks C for a size.
func Size() int {
	var size C.int
	C.measure(unsafe.Pointer(&size))
	return int(size)
}
