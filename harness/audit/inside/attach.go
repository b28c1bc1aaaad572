// The Go half of what seam puts into an audited program begins here; crossing.c says what it is for. Each Go
// file is the other half of the C file that has its name. They are compiled as a part of runtime/cgo, which
// every program with cgo has, so the program's own packages stay as they are. They must compile with Go 1.19.
package cgo

/*
#cgo CFLAGS: -Wno-unused-variable
#include "seam_audit_channel.h"
#include "seam_audit_entries.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

func init() {
	if !C.seam_audit_open(unsafe.Pointer(new(int64))) {
		return
	}
	for i := 0; i < 4; i++ {
		seamKept = append(seamKept, seamNewRound())
		seamCollect() // starts the runtime's workers as well
	}
	C.seam_audit_set_stale(C.uintptr_t(seamStale()))
	seamWorld = (*uint32)(unsafe.Pointer(C.seam_audit_worldsema()))
	seamPhase = (*uint32)(unsafe.Pointer(C.seam_audit_gcphase()))
	seamStartThreads()
	go seamCollector()
	go seamMarker()
	for !C.seam_audit_collector_is_ready() {
		runtime.Gosched()
	}
	if runtime.GOMAXPROCS(0) != 1 {
		return
	}
	go seamRethreader()
	for !C.seam_audit_rethread_is_ready() {
		runtime.Gosched()
	}
}

var seamLarge = make([]byte, 5*8192+100)

// An address of the Go heap where no object is, which the runtime takes for a pointer to one that is gone: the
// last word of the pages of a large object (runtime/mbitmap.go, findObject). -asan makes the object larger,
// by less than a page.
func seamStale() uintptr { return uintptr(unsafe.Pointer(&seamLarge[0])) + 6*8192 - 8 }

// Let the runtime start threads now: later, it would take memory for them, and that may be what was just
// swept. All of them are in C at once, so that each needs one.
func seamStartThreads() {
	const threads = 12
	started := make(chan bool)
	for i := 0; i < threads; i++ {
		go func() {
			C.seam_audit_meet(threads)
			started <- true
		}()
	}
	for i := 0; i < threads; i++ {
		<-started
	}
}
