//go:build go1.24

package seam

/*
#include "bridge.h"
*/
import "C"

import "runtime"

func attachCleanup(n *node, m *machine, d due) { runtime.AddCleanup(n, m.arrive, d) }

func cleanupSelf(m *machine, o operands) {
	n := m.node(o[0])
	runtime.AddCleanup(n, func(*node) {}, n)
}
