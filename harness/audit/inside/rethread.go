// A goroutine that takes the processor from a thread (rethread.c).
package cgo

/*
#include "seam_audit_entries.h"
#include "seam_audit_rethread.h"
*/
import "C"

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// Take the processor from a thread that is in C, wait until that has come back to Go and sleeps because it
// has found none, and make room for the goroutine that it had: rethread.h says why. From the time that we have
// the processor on, nothing here may give it away, so the system is asked directly.
func seamRethreader() {
	it := C.seam_audit_rethread()
	state, path := (*int32)(unsafe.Pointer(&it.state)), unsafe.Pointer(&it.path[0])
	for {
		C.seam_audit_await_rethread()
		for i := 0; i < 3; i++ { // who is in the queue now would run before the goroutine, and give the P away
			runtime.Gosched()
		}
		if !atomic.CompareAndSwapInt32(state, C.SEAM_RETHREAD_wanted, C.SEAM_RETHREAD_taken) {
			continue
		}
		for tries := 0; tries < 100000 && atomic.LoadInt32(state) != C.SEAM_RETHREAD_left; tries++ {
			syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0)
		}
		for tries := 0; tries < 10000 && !seamSleeps(path); tries++ {
			syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0)
		}
		atomic.StoreInt32(state, C.SEAM_RETHREAD_at_rest)
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
