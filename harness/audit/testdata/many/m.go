// Package many shows its bug only if the collector runs during every second call of one function.
package many

// static int one(int i) { return i; }
import "C"

import "runtime"

// Collected calls C n times and says in which of the calls a collection ended.
func Collected(n int) []bool {
	var before, after runtime.MemStats
	during := make([]bool, n)
	for i := range during {
		runtime.ReadMemStats(&before)
		C.one(C.int(i))
		runtime.ReadMemStats(&after)
		during[i] = after.NumGC > before.NumGC
	}
	return during
}
