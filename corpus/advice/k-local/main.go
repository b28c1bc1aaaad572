// Returning the address of a Go local variable dangles.
package main

/*
#include <string.h>

// What a C function leaves on the stack after its return is not wanted here: C reads through the
// pointer that Go returned.
static int read_both(int *p) { return p[0] + p[1]; }
*/
import "C"

import (
	"advice/say"
	"runtime"
)

type pair struct{ a, b C.int }

//go:noinline
func local(a C.int) *pair {
	p := pair{a, a + 1}
	return &p
}

func main() {
	intact := 0
	for i := 0; i < 100; i++ {
		p := local(C.int(i))
		say.Deepen(100)
		runtime.GC()
		if p.a == C.int(i) && C.read_both(&p.a) == C.int(2*i+1) {
			intact++
		}
	}
	say.Saw(intact != 100, "%d of 100 intact in Go and in C, after deep calls and a collection", intact)
}
