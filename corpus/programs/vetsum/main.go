// The same in one expression, which is one of the patterns of unsafe.Pointer.
package main

// static void take(void *p) { (void)p; }
import "C"

import "unsafe"

func main() {
	words := new([2]int)
	C.take(unsafe.Pointer(uintptr(unsafe.Pointer(words)) + 8))
}
