// Never keep C pointers in Go structs, nor Go pointers in C structs.
package main

/*
#include <stdlib.h>

typedef struct { void *p; } box;
static void use(box *b) { (void)b; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

type wrapper struct {
	p    unsafe.Pointer
	next *wrapper
}

// Wrappers of C memory, in a list, through collections.
func cInGo() {
	var list *wrapper
	for i := 0; i < 100; i++ {
		list = &wrapper{C.malloc(64), list}
		*(*byte)(list.p) = byte(i)
	}
	for i := 0; i < 20; i++ {
		runtime.GC()
	}
	intact := 0
	for i := 99; list != nil; i, list = i-1, list.next {
		if *(*byte)(list.p) == byte(i) {
			intact++
		}
		C.free(list.p)
	}
	say.Saw(intact != 100, "%d of 100 blocks intact after 20 collections, freed once each", intact)
}

// A C struct in Go memory, with a pointer to Go memory, is passed to C.
func goInC() {
	C.use(&C.box{p: unsafe.Pointer(new(int))})
	say.Saw(false, "passed")
}

func main() {
	switch say.Part() {
	case "c-in-go":
		cInGo()
	case "go-in-c":
		goInC()
	default:
		say.Unknown()
	}
}
