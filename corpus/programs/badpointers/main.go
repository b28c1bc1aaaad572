// Pointers that the collector or a moving stack finds to be none.
package main

/*
#include <stdlib.h>
*/
import "C"

import (
	"advice/say"
	"runtime"
	"runtime/debug"
	"unsafe"
)

type node struct {
	next *node
	room [7]int
}

var (
	word   [16]unsafe.Pointer
	filler []interface{}
)

// The addresses of large objects, each in a span of its own.
//
//go:noinline
func addresses() (at [len(word)]uintptr) {
	for i := range at {
		at[i] = uintptr(unsafe.Pointer(&make([]byte, 1<<20)[0]))
	}
	return
}

// A slot of a span that stays, as others in it are alive.
//
//go:noinline
func freedSlot() uintptr {
	var nodes [200]*node
	for i := range nodes {
		nodes[i] = new(node)
	}
	at := uintptr(unsafe.Pointer(nodes[101]))
	for i := range nodes {
		if i != 101 {
			filler = append(filler, nodes[i])
		}
	}
	return at
}

// Two objects side by side, both alive; the address of the second, which is the end of the first.
//
//go:noinline
func end() uintptr {
	for {
		a, b := new(node), new(node)
		filler = append(filler, a, b)
		if at := uintptr(unsafe.Pointer(b)); at == uintptr(unsafe.Pointer(a))+64 {
			return at
		}
	}
}

// The end of the object that was allocated last: nothing is there yet.
//
//go:noinline
func endOfLast() uintptr {
	end()
	return uintptr(unsafe.Pointer(filler[len(filler)-1].(*node))) + 64
}

// A number as a pointer, which go vet does not like.
func pointer(at uintptr) unsafe.Pointer { return unsafe.Pointer(at) }

//go:noinline
func onStack(at uintptr) int {
	p := pointer(at)
	n := say.Deepen(10000)
	word[0] = p
	return n
}

func main() {
	debug.SetGCPercent(-1)
	switch say.Part() {
	case "span":
		at := addresses()
		say.Deepen(64)
		runtime.GC()
		runtime.GC()
		for i := range word { // the runtime may use some of them again
			word[i] = pointer(at[i])
		}
		runtime.GC()
	case "slot":
		at := freedSlot()
		say.Deepen(64)
		runtime.GC()
		word[0] = pointer(at)
		runtime.GC()
	case "stack":
		onStack(1)
	case "heap":
		word[0] = pointer(1)
		runtime.GC()
	case "end":
		word[0] = pointer(end())
		runtime.GC()
	case "end-of-last":
		word[0] = pointer(endOfLast())
		runtime.GC()
	case "stale-c":
		p := C.malloc(100)
		C.free(p)
		word[0] = p
		runtime.GC()
	default:
		say.Unknown()
	}
	say.Saw(true, "nothing happened")
}
