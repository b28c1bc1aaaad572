// The switches of the checks themselves.
package main

/*
#include <stdlib.h>
static void take(void *p) { (void)p; }
*/
import "C"

import (
	"advice/say"
	"unsafe"
)

func main() {
	switch say.Part() {
	case "argument":
		n := &struct{ p *int }{new(int)}
		C.take(unsafe.Pointer(n))
	case "nothing":
		C.take(nil)
	case "store":
		*(**int)(C.calloc(1, 8)) = new(int)
	default:
		say.Unknown()
	}
	say.Saw(true, "nothing happened")
}
