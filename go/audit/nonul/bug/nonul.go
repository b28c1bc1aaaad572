// Package bug passes Go bytes without a NUL as a C string.
package bug

/*
#include <stdlib.h>
#include <string.h>
*/
import "C"

import "unsafe"

// Length asks C for the length of a string.
func Length(b []byte) int {
	return int(C.strlen((*C.char)(unsafe.Pointer(&b[0]))))
}
