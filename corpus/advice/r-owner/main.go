// Whoever allocates frees, and a pointer is set to nil after free.
package main

/*
#include <stdlib.h>
#include <string.h>

static void consume(char *text) { free(text); }
static char *produce(void) { return strdup("made in C"); }
*/
import "C"

import (
	"advice/say"
	"unsafe"
)

// Memory that C allocated is freed by Go, memory that Go allocated by C: it is one malloc.
func across() {
	made := C.produce()
	text := C.GoString(made)
	C.free(unsafe.Pointer(made))
	C.consume(C.CString("made by Go"))
	say.Saw(text != "made in C", "Go freed a strdup from C, C freed a C.CString, once each; no complaint")
}

func nilTwice() {
	p := C.malloc(8)
	for i := 0; i < 2; i++ {
		C.free(p)
		p = nil
	}
	say.Saw(p == nil, "freed twice, the second time nil")
}

type wrapper struct{ p unsafe.Pointer }

func (w *wrapper) close() {
	C.free(w.p)
	w.p = nil
}

// Every owner sets its own pointer to nil; there are two.
func nilCopy() {
	first := wrapper{C.malloc(8)}
	second := first
	first.close()
	second.close()
	say.Saw(true, "two copies were closed")
}

func main() {
	switch say.Part() {
	case "across":
		across()
	case "go-memory":
		object := make([]byte, 64)
		C.free(unsafe.Pointer(&object[0]))
		say.Saw(false, "C freed memory of Go")
	case "nil":
		nilTwice()
	case "copy":
		nilCopy()
	default:
		say.Unknown()
	}
}
