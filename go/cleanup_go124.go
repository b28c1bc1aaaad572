//go:build go1.24

package seam

import "runtime"

// release is the newest minor release whose operations this process has.
const release = 24

func attachCleanup(n *node, m *machine, d due) { runtime.AddCleanup(n, m.arrive, d) }
