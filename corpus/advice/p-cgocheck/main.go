// GODEBUG=cgocheck=2 finds all misuse. Each part is one misuse, and says so if nothing stopped it.
package main

/*
#include <stdint.h>
#include <stdlib.h>

typedef struct { void *p; } box;
static void use(box *b) { (void)b; }
static void store(box *b, void *p) { b->p = p; }
enum { KEPT = 50 };
static volatile char *kept[KEPT];
static void keep(int i, char *p) { kept[i] = p; }
static int read_kept(void) {
	int sum = 0;
	for (int i = 0; i < KEPT; i++)
		sum += *kept[i];
	return sum;
}
static void use_number(uintptr_t p) { (void)p; }
*/
import "C"

import (
	"advice/say"
	"unsafe"
)

func newBox() *C.box { return (*C.box)(C.calloc(1, C.sizeof_box)) }

var neighbours [C.KEPT][]byte

// C gets every second object; the others hold the memory between them, so that it stays as the
// collector leaves it.
//
//go:noinline
func keepAndDrop() {
	for i := range neighbours {
		C.keep(C.int(i), (*C.char)(unsafe.Pointer(&make([]byte, 64)[0])))
		neighbours[i] = make([]byte, 64)
	}
}

func main() {
	switch say.Part() {
	case "argument":
		C.use(&C.box{p: unsafe.Pointer(new(int))})
	case "store", "experiment":
		newBox().p = unsafe.Pointer(new(int))
	case "c-stores":
		C.store(newBox(), unsafe.Pointer(new(int)))
	case "number":
		C.use_number(C.uintptr_t(uintptr(unsafe.Pointer(new(int)))))
	case "kept", "asan":
		keepAndDrop()
		say.Collect()
		C.read_kept()
	case "freed":
		p := newBox()
		C.free(unsafe.Pointer(p))
		p.p = nil
	default:
		say.Unknown()
	}
	say.Saw(false, "nothing reported")
}
