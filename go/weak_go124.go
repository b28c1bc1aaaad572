//go:build go1.24

package seam

/*
#include "bridge.h"
*/
import "C"

import "weak"

type weakPointer = weak.Pointer[node]

func makeWeak(m *machine, o operands) { m.weak[o[0]] = weak.Make(m.node(o[1])) }

func weakValue(m *machine, o operands) {
	there := uint64(0)
	if m.weak[o[0]].Value() != nil {
		there = 1
	}
	saw(C.SEAM_NOUN_weak, o[0], there)
}
