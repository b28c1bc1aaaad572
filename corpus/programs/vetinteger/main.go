// A Go pointer that is an integer for a while.
package main

// static void take(void *p) { (void)p; }
import "C"

import "unsafe"

func main() {
	number := uintptr(unsafe.Pointer(new(int)))
	C.take(unsafe.Pointer(number))
}
