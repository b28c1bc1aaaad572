package seam

import (
	"math"
	"runtime"
	"runtime/debug"
)

// own takes control of the collector: it runs when a scenario says so, and never by itself.
func own() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(math.MaxInt64)
	if !asan {
		ballast = make([]byte, ballastBytes)
	} else {
		startGoroutines()
	}
}

// The runtime starts goroutines of its own when it first collects and when it first has a finalizer to run. A
// stack that it makes for them in a scenario would have what an older one has left there.
func startGoroutines() {
	runtime.SetFinalizer(new(node), func(*node) {})
	for i := 0; i < 2; i++ {
		runtime.GC()
		runtime.Gosched()
	}
}

// The runtime gives free memory back to the system in the background, and every stack that grows
// faults it in again. It keeps a tenth of what is in use; so this is in use, and never touched. Under
// ASan it would be: its shadow is written.
var ballast []byte

const ballastBytes = 64 << 20
