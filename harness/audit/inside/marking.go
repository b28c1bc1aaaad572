// A collection that marks while Go goes on (marking.c).
package cgo

/*
#include "seam_audit_entries.h"
*/
import "C"

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

//go:linkname seamSetGCPercent runtime/debug.setGCPercent
func seamSetGCPercent(percent int32) int32

var (
	seamMarks   = make(chan int32, 1) // the percentage to restore
	seamReady   = make(chan bool, 1)  // it is restored
	seamBallast []unsafe.Pointer
)

// Begin a collection and come back while it marks, so that the write barrier is on for what Go does next.
// An allocation that is over the goal begins one and does not wait for it (runtime/malloc.go); what marks
// is another goroutine, and with one P it does not run before this one has to wait. The goal is never less
// than a megabyte away (runtime/mgcpacer.go, sweepMinHeapDistance); and as long as that megabyte is not
// marked, an allocation that must help does not end the collection. If the system has kept the processor
// from us, it may be over already, and is begun again.
func seamBeginMark() {
	<-seamReady
	percent := seamSetGCPercent(0)
	for tries := 0; tries < 4; tries++ {
		seamBallast = make([]unsafe.Pointer, 5<<15)
		if seamHoldMark() {
			break
		}
	}
	seamMarks <- percent
}

// Let the collection go on marking as long as C wants that, then restore what seamBeginMark has changed,
// which waits until the collection is over.
func seamMarker() {
	for {
		seamReady <- true
		percent := <-seamMarks
		for looks := 0; C.seam_audit_keeps_marking(C.int(looks)); looks++ {
			runtime.Gosched()
		}
		seamReleaseMark()
		seamSetGCPercent(percent)
		seamBallast = nil
		C.seam_audit_has_marked()
	}
}

// What runtime/proc.go says the right to stop the world is, and runtime/mgc.go what the collector does:
// nil if the program has no symbols.
var (
	seamWorld, seamPhase *uint32
	seamHolds            bool
)

const seamMarkPhase = 1 // runtime/mgc.go, _GCmark

//go:linkname seamSemrelease sync.runtime_Semrelease
func seamSemrelease(addr *uint32, handoff bool, skipframes int)

// Is a collection marking, and can it not end before seamReleaseMark? True as well if we cannot hold it.
func seamHoldMark() bool {
	if seamWorld == nil || seamPhase == nil {
		return true
	}
	seamHolds = atomic.CompareAndSwapUint32(seamWorld, 1, 0) // runtime/sema.go, cansemacquire
	if seamHolds && atomic.LoadUint32(seamPhase) != seamMarkPhase {
		seamReleaseMark()
	}
	return seamHolds
}

func seamReleaseMark() {
	if seamHolds {
		seamHolds = false
		seamSemrelease(seamWorld, false, 0)
	}
}
