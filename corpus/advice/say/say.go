// Package say is how a program of this directory tells what it saw, and how it makes the collector
// run. A program is started with the name of a part; it prints one line, `holds: PART: EVIDENCE` or
// `fails: PART: EVIDENCE`, or something stops it. Not here: what being stopped means (advice.def).
package say

import (
	"fmt"
	"os"
	"runtime"
)

// Part is the part that is asked for.
func Part() string {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: PROGRAM PART; harness/advice.def has the parts")
		os.Exit(2)
	}
	return os.Args[1]
}

// Unknown is for a part that the program does not have.
func Unknown() {
	fmt.Fprintln(os.Stderr, "no part", Part())
	os.Exit(2)
}

// Saw tells whether the statement of the part holds, and what was seen.
func Saw(holds bool, evidence string, values ...interface{}) {
	word := "fails"
	if holds {
		word = "holds"
	}
	fmt.Printf("%s: %s: %s\n", word, Part(), fmt.Sprintf(evidence, values...))
}

// Collect runs the collector until what was unreachable is gone and its finalizers have run: they
// run in one goroutine, so when the one of the second collection has run, all of the first have.
func Collect() {
	for i := 0; i < 3; i++ {
		ran := make(chan bool)
		drop(ran)
		scrub(64)
		runtime.GC()
		<-ran
	}
}

type sentinel struct {
	self *int
	room [6]int
}

//go:noinline
func drop(ran chan bool) {
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) { close(ran) })
}

// Overwrite the dead frames below, so that no stale word of them is taken for a pointer.
//
//go:noinline
func scrub(n int) int {
	var words [64]int
	words[n%64] = n
	if n == 0 {
		return 0
	}
	return scrub(n-1) + words[(n+1)%64]
}

// Deepen uses so much stack that the goroutine's stack has to move.
//
//go:noinline
func Deepen(n int) int {
	var words [128]int
	words[n%128] = n
	if n == 0 {
		return 0
	}
	return Deepen(n-1) + words[(n+1)%128]
}
