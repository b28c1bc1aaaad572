package seam

import (
	"math"
	"runtime/debug"
)

// own takes control of the collector: it runs when a scenario says so, and never by itself.
func own() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(math.MaxInt64)
	if !asan {
		ballast = make([]byte, ballastBytes)
	}
}

// The runtime gives free memory back to the system in the background, and every stack that grows
// faults it in again. It keeps a tenth of what is in use; so this is in use, and never touched. Under
// ASan it would be: its shadow is written.
var ballast []byte

const ballastBytes = 64 << 20
