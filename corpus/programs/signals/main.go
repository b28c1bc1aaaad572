// Faults.
package main

/*
#include <stdlib.h>
static void fault(void) { *(volatile int *)8 = 1; }
static void give_up(void) { abort(); }
static int deep(int n) {
	volatile char room[4096];
	room[n % 4096] = 1;
	return n == 0 ? 0 : deep(n - 1) + room[n % 4096];
}
*/
import "C"

import (
	"advice/say"
	"runtime/debug"
	"unsafe"
)

var wild = uintptr(1) << 40

func recovering(act func()) {
	defer func() { say.Saw(recover() != nil, "Go recovers") }()
	act()
}

func main() {
	switch say.Part() {
	case "c":
		recovering(func() { C.fault() })
	case "c-set":
		debug.SetPanicOnFault(true)
		recovering(func() { C.fault() })
	case "abort":
		recovering(func() { C.give_up() })
	case "go":
		recovering(func() { *(*int)(unsafe.Pointer(wild)) = 1 })
	case "go-set":
		debug.SetPanicOnFault(true)
		recovering(func() { *(*int)(unsafe.Pointer(wild)) = 1 })
	case "stack":
		recovering(func() { C.deep(1 << 20) })
	default:
		say.Unknown()
	}
}
