// Package fixed keeps what holds a handle alive until C has called back.
package fixed

/*
#include <stdint.h>

enum { MAX = 8 };
static uintptr_t listeners[MAX];
static int n;

extern void goFired(uintptr_t);

static int listen(uintptr_t handle) {
	listeners[n] = handle;
	return n++ % MAX;
}
static void fire(int i) { goFired(listeners[i]); }
*/
import "C"

import (
	"runtime"
	"runtime/cgo"
)

// A Listener is called by C.
type Listener struct {
	number C.int
	handle cgo.Handle
}

// Listen lets C call f.
func Listen(f func()) *Listener {
	h := cgo.NewHandle(f)
	l := &Listener{C.listen(C.uintptr_t(h)), h}
	runtime.SetFinalizer(l, func(l *Listener) { l.handle.Delete() })
	return l
}

//export goFired
func goFired(h C.uintptr_t) { cgo.Handle(h).Value().(func())() }

// Fire lets C call the function.
func (l *Listener) Fire() {
	C.fire(l.number)
	runtime.KeepAlive(l)
}
