// A pointer into an arena.
package main

// static void take(void *p) { (void)p; }
import "C"

import (
	"advice/say"
	"arena"
	"runtime"
)

func main() {
	C.take(nil)
	var pinner runtime.Pinner
	memory := arena.NewArena()
	pinner.Pin(arena.New[[64]int](memory))
	say.Saw(true, "nothing happened")
}
