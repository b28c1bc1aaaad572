// When the arguments of a go statement that calls C are evaluated.
package main

/*
static volatile long seen, seen_plain;
static void keep(void *p, long n) { (void)p; seen = n; }
static void keep_plain(long n) { seen_plain = n; }
static long kept(void) { return seen; }
static long kept_plain(void) { return seen_plain; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"time"
	"unsafe"
)

// Wait for the goroutine, which has nothing to tell us with.
func wait(seen func() C.long) C.long {
	for i := 0; i < 1000 && seen() == 0; i++ {
		time.Sleep(time.Millisecond)
	}
	return seen()
}

func main() {
	runtime.GOMAXPROCS(1) // the new goroutine runs when this one waits
	n := C.long(1)
	switch say.Part() {
	case "checked":
		go C.keep(unsafe.Pointer(&n), n)
		n = 2
		got := wait(func() C.long { return C.kept() })
		say.Saw(got == 1, "C gets %d; it was 1 at the go statement and 2 later", got)
	case "unchecked":
		go C.keep_plain(n)
		n = 2
		got := wait(func() C.long { return C.kept_plain() })
		say.Saw(got == 1, "C gets %d; it was 1 at the go statement and 2 later", got)
	default:
		say.Unknown()
	}
}
