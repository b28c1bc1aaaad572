// The case of that table that needs unsafe.StringData (Go 1.20).
package main

// static int first(void *p) { return *(char *)p; }
import "C"

import (
	"advice/say"
	"unsafe"
)

// A string in the middle of an object that has a pointer, too: its bytes are the memory in question.
func main() {
	object := struct {
		bytes [4]byte
		p     *int
	}{[4]byte{42}, new(int)}
	text := unsafe.String(&object.bytes[0], 4)
	got := C.first(unsafe.Pointer(unsafe.StringData(text)))
	say.Saw(got == 42, "passes; C reads %d", got)
}
