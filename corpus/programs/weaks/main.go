// Package weak.
package main

// #include <stdlib.h>
import "C"

import (
	"advice/say"
	"runtime"
	"weak"
)

type node struct {
	next *node
	room [4]int
}

var (
	global node
	kept   *node
	inside bool
)

//go:noinline
func finalized() weak.Pointer[node] {
	n := &node{}
	w := weak.Make(n)
	runtime.SetFinalizer(n, func(n *node) {
		inside = w.Value() == nil
		kept = n
	})
	return w
}

//go:noinline
func pinned(pinner *runtime.Pinner) weak.Pointer[node] {
	n := &node{}
	pinner.Pin(n)
	return weak.Make(n)
}

func main() {
	switch say.Part() {
	case "dead":
		w := weak.Make(&node{})
		say.Collect()
		say.Saw(w.Value() == nil, "nil")
	case "finalizer":
		w := finalized()
		say.Collect()
		say.Saw(inside && kept != nil && w.Value() == nil,
			"nil in the finalizer: %t; the object is kept: %t, nil all the same: %t", inside, kept != nil,
			w.Value() == nil)
	case "pinned":
		var pinner runtime.Pinner
		w := pinned(&pinner)
		say.Collect()
		say.Saw(w.Value() != nil, "not nil")
		pinner.Unpin()
	case "c-pointer":
		weak.Make((*node)(C.calloc(1, 100)))
		say.Saw(true, "accepted")
	case "global":
		say.Saw(weak.Make(&global).Value() == &global, "accepted")
	case "zero-size":
		weak.Make(new(struct{}))
		say.Saw(true, "accepted")
	default:
		say.Unknown()
	}
}
