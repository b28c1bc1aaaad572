// Out of memory and leaks of C memory show up in Go's heap profile.
package main

/*
#include <stdlib.h>
#include <string.h>

// Pages that are used, so that they count.
static void leak(size_t size) { memset(malloc(size), 1, size); }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"runtime/debug"
)

const size = 64 << 20

// The bytes in use that the heap profile has.
func profiled() int64 {
	runtime.GC()
	runtime.GC() // the profile is as of the last but one
	records := make([]runtime.MemProfileRecord, 1000)
	n, _ := runtime.MemProfile(records, true)
	var bytes int64
	for i := range records[:n] {
		bytes += records[i].InUseBytes()
	}
	return bytes
}

func statistics() uint64 {
	var statistics runtime.MemStats
	runtime.ReadMemStats(&statistics)
	return statistics.Sys
}

var kept []byte

func main() {
	runtime.MemProfileRate = 1
	switch say.Part() {
	case "profile":
		before := profiled()
		C.leak(size)
		ofC := profiled() - before
		kept = make([]byte, size)
		ofGo := profiled() - before - ofC
		say.Saw(ofC >= size, "of 64 MiB leaked in C the profile has %d MiB, of 64 MiB in Go %d MiB",
			ofC>>20, ofGo>>20)
	case "statistics":
		before := statistics()
		C.leak(size)
		ofC := statistics() - before
		say.Saw(ofC >= size, "of 64 MiB leaked in C, runtime.MemStats has %d MiB", ofC>>20)
	case "collector":
		debug.SetMemoryLimit(size / 2)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := 0; i < 16; i++ {
			C.leak(size / 16)
		}
		runtime.ReadMemStats(&after)
		say.Saw(after.NumGC > before.NumGC, "a memory limit of 32 MiB, 64 MiB leaked in C: %d collections",
			after.NumGC-before.NumGC)
	case "oom":
		p := C.malloc(1 << 62)
		say.Saw(p == nil, "malloc gave nil: %v", p == nil)
	default:
		say.Unknown()
	}
}
