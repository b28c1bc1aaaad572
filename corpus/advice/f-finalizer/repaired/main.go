// The same with the type that the runtime asks for.
package main

/*
#include <stdlib.h>

static char *kept;
static void keep(char *p) { kept = p; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

var freed int

//go:noinline
func malloc() unsafe.Pointer {
	ptr := C.malloc(8)
	runtime.SetFinalizer(&ptr, func(p *unsafe.Pointer) {
		C.free(*p)
		freed++
	})
	return ptr
}

func main() {
	switch say.Part() {
	case "repaired":
		malloc()
		say.Collect()
		say.Saw(freed == 1, "the variable was gone; the finalizer freed the block: %v", freed == 1)
	case "copy":
		p := malloc()
		say.Collect()
		say.Saw(freed == 0, "a copy of the pointer was in use; the finalizer freed the block: %v", freed == 1)
		runtime.KeepAlive(p)
	default:
		say.Unknown()
	}
}
