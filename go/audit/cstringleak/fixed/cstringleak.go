// Package fixed frees its C string.
package fixed

/*
#include <stdlib.h>
#include <string.h>
*/
import "C"

import "unsafe"

// Length asks C for the length of a string.
func Length(s string) int {
	c := C.CString(s)
	defer C.free(unsafe.Pointer(c))
	return int(C.strlen(c))
}
