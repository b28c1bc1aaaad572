// The address of a variable of a type that vet knows to hold Go pointers.
package main

// static void take(void *p) { (void)p; }
import "C"

import "unsafe"

func main() {
	held := []byte{1}
	C.take(unsafe.Pointer(&held))
}
