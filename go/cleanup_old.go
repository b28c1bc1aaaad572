//go:build !go1.24

package seam

func attachCleanup(*node, *machine, due) { panic("no runtime.AddCleanup in this release") }

func cleanupSelf(*machine, operands) { panic("no runtime.AddCleanup in this release") }
