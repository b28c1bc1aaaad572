// #cgo noescape and #cgo nocallback.
package main

/*
#cgo noescape escapeonly
#cgo noescape both
#cgo nocallback both
#cgo nocallback calls
#cgo noescape keeps
#cgo nocallback keeps

extern void callback(void);
static int *kept;
static void plain(int *p) { *p = 1; }
static void escapeonly(int *p) { *p = 1; }
static void both(int *p) { *p = 1; }
static void calls(void) { callback(); }
static void calls_too(void) { callback(); }
static void keeps(int *p) { kept = p; }
static int read_kept(void) { return *kept; }
*/
import "C"

import (
	"advice/say"
	"fmt"
	"testing"
)

//export callback
func callback() {}

func recovered(act func()) (what interface{}) {
	defer func() { what = recover() }()
	act()
	return nil
}

// C has kept the address of a local variable, which was promised not to be kept. It moves.
//
//go:noinline
func stale() (int, C.int) {
	var n C.int
	C.keeps(&n)
	n = 42
	say.Deepen(1000)
	n++
	return int(n), C.read_kept()
}

func main() {
	switch say.Part() {
	case "none":
		n := testing.AllocsPerRun(100, func() { var n C.int; C.plain(&n) })
		say.Saw(n == 0, "allocations of a call: %v", n)
	case "noescape":
		n := testing.AllocsPerRun(100, func() { var n C.int; C.escapeonly(&n) })
		say.Saw(n == 0, "allocations of a call: %v", n)
	case "both":
		n := testing.AllocsPerRun(100, func() { var n C.int; C.both(&n) })
		say.Saw(n == 0, "allocations of a call: %v", n)
	case "kept":
		inGo, inC := stale()
		say.Saw(C.int(inGo) != inC, "Go has 43: %t; C has the same: %t", inGo == 43, inC == C.int(inGo))
	case "callback":
		C.calls()
		say.Saw(true, "nothing happened")
	case "poisoned":
		first := recovered(func() { C.calls() })
		next := recovered(func() { C.calls_too() })
		last := recovered(func() { C.calls() })
		say.Saw(first != nil && next != nil, "later callbacks: %v; later calls: %v", fmt.Sprint(next), fmt.Sprint(last))
	default:
		say.Unknown()
	}
}
