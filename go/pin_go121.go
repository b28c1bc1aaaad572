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

func newPinner(m *machine, o operands) {
	m.pinners[o[0]] = new(runtime.Pinner)
	C.seam_hide(C.int(o[0]), C.uintptr_t(uintptr(unsafe.Pointer(m.pinners[o[0]]))))
}

func pin(m *machine, o operands) {
	m.watched = true
	if !m.isGlobal[o[1]] || release == 21 { // later releases do not remember to unpin those
		m.pins[o[0]]++
	}
	m.pinners[o[0]].Pin(m.objects[o[1]])
}

func pinC(m *machine, o operands) { m.pinners[o[0]].Pin(C.seam_c_pointer(C.int(o[1]))) }

func pinValue(m *machine, o operands) { m.pinners[o[0]].Pin([]int{1}) }

func unpin(m *machine, o operands) {
	m.pins[o[0]] = 0
	m.pinners[o[0]].Unpin()
}

func (m *machine) forgetPinners(dead int) {
	for i := range m.pinners {
		if dead>>uint(i)&1 != 0 {
			m.pinners[i] = nil
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
