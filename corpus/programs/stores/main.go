// Go pointers written to C memory.
package main

/*
#include <stdint.h>
#include <stdlib.h>
static void keep(void **place, void *p) { *place = p; }
*/
import "C"

import (
	"advice/say"
	"sync/atomic"
	"unsafe"
)

type record struct {
	pointer *int
	text    string
	slice   []byte
	any     interface{}
}

var (
	global struct{ p *int }
	number int // an object without pointers
)

func block() unsafe.Pointer { return C.calloc(1, 4096) }

func main() {
	p := block()
	r := (*record)(p)
	switch say.Part() {
	case "pointer":
		r.pointer = new(int)
	case "struct":
		*r = record{pointer: new(int)}
	case "copy":
		copy((*[8]*int)(p)[:], []*int{new(int)})
	case "append":
		_ = append((*[8]*int)(p)[:0], new(int))
	case "string":
		r.text = string(make([]byte, 100))
	case "slice":
		r.slice = make([]byte, 100)
	case "interface":
		r.any = new(int)
	case "atomic":
		atomic.StorePointer((*unsafe.Pointer)(p), unsafe.Pointer(new(int)))
	case "swap":
		atomic.CompareAndSwapPointer((*unsafe.Pointer)(p), nil, unsafe.Pointer(new(int)))
	case "number":
		*(*uintptr)(p) = uintptr(unsafe.Pointer(new(int)))
	case "by-c":
		C.keep((*unsafe.Pointer)(p), unsafe.Pointer(new(int)))
	case "literal":
		r.text = "literal"
	case "global":
		*(**struct{ p *int })(p) = &global
	case "global-clean":
		r.pointer = &number
	case "nil":
		r.pointer = nil
	case "c-pointer":
		r.pointer = (*int)(block())
	default:
		say.Unknown()
	}
	say.Saw(true, "stored")
}
