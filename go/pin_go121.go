//go:build go1.21

package seam

/*
#include "bridge.h"
*/
import "C"

import (
	"runtime"
	"unsafe"
)

type pinner = *runtime.Pinner

func newPinner(m *machine, o C.op_pinner) {
	m.pinners[o.new_pinner] = new(runtime.Pinner)
	C.seam_hide(C.int(o.new_pinner), C.uintptr_t(uintptr(unsafe.Pointer(m.pinners[o.new_pinner]))))
}

func pin(m *machine, o C.op_pin) {
	m.watched = true
	if !m.isGlobal[o._go] || release == 21 { // later releases do not remember to unpin those
		m.pins[o.pinner]++
	}
	m.pinners[o.pinner].Pin(m.objects[o._go])
}

func pinC(m *machine, o C.op_pin_c) { m.pinners[o.pinner].Pin(C.seam_c_pointer(C.int(o.c))) }

func pinValue(m *machine, o C.op_pin_value) { m.pinners[o.pinner].Pin([]int{1}) }

func unpin(m *machine, o C.op_unpin) {
	m.pins[o.pinner] = 0
	m.pinners[o.pinner].Unpin()
}

func (m *machine) forgetPinners(dead int) {
	for i := range m.pinners {
		if dead>>uint(i)&1 != 0 {
			m.pinners[i] = nil
		}
	}
}

// keepPinners takes hold of forgotten Pinners, so that a collection does not report them.
func (m *machine) keepPinners() {
	for i, n := range m.pins {
		if n > 0 {
			m.pinners[i] = (*runtime.Pinner)(C.seam_unhide(C.int(i)))
		}
	}
}

// releasePinners unpins what the scenario left pinned. A forgotten Pinner with pins has not been
// collected, or the process would have died; so its hidden address is still good.
func (m *machine) releasePinners() {
	for i, n := range m.pins {
		if n > 0 {
			(*runtime.Pinner)(C.seam_unhide(C.int(i))).Unpin()
		}
	}
}
