// C.CBytes and C.CString copy, and the copy must be freed.
package main

/*
#include <stdlib.h>
#include <string.h>
*/
import "C"

import (
	"advice/say"
	"fmt"
	"os"
	"runtime"
	"unsafe"
)

func copies() {
	bytes := []byte("before")
	block := C.CBytes(bytes)
	defer C.free(block)
	copy(bytes, "after!")
	text := C.CString(string(bytes))
	defer C.free(unsafe.Pointer(text))
	copy(bytes, "later!")
	say.Saw(string(C.GoBytes(block, 6)) == "before" && C.GoString(text) == "after!",
		"Go has %q by now, C still %q and %q", bytes, C.GoBytes(block, 6),
		C.GoString(text))
}

const (
	blocks = 32
	size   = 1 << 20
)

// Memory of this process that is in use, in pages.
func resident() int {
	var total, pages int
	text, _ := os.ReadFile("/proc/self/statm")
	fmt.Sscan(string(text), &total, &pages)
	return pages * os.Getpagesize()
}

var text = string(make([]byte, size))

// How much of this process's memory the strings still are after collections.
func left(isFreed bool) int {
	before := resident()
	for i := 0; i < blocks; i++ {
		copied := C.CString(text)
		if isFreed {
			C.free(unsafe.Pointer(copied))
		}
	}
	for i := 0; i < 3; i++ {
		runtime.GC()
	}
	return resident() - before
}

func main() {
	switch say.Part() {
	case "copies":
		copies()
	case "freed":
		freed := left(true) > blocks*size/2
		dropped := left(false) > blocks*size/2
		say.Saw(dropped && !freed, "32 copies of 1 MiB: most is still there after collections "+
			"without C.free: %v, with it: %v", dropped, freed)
	default:
		say.Unknown()
	}
}
