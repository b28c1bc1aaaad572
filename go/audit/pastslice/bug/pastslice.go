// Package bug tells C that a Go slice is longer than it is.
package bug

/*
#include <string.h>

static void fill(char *to, int n) { memset(to, 7, n); }
*/
import "C"

import "unsafe"

// Fill lets C fill n bytes, and returns the last one.
func Fill(n int) byte {
	b := make([]byte, n)
	C.fill((*C.char)(unsafe.Pointer(&b[0])), C.int(n+1))
	return b[n-1]
}
