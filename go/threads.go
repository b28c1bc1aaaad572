// Goroutines and C threads of a scenario. Exactly one runs at any time; the others wait where they are, in
// Go code or in a callback, until they are switched to. So the scenario determines the interleaving, and
// nothing here needs a lock.
package seam

/*
#include "bridge.h"
*/
import "C"

import (
	"runtime"
	"syscall"
)

const maxThreads = C.SEAM_THREAD_MAX

// A thread is a goroutine of the scenario, or a C thread inside its callback.
type thread struct {
	number int
	wake   chan struct{} // it is switched to
	locks  int
	grown  uint // how often its stack was grown
	ended  bool
	inGo   chan struct{} // closed when a C thread has reached Go
}

// begin runs the scenario on t0 and returns when all threads have ended.
func (m *machine) begin() {
	m.allEnded = make(chan struct{})
	m.addThread(0)
	go m.live(0)
	m.threads[0].wake <- struct{}{}
	<-m.allEnded
	C.seam_threads_join()
	for _, blocker := range m.blockers {
		close(blocker)
	}
}

func (m *machine) addThread(i int) {
	m.threads[i] = &thread{number: i, wake: make(chan struct{}, 1)}
}

func goroutine(m *machine, o C.op_goroutine) {
	m.addThread(int(o.new_thread))
	go m.live(int(o.new_thread))
}

// cThread waits for the thread to reach Go. On its way it takes the runtime's spare M; if that is the last
// one, for a moment there is none, and a signal off the signal stack waits for one.
func cThread(m *machine, o C.op_c_thread) {
	m.addThread(int(o.new_thread))
	inGo := make(chan struct{})
	m.threads[o.new_thread].inGo = inGo
	C.seam_thread_start(C.int(o.new_thread))
	<-inGo
}

//export goThread
func goThread(i C.int) {
	close(current.threads[i].inGo)
	current.live(int(i))
	if channel.looks != 0 {
		clearStack() // the runtime keeps this stack, for other threads of C
	}
}

// turn switches to another thread, and waits until this one is switched to again.
func (m *machine) turn(to int) {
	self := m.working
	m.hand(to)
	<-m.threads[self].wake
}

func (m *machine) hand(to int) {
	m.working = to
	C.seam_thread_works(C.int(to))
	m.threads[to].wake <- struct{}{}
}

func on(m *machine, o C.op_on) { m.turn(int(o.other_thread)) }

// live is what a thread does: it waits until it is switched to, works, and switches to another when it
// ends.
func (m *machine) live(i int) {
	defer m.leave(i)
	<-m.threads[i].wake
	useStack(preGrown)
	m.work()
}

// leave ends a thread. After runtime.Goexit the scenario continues with t0; otherwise it is over, and the
// threads that still wait end one after the other.
func (m *machine) leave(i int) {
	t := m.threads[i]
	for ; t.locks > 0; t.locks-- {
		runtime.UnlockOSThread()
	}
	t.ended = true
	C.seam_thread_left(C.int(i))
	for next := range m.threads {
		if m.threads[next] != nil && !m.threads[next].ended {
			m.hand(next)
			return
		}
	}
	close(m.allEnded)
}

func lockThread(m *machine) {
	m.threads[m.working].locks++
	runtime.LockOSThread()
}

func unlockThread(m *machine) {
	if t := m.threads[m.working]; t.locks > 0 {
		t.locks--
		runtime.UnlockOSThread()
	}
}

// migrate makes the scheduler move this goroutine: with one P, the goroutine that runs next does so
// on this thread, locks itself to it, and keeps it until the scenario is over.
func migrate(m *machine) {
	blocker, ready := make(chan struct{}), make(chan struct{})
	m.blockers = append(m.blockers, blocker)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		close(ready)
		<-blocker
	}()
	<-ready
}

func setError(m *machine, o C.op_set_error) { C.seam_set_error(C.int(o.value)) }

func succeed(m *machine) { C.seam_succeed() }

func getError(m *machine) {
	saw(C.SEAM_NOUN_thread, C.uint8_t(m.working), uint64(C.seam_get_error()))
}

// errno reports the second result of a call that leaves errno at some value.
func errno(m *machine, o C.op_errno) {
	_, err := C.seam_leave_errno(C.int(o.value))
	number, _ := err.(syscall.Errno)
	saw(C.SEAM_NOUN_thread, C.uint8_t(m.working), uint64(number))
}

func libBound(m *machine, o C.op_lib_bound) {
	C.seam_c_born(C.int(o.new_c), C.seam_c_lib_new(), C.SEAM_ALLOCATOR_lib)
}

// signal sends the signal to this thread, which has received it when the call returns.
func signal(m *machine) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := C.seam_signals()
	if err := syscall.Tgkill(syscall.Getpid(), syscall.Gettid(), C.SEAM_SIGNAL); err != nil {
		panic(err)
	}
	sawHere(uint64(C.seam_signals() - before))
}

// An unwinding is the panic of a scenario, not one of a checker.
type unwinding struct{}

func panicInCallback(*machine) { panic(unwinding{}) }

func goexit(*machine) { runtime.Goexit() }

// enter runs a body that calls C. It is where a panic of the scenario is recovered.
func (m *machine) enter(do func(*machine, operands), o operands) {
	depth := C.seam_thread_depth()
	defer func() {
		r := recover()
		if _, ok := r.(unwinding); ok {
			C.seam_thread_unwound(depth)
		} else if r != nil {
			panic(r)
		}
	}()
	do(m, o)
}
