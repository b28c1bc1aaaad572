// Package fixed tells C the true length of a Go slice.
package fixed

/*
#include <string.h>

static void fill(char *to, int n) { memset(to, 7, n); }
*/
import "C"

import "unsafe"

// Fill lets C fill n bytes, and returns the last one.
func Fill(n int) byte {
	b := make([]byte, n)
	C.fill((*C.char)(unsafe.Pointer(&b[0])), C.int(n))
	return b[n-1]
}
