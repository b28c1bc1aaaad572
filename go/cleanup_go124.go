//go:build go1.24

package seam

/*
#include "bridge.h"
*/
import "C"

import "runtime"

func attachCleanup(n *node, m *machine, d due) { runtime.AddCleanup(n, m.arrive, d) }

func cleanupSelf(m *machine, o C.op_cleanup_self) {
	n := m.node(o.heap_go)
	runtime.AddCleanup(n, func(*node) {}, n)
}
