// Package bug stores pointers in C memory that was never cleared.
package bug

/*
#include <stdlib.h>
#include <string.h>

static size_t total(char **texts, int n) {
	size_t sum = 0;
	for (int i = 0; i < n; i++)
		sum += strlen(texts[i]);
	return sum;
}
*/
import "C"

import "unsafe"

// Total adds up the lengths of the texts, in C.
func Total(texts []string) int {
	copies := make([]*C.char, len(texts))
	for i, text := range texts {
		copies[i] = C.CString(text)
		defer C.free(unsafe.Pointer(copies[i]))
	}
	p := C.malloc(C.size_t(len(texts)) * C.size_t(unsafe.Sizeof(uintptr(0))))
	array := (*[1 << 20]*C.char)(p)
	for i, c := range copies {
		array[i] = c
	}
	defer C.free(p)
	return int(C.total((**C.char)(p), C.int(len(texts))))
}
