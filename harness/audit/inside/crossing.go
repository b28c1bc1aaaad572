// What the crossing goroutine itself has to do for what is forced (crossing.c).
package cgo

/*
#include "seam_audit_channel.h"
*/
import "C"

import "unsafe"

// Called by C on the goroutine whose call is at its beginning (the stack may move) or at its end.
//
//go:linkname _seam_audit_in_go _seam_audit_in_go
//go:cgo_export_static _seam_audit_in_go
func _seam_audit_in_go(argument *struct{ phase uintptr }) {
	switch argument.phase {
	case C.SEAM_PHASE_move:
		seamMoveStack()
	case C.SEAM_PHASE_mark:
		seamBeginMark()
	}
}

// Move the goroutine's stack: fill it until it grows, or, when it is large already, let the collector
// halve it (runtime/stack.go, shrinkstack).
func seamMoveStack() {
	var here byte
	before := seamAddress(&here)
	for depth := 4; depth <= 64; depth *= 2 {
		seamDescend(depth)
		if seamAddress(&here) != before {
			return
		}
	}
	seamCollect() // so that finalizers have run, as they have wherever we collect
}

// Without the pragma, -asan would move what p points to from the stack to the heap.
//
//go:nocheckptr
//go:noinline
func seamAddress(p *byte) uintptr { return uintptr(unsafe.Pointer(p)) }

//go:noinline
func seamDescend(depth int) byte {
	var frame [512]byte
	frame[depth] = 1
	if depth > 0 {
		frame[0] = seamDescend(depth - 1)
	}
	return frame[0]
}
