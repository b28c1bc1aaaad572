// The address of a variable of a type that vet knows to hold Go pointers.
package main

// static void take(void *p) { (void)p; }
import "C"

import "unsafe"

func main() {
	held := make(chan int)
	C.take(unsafe.Pointer(&held))
}
