// A handle as a pointer.
package main

// static void take(void *p) { (void)p; }
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

func main() { C.take(unsafe.Pointer(cgo.NewHandle(1))) }
