// Package bug lets C keep the address of a variable that holds a handle.
package bug

/*
#include <stdint.h>

static uintptr_t *data;

static void event_watch(void *p) { data = p; }
static uintptr_t event_handle(void) { return *data; }
*/
import "C"

import (
	"runtime/cgo"
	"unsafe"
)

// Watch registers a name with C.
func Watch(name string) {
	h := cgo.NewHandle(name)
	C.event_watch(unsafe.Pointer(&h))
}

// Name asks C for the handle, deletes it, and returns what it held.
func Name() string {
	h := cgo.Handle(C.event_handle())
	defer h.Delete()
	return h.Value().(string)
}
