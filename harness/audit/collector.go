// The Go half of what seam puts into an audited program: a goroutine that collects when a crossing
// asks for it (inside.c). It is compiled as a part of runtime/cgo, which every program with cgo has,
// so the program's own packages stay as they are. It must compile with Go 1.19.
package cgo

/*
#cgo CFLAGS: -Wno-unused-variable
int seam_audit_open(void);
int seam_audit_wait(void);
void seam_audit_done(long handles);
void seam_audit_pause(void);
*/
import "C"

import (
	"runtime"
	"sync/atomic"
)

func init() {
	if C.seam_audit_open() != 0 {
		go seamCollector()
	}
}

func seamCollector() {
	for C.seam_audit_wait() != 0 {
		seamCollect()
		C.seam_audit_done(C.long(seamHandles()))
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
// returns, and the barrier gives up.
func seamCollect() {
	for round := 0; round < 2; round++ {
		finalized, cleaned := seamBarrier()
		runtime.GC()
		for tries := 0; tries < 400; tries++ {
			if atomic.LoadInt32(finalized) != 0 && atomic.LoadInt32(cleaned) != 0 {
				break
			}
			runtime.Gosched()
			if tries > 20 {
				C.seam_audit_pause()
			}
		}
	}
}

type seamMark struct{ p *int32 }

//go:noinline
func seamBarrier() (finalized, cleaned *int32) {
	finalized, cleaned = new(int32), new(int32)
	runtime.SetFinalizer(&seamMark{finalized}, func(m *seamMark) { atomic.StoreInt32(m.p, 1) })
	seamAddCleanup(&seamMark{cleaned})
	return finalized, cleaned
}
