// Which thread of the system a call of C is on.
package main

/*
static __thread int mine;
static void set(int n) { mine = n; }
static int get(void) { return mine; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"time"
)

// How often a goroutine finds what it has set, while others use threads, too.
func kept(lock bool) int {
	if lock {
		runtime.LockOSThread()
	}
	found := 0
	for i := 1; i <= 200; i++ {
		C.set(C.int(i))
		time.Sleep(50 * time.Microsecond)
		runtime.Gosched()
		if C.get() == C.int(i) {
			found++
		}
	}
	return found
}

func main() {
	for i := 0; i < 8; i++ {
		go func() {
			for {
				C.set(-1)
				time.Sleep(20 * time.Microsecond)
			}
		}()
	}
	switch say.Part() {
	case "locked":
		found := kept(true)
		say.Saw(found == 200, "of 200 values set in C, the next call finds %d", found)
	case "unlocked":
		found := kept(false)
		say.Saw(found < 200, "of 200 values set in C, the next call finds all: %t", found == 200)
	default:
		say.Unknown()
	}
}
