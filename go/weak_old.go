//go:build !go1.24

package seam

// There are no weak pointers before Go 1.24; the parent never sends such a scenario.
type weakPointer struct{}

func makeWeak(*machine, operands)  { panic("no weak pointers in this release") }
func weakValue(*machine, operands) { panic("no weak pointers in this release") }
