//go:build go1.24

package seam

import "runtime"

func attachCleanup(n *node, m *machine, d due) { runtime.AddCleanup(n, m.arrive, d) }
