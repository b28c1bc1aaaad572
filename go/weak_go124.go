//go:build go1.24

package seam

/*
#include "bridge.h"
*/
import "C"

import "weak"

type weakPointer = weak.Pointer[node]

func makeWeak(m *machine, o C.op_weak) { m.weak[o.new_weak] = weak.Make(m.node(o.heap_go)) }

func weakValue(m *machine, o C.op_weak_value) {
	there := uint64(0)
	if m.weak[o.weak].Value() != nil {
		there = 1
	}
	saw(C.SEAM_NOUN_weak, o.weak, there)
}
