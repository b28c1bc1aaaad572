// The Go half of what seam puts into an audited program: a goroutine that collects when a crossing
// asks for it (inside.c). It is compiled as a part of runtime/cgo, which every program with cgo has,
// so the program's own packages stay as they are. It must compile with Go 1.19.
package cgo

/*
#cgo CFLAGS: -Wno-unused-variable
int seam_audit_open(void);
int seam_audit_wait(void);
void seam_audit_done(long handles);
void seam_audit_pause(int microseconds);
*/
import "C"

import (
	"runtime"
	"sync/atomic"
)

func init() {
	if C.seam_audit_open() == 0 {
		return
	}
	for i := 0; i < 4; i++ {
		seamKept = append(seamKept, seamNewRound())
		seamCollect() // starts the runtime's workers as well
	}
	seamStartThreads()
	go seamCollector()
}

// Let the runtime start threads now: later, it would take memory for them.
func seamStartThreads() {
	const threads = 6
	started := make(chan bool)
	for i := 0; i < threads; i++ {
		go func() {
			C.seam_audit_pause(2000)
			started <- true
		}()
	}
	for i := 0; i < threads; i++ {
		<-started
	}
}

// One object of each kind that a collection makes, for ever: the pages that hold them always have room
// for more, so that no collection takes the page of an object of the program that was just swept. Its
// use would then not be seen.
var seamKept []*seamRound

func seamCollector() {
	for C.seam_audit_wait() != 0 {
		n := seamHandles() // before: it may allocate
		seamCollect()
		C.seam_audit_done(C.long(n))
	}
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
}

// A seamRound is what one collection needs.
type seamRound struct {
	finalized, cleaned *int32
	marks              [2]*seamMark // reachable until the round begins
}

type seamMark struct{ p *int32 }

//go:noinline
func seamNewRound() *seamRound {
	r := &seamRound{finalized: new(int32), cleaned: new(int32)}
	r.marks[0], r.marks[1] = &seamMark{r.finalized}, &seamMark{r.cleaned}
	runtime.SetFinalizer(r.marks[0], func(m *seamMark) { atomic.StoreInt32(m.p, 1) })
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
