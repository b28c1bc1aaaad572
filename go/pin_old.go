//go:build !go1.21

package seam

// There is no runtime.Pinner before Go 1.21; the parent never sends such a scenario.
type pinner struct{}

func newPinner(*machine, operands)   { panic("no runtime.Pinner in this release") }
func pin(*machine, operands)         { panic("no runtime.Pinner in this release") }
func pinC(*machine, operands)        { panic("no runtime.Pinner in this release") }
func pinValue(*machine, operands)    { panic("no runtime.Pinner in this release") }
func unpin(*machine, operands)       { panic("no runtime.Pinner in this release") }
func (m *machine) forgetPinners(int) {}
func (m *machine) releasePinners()   {}
