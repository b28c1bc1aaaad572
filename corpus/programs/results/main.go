// What exported functions return to C.
package main

/*
#include <stdint.h>
#include <stdlib.h>

extern void *pointer(void);
extern void *same(void *p);
extern uintptr_t number(void);

static void call_pointer(void) { pointer(); }
static void call_same(void *p) { same(p); }
static void call_number(void) { number(); }
extern void call_error(void), call_map(void), call_struct(void), call_text(void), call_slice(void);
*/
import "C"

import (
	"advice/say"
	"unsafe"
)

var global struct{ p *int }

//export pointer
func pointer() unsafe.Pointer {
	switch say.Part() {
	case "c-pointer":
		return C.malloc(1)
	case "nil":
		return nil
	case "global":
		return unsafe.Pointer(&global)
	}
	return unsafe.Pointer(new(int))
}

//export same
func same(p unsafe.Pointer) unsafe.Pointer { return p }

//export number
func number() C.uintptr_t { return C.uintptr_t(uintptr(unsafe.Pointer(new(int)))) }

//export failure
func failure() error { return nil }

//export table
func table() map[int]int { return nil }

//export text
func text() string {
	if say.Part() == "literal" {
		return "literal"
	}
	return string(make([]byte, 100))
}

//export slice
func slice() []byte {
	if say.Part() == "nil-slice" {
		return nil
	}
	return make([]byte, 100)
}

func main() {
	switch say.Part() {
	case "go-pointer", "c-pointer", "nil", "global":
		C.call_pointer()
	case "same":
		C.call_same(unsafe.Pointer(new(int)))
	case "number":
		C.call_number()
	case "error":
		C.call_error()
	case "map":
		C.call_map()
	case "string", "literal":
		C.call_text()
	case "slice", "nil-slice":
		C.call_slice()
	default:
		say.Unknown()
	}
	say.Saw(true, "returned")
}
