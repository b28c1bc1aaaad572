// A goroutine that collects when a crossing asks for it (collector.c).
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

// One object of each kind that a collection makes, for ever: the pages that hold them always have room
// for more, so that no collection takes the page of an object of the program that was just swept. Its
// use would then not be seen.
var seamKept []*seamRound

func seamCollector() {
	for n := 0; ; {
		C.seam_audit_await_collection(C.long(n))
		for p := C.seam_audit_question(); p != nil; p = C.seam_audit_question() {
			C.seam_audit_answer(seamIsUnpinned(p))
		}
		n = seamHandles() // before: it may allocate
		seamCollect()
	}
}

//go:linkname seamCheckPointer runtime.cgoCheckPointer
func seamCheckPointer(ptr interface{}, arg interface{})

var seamHolder = new(struct{ p unsafe.Pointer })

// Is it a pointer to Go memory that is not pinned? cgo's own check knows: it panics at memory that
// holds one.
func seamIsUnpinned(p unsafe.Pointer) (unpinned C._Bool) {
	seamHolder.p = p
	defer func() {
		seamHolder.p = nil
		if recover() != nil {
			unpinned = true
		}
	}()
	seamCheckPointer(unsafe.Pointer(seamHolder), nil)
	return false
}

// How many handles are alive (handle.go).
func seamHandles() (n int) {
	handles.Range(func(key, value interface{}) bool {
		n++
		return true
	})
	return n
}

// Two collections, each with a barrier: an object of our own whose finalizer must have run. When the
// second one has, the finalizers of the first collection have all returned, because one goroutine runs
// them in order (runtime/mfinal.go). A finalizer that waits for a lock of the crossing goroutine never
// returns, and the barrier gives up. Nothing is allocated once the first collection has begun.
func seamCollect() {
	first, second := seamNewRound(), seamNewRound()
	first.collect()
	second.collect()
	// What is ready to run does so now, and no later: twice, because the queue may be looked at behind us.
	runtime.Gosched()
	runtime.Gosched()
}

// A seamRound is what one collection needs.
type seamRound struct {
	finalized, cleaned *int32
	marks              [2]*seamMark // reachable until the round begins
}

type seamMark struct{ p *int32 }

var seamNoted [2]int32

// Say once who calls finalizers (0) and cleanups (1).
func seamNote(which int) {
	if atomic.CompareAndSwapInt32(&seamNoted[which], 0, 1) {
		C.seam_audit_set_finalizer(C.int(which))
	}
}

//go:noinline
func seamNewRound() *seamRound {
	r := &seamRound{finalized: new(int32), cleaned: new(int32)}
	r.marks[0], r.marks[1] = &seamMark{r.finalized}, &seamMark{r.cleaned}
	runtime.SetFinalizer(r.marks[0], func(m *seamMark) {
		seamNote(0)
		atomic.StoreInt32(m.p, 1)
	})
	seamAddCleanup(r.marks[1])
	return r
}

func (r *seamRound) collect() {
	r.marks = [2]*seamMark{}
	runtime.GC()
	for tries := 0; tries < 600; tries++ {
		if atomic.LoadInt32(r.finalized) != 0 && atomic.LoadInt32(r.cleaned) != 0 {
			return
		}
		runtime.Gosched()
		if tries > 200 {
			C.seam_audit_pause(50)
		}
	}
}
