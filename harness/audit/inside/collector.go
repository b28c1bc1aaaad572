// The Go half of what seam puts into an audited program: a goroutine that collects when a crossing
// asks for it (event.c), and the function that moves a goroutine's stack. It is compiled as a part of
// runtime/cgo, which every program with cgo has, so the program's own packages stay as they are. It must
// compile with Go 1.19.
package cgo

/*
#cgo CFLAGS: -Wno-unused-variable
#include "seam_audit_channel.h"
#include "seam_audit_mover.h"
int seam_audit_open(const void *go_object);
void seam_audit_wait(long handles);
const void *seam_audit_question(void);
void seam_audit_answer(int unpinned);
void seam_audit_set_stale(uintptr_t pointer);
void seam_audit_pause(int microseconds);
void seam_audit_meet(int n);
void seam_audit_note_caller(int which);
int seam_audit_helpers(void);
int seam_audit_keeps_marking(int looks);
void seam_audit_has_marked(void);
uint32_t *seam_audit_worldsema(void);
uint32_t *seam_audit_gcphase(void);
struct seam_audit_mover *seam_audit_mover_begin(void);
void seam_audit_mover_wait(void);
*/
import "C"

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"
)

func init() {
	if C.seam_audit_open(unsafe.Pointer(new(int64))) == 0 {
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
	helpers := 1
	go seamCollector()
	go seamMarker()
	if runtime.GOMAXPROCS(0) == 1 {
		helpers++
		go seamMover()
	}
	for int(C.seam_audit_helpers()) < helpers {
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

// One object of each kind that a collection makes, for ever: the pages that hold them always have room
// for more, so that no collection takes the page of an object of the program that was just swept. Its
// use would then not be seen.
var seamKept []*seamRound

func seamCollector() {
	for n := 0; ; {
		C.seam_audit_wait(C.long(n))
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
func seamIsUnpinned(p unsafe.Pointer) (unpinned C.int) {
	seamHolder.p = p
	defer func() {
		seamHolder.p = nil
		if recover() != nil {
			unpinned = 1
		}
	}()
	seamCheckPointer(unsafe.Pointer(seamHolder), nil)
	return 0
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
		C.seam_audit_note_caller(C.int(which))
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

// --- the stack and the write barrier -------------------------------------------------------------

// Called by C on the goroutine whose call is at its beginning (the stack may move) or at its end.
//
//go:linkname _seam_audit_call _seam_audit_call
//go:cgo_export_static _seam_audit_call
func _seam_audit_call(argument *struct{ phase uintptr }) {
	switch argument.phase {
	case C.SEAM_PHASE_move:
		seamMoveStack()
	case C.SEAM_PHASE_mark:
		seamBeginMark()
	}
}

// Move the goroutine's stack: fill it until it grows, or, when it is large already, let the collector
// halve it (runtime/stack.go, shrinkstack).
func seamMoveStack() {
	var here byte
	before := seamAddress(&here)
	for depth := 4; depth <= 64; depth *= 2 {
		seamDescend(depth)
		if seamAddress(&here) != before {
			return
		}
	}
	seamCollect() // so that finalizers have run, as they have wherever we collect
}

// Without the pragma, -asan would move what p points to from the stack to the heap.
//
//go:nocheckptr
//go:noinline
func seamAddress(p *byte) uintptr { return uintptr(unsafe.Pointer(p)) }

//go:noinline
func seamDescend(depth int) byte {
	var frame [512]byte
	frame[depth] = 1
	if depth > 0 {
		frame[0] = seamDescend(depth - 1)
	}
	return frame[0]
}

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
		for looks := 0; C.seam_audit_keeps_marking(C.int(looks)) != 0; looks++ {
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

// --- the thread ----------------------------------------------------------------------------------

// Take the processor from a thread that is in C, wait until that has come back to Go and sleeps because it
// has found none, and make room for the goroutine that it had: event.c says why. From the time that we have
// the processor on, nothing here may give it away, so the system is asked directly.
func seamMover() {
	it := C.seam_audit_mover_begin()
	state, path := (*int32)(unsafe.Pointer(&it.state)), unsafe.Pointer(&it.path[0])
	for {
		C.seam_audit_mover_wait()
		for i := 0; i < 3; i++ { // who is in the queue now would run before the goroutine, and give the P away
			runtime.Gosched()
		}
		if !atomic.CompareAndSwapInt32(state, C.SEAM_MOVER_wanted, C.SEAM_MOVER_taken) {
			continue
		}
		for tries := 0; tries < 100000 && atomic.LoadInt32(state) != C.SEAM_MOVER_left; tries++ {
			syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0)
		}
		for tries := 0; tries < 10000 && !seamSleeps(path); tries++ {
			syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0)
		}
		atomic.StoreInt32(state, C.SEAM_MOVER_at_rest)
		runtime.Gosched()
	}
}

var seamStat [128]byte

// Does a thread sleep? Its state stands behind its name, which is in parentheses.
func seamSleeps(path unsafe.Pointer) bool {
	fd, _, e := syscall.RawSyscall6(syscall.SYS_OPENAT, seamHere, uintptr(path), syscall.O_RDONLY, 0, 0, 0)
	if e != 0 {
		return true
	}
	n, _, _ := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&seamStat[0])), uintptr(len(seamStat)))
	syscall.RawSyscall(syscall.SYS_CLOSE, fd, 0, 0)
	for i := int(n) - 3; i > 0; i-- {
		if seamStat[i] == ')' {
			return seamStat[i+2] == 'S'
		}
	}
	return true
}

var seamHere = ^uintptr(99) // AT_FDCWD: -100
