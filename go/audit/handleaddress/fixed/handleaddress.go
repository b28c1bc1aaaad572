// Package fixed lets C keep the handle itself.
package fixed

/*
#include <stdint.h>

static uintptr_t data;

static void event_watch(uintptr_t handle) { data = handle; }
static uintptr_t event_handle(void) { return data; }
*/
import "C"

import (
	"runtime/cgo"
)

// Watch registers a name with C.
func Watch(name string) {
	h := cgo.NewHandle(name)
	C.event_watch(C.uintptr_t(h))
}

// Name asks C for the handle, deletes it, and returns what it held.
func Name() string {
	h := cgo.Handle(C.event_handle())
	defer h.Delete()
	return h.Value().(string)
}
