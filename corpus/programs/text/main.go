// C.CString, C.GoString and their like.
package main

/*
#include <stdlib.h>
#include <string.h>
static size_t length(char *s) { return strlen(s); }
static size_t go_length(_GoString_ s) { return _GoStringLen(s); }
static size_t go_first(_GoString_ s) { return _GoStringPtr(s)[0]; }
*/
import "C"

import (
	"advice/say"
	"runtime/debug"
	"unsafe"
)

func allocated() {
	empty, none := C.CString(""), C.CBytes(nil)
	text := C.CString("text")
	say.Saw(empty != nil && none != nil && C.length(text) == 4, "C sees %d bytes; of length 0 neither is nil",
		C.length(text))
	C.free(unsafe.Pointer(empty))
	C.free(none)
	C.free(unsafe.Pointer(text))
}

func wild(n C.int) { C.GoBytes(unsafe.Pointer(uintptr(1)<<40), n) }

func main() {
	switch say.Part() {
	case "allocated":
		allocated()
	case "null":
		bytes := C.GoBytes(nil, 0)
		say.Saw(C.GoString(nil) == "" && C.GoStringN(nil, 0) == "" && bytes != nil && len(bytes) == 0,
			"%q, %q, %v", C.GoString(nil), C.GoStringN(nil, 0), bytes)
	case "negative-bytes":
		C.GoBytes(C.malloc(1), -1)
		say.Saw(true, "copied")
	case "negative-string":
		C.GoStringN((*C.char)(C.malloc(1)), -1)
		say.Saw(true, "copied")
	case "null-bytes":
		C.GoBytes(nil, 8)
		say.Saw(true, "copied")
	case "wild":
		wild(8)
		say.Saw(true, "copied")
	case "wild-recovered":
		debug.SetPanicOnFault(true)
		defer func() { say.Saw(recover() != nil, "Go recovers") }()
		wild(8)
	case "go-string":
		text := string([]byte{'a', 0, 'b'})
		say.Saw(C.go_length(text) == 3 && C.go_first(text) == 'a', "C sees %d bytes", C.go_length(text))
	case "nul":
		text := C.CString("a\x00b")
		say.Saw(C.length(text) == 1, "C sees %d bytes of 3", C.length(text))
		C.free(unsafe.Pointer(text))
	default:
		say.Unknown()
	}
}
