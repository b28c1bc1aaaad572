// //go:notinheap lets user code keep the collector away.
package main

// #include <stdlib.h>
import "C"

import (
	"advice/say"
	"runtime"
)

//go:notinheap
type quiet struct{ room [8]int }

var collected bool

//go:noinline
func drop() {
	runtime.SetFinalizer(new(quiet), func(*quiet) { collected = true })
}

func main() {
	drop()
	say.Collect()
	say.Saw(!collected, "new silently allocates one on the heap; collected: %v", collected)
}
