// runtime/cgo.Handle.
package main

/*
#include <stdint.h>
static uintptr_t through(uintptr_t h) { return h; }
static uintptr_t pointed(uintptr_t *h) { return *h; }
static void take(void *p) { (void)p; }
*/
import "C"

import (
	"advice/say"
	"runtime/cgo"
	"unsafe"
)

var kept unsafe.Pointer

// Live in a pointer variable on the stack while the stack grows.
//
//go:noinline
func onStack(h cgo.Handle) int {
	p := unsafe.Pointer(uintptr(h))
	n := say.Deepen(10000)
	kept = p
	return n
}

func main() {
	handle := cgo.NewHandle("value")
	switch say.Part() {
	case "value":
		say.Saw(cgo.Handle(C.through(C.uintptr_t(handle))).Value() == "value", "through C and back")
	case "address":
		say.Saw(cgo.Handle(C.pointed((*C.uintptr_t)(unsafe.Pointer(&handle)))).Value() == "value", "through C and back")
	case "deleted":
		handle.Delete()
		handle.Value()
		say.Saw(true, "nothing happened")
	case "deleted-twice":
		handle.Delete()
		handle.Delete()
		say.Saw(true, "nothing happened")
	case "zero":
		cgo.Handle(0).Value()
		say.Saw(true, "nothing happened")
	case "forged":
		cgo.Handle(12345).Value()
		say.Saw(true, "nothing happened")
	case "numbers":
		handle.Delete()
		next := cgo.NewHandle(1)
		say.Saw(handle == 1 && next == 2, "the first is %d; it is deleted, the second is %d", handle, next)
	case "stack":
		onStack(handle)
		say.Saw(true, "nothing happened")
	case "heap":
		kept = unsafe.Pointer(uintptr(handle))
		say.Collect()
		say.Saw(true, "nothing happened")
	case "pointer":
		C.take(unsafe.Pointer(handle))
		say.Saw(true, "nothing happened")
	default:
		say.Unknown()
	}
}
