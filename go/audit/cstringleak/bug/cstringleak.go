// Package bug forgets to free a C string.
package bug

/*
#include <string.h>
*/
import "C"

// Length asks C for the length of a string.
func Length(s string) int {
	c := C.CString(s)
	return int(C.strlen(c))
}
