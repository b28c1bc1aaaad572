package seam

import (
	"math"
	"runtime/debug"
)

// own takes the collector over: it runs when a scenario says so, and never by itself.
func own() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(math.MaxInt64)
}
