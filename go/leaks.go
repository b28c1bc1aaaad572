package seam

/*
#include "bridge.h"
*/
import "C"

import (
	"runtime"
	"runtime/debug"
	"time"
)

// lookForLeaks asks LeakSanitizer which blocks nothing points to, now that the scenario is over. Go memory that is
// dead counts for it until it is swept, and again when it becomes part of a new stack: so none is made here. A pool
// keeps what was put there until the second collection.
func (m *machine) lookForLeaks() {
	if channel.looks == 0 || channel.stopped != 0 {
		return
	}
	m.keepPinners()
	clearFrames()
	runtime.GC()
	debug.FreeOSMemory() // the second collection
	if m.watched {
		m.drain()
	}
	wipeThreads()
	C.seam_leaks_look(channel)
}

// A wiper is a goroutine that wipes the stack of a thread, and keeps it busy until it is released.
type wiper struct {
	wipe, release chan struct{}
	done          chan struct{}
}

var wipers []wiper

func (w wiper) live() {
	for range w.wipe {
		runtime.LockOSThread()
		C.seam_leaks_wipe()
		w.done <- struct{}{}
		<-w.release
		runtime.UnlockOSThread()
		w.done <- struct{}{}
	}
}

const wipersAtFirst = 8

// prepareToLook makes what looking needs before the scenario begins. So many threads are made at first that few
// scenarios make more: each gets a stack for its signals, which may have what an older stack has left there.
func prepareToLook() {
	isFirst := len(wipers) == 0
	for n := C.seam_leaks_threads(); len(wipers) < wipersAtFirst+int(n); {
		w := wiper{make(chan struct{}), make(chan struct{}), make(chan struct{})}
		wipers = append(wipers, w)
		go w.live()
	}
	if isFirst {
		hold(func(n int) bool { return n < wipersAtFirst })
	}
}

// wipeThreads has every thread that has run C code of a scenario wipe its stack. One that waits for the network or
// a timer runs nothing; a new timer wakes it.
func wipeThreads() {
	known := int(C.seam_leaks_threads())
	C.seam_leaks_begin()
	time.Sleep(1)
	hold(func(n int) bool {
		if n >= known {
			time.Sleep(1)
		}
		return n < len(wipers) && C.seam_leaks_unwiped() > 0
	})
}

// hold wipes the stacks of different threads: while a goroutine that is locked to its thread waits, the next one is
// run by another thread.
func hold(goesOn func(n int) bool) {
	n := 0
	for ; goesOn(n); n++ {
		wipers[n].wipe <- struct{}{}
		<-wipers[n].done
	}
	for _, w := range wipers[:n] {
		w.release <- struct{}{}
		<-w.done
	}
}
