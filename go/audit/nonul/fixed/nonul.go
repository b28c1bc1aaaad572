// Package fixed copies Go bytes to a C string.
package fixed

/*
#include <stdlib.h>
#include <string.h>
*/
import "C"

import "unsafe"

// Length asks C for the length of a string.
func Length(b []byte) int {
	s := C.CString(string(b))
	defer C.free(unsafe.Pointer(s))
	return int(C.strlen(s))
}
