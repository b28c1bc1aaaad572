// Finalizers do not run at once, or at all.
package main

// static void none(void) {}
import "C"

import (
	"advice/say"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
	"unsafe"
)

type object struct {
	other *object
	room  [4]int
}

var ran int

func finalize(o *object) { ran++ }

//go:noinline
func drop() { runtime.SetFinalizer(&object{}, finalize) }

//go:noinline
func dropCycle() {
	a, b := &object{}, &object{}
	a.other, b.other = b, a
	runtime.SetFinalizer(a, finalize)
}

//go:noinline
func dropSpeaker() {
	runtime.SetFinalizer(&object{}, func(*object) { fmt.Println("finalizer") })
}

// Another process, in which an object is unreachable when it ends.
func atExit() {
	if len(os.Args) > 2 {
		dropSpeaker()
		return
	}
	said, err := exec.Command(os.Args[0], say.Part(), "child").CombinedOutput()
	say.Saw(err == nil && !strings.Contains(string(said), "finalizer"),
		"a process ended, the finalizer of an unreachable object had run: %v",
		strings.Contains(string(said), "finalizer"))
}

func main() {
	C.none()
	switch say.Part() {
	case "at-once":
		drop()
		time.Sleep(100 * time.Millisecond)
		early := ran
		say.Collect()
		say.Saw(early == 0 && ran == 1, "it had run after 0.1 s: %v; after collections: %v", early == 1, ran == 1)
	case "cycle":
		dropCycle()
		say.Collect()
		say.Saw(ran == 0, "two objects point at each other; it had run after collections: %v", ran == 1)
	case "at-exit":
		atExit()
	case "prompt":
		for i := 0; i < 100; i++ {
			drop()
		}
		say.Collect()
		say.Saw(ran == 100, "ran for %d of 100 objects of %d bytes", ran, unsafe.Sizeof(object{}))
	default:
		say.Unknown()
	}
}
