// Never keep Go pointers in C structs: not even to memory that is pinned?
package main

/*
#include <stdlib.h>

typedef struct { int *p; } box;
static int use(box *b) { return *b->p; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

func main() {
	var pinner runtime.Pinner
	value := new(C.int)
	*value = 42
	pinner.Pin(value)
	inGo := &C.box{p: value}
	inC := (*C.box)(C.malloc(C.sizeof_box))
	inC.p = value
	runtime.GC()
	read, readInC := C.use(inGo), C.use(inC)
	pinner.Unpin()
	C.free(unsafe.Pointer(inC))
	say.Saw(read != 42 || readInC != 42, "C reads %d through a Go struct, %d through a C struct",
		read, readInC)
}
