// runtime.Pinner keeps a slice's backing array from being collected.
package main

/*
typedef struct { unsigned char *p; } box;
typedef struct { void *p; } any_box;
static int use(any_box *b) { return *(unsigned char *)b->p; }
static unsigned char *kept;
static void keep(unsigned char *p) { kept = p; }
static int read_kept(void) { return *kept; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

func newSlice() []byte {
	slice := make([]byte, 64)
	slice[0] = 42
	return slice
}

// C keeps the array, Go only the Pinner.
//
//go:noinline
func pinAndKeep(pinner *runtime.Pinner) {
	slice := newSlice()
	pinner.Pin(&slice[0])
	C.keep((*C.uchar)(&slice[0]))
}

//go:noinline
func pinAndForget() {
	var pinner runtime.Pinner
	pinner.Pin(&newSlice()[0])
}

// May C have a pointer to it in a struct?
func use(slice []byte) { C.use(&C.any_box{p: unsafe.Pointer(&slice[0])}) }

func main() {
	var pinner runtime.Pinner
	switch say.Part() {
	case "element":
		pinAndKeep(&pinner)
		say.Collect()
		say.Saw(C.read_kept() == 42, "collected; C reads %d where Go wrote 42", C.read_kept())
	case "value":
		pinner.Pin(newSlice())
		say.Saw(true, "pinned")
	case "header":
		slice := newSlice()
		pinner.Pin(&slice)
		use(slice)
		say.Saw(true, "C may have a pointer to the array")
	case "append":
		slice := newSlice()
		pinner.Pin(&slice[0])
		slice = append(slice, 1)
		use(slice)
		say.Saw(true, "C may have a pointer to the array")
	case "unpin":
		pinAndForget()
		say.Collect()
		say.Saw(true, "collected, and nothing happened")
	default:
		say.Unknown()
	}
	pinner.Unpin()
}
