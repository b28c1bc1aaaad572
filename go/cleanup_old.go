//go:build !go1.24

package seam

func attachCleanup(*node, *machine, due) { panic("no runtime.AddCleanup in this release") }

// release is the newest minor release whose operations this process has. A runtime.Pinner is there
// from 21 on.
var release = 19 + 2*hasPinner
