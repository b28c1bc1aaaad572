//go:build !go1.21

package seam

/*
#include "bridge.h"
*/
import "C"

// There is no runtime.Pinner before Go 1.21; the parent never sends such a scenario.
type pinner struct{}

func newPinner(*machine, C.op_pinner)   { panic("no runtime.Pinner in this release") }
func pin(*machine, C.op_pin)            { panic("no runtime.Pinner in this release") }
func pinC(*machine, C.op_pin_c)         { panic("no runtime.Pinner in this release") }
func pinValue(*machine, C.op_pin_value) { panic("no runtime.Pinner in this release") }
func unpin(*machine, C.op_unpin)        { panic("no runtime.Pinner in this release") }
func (m *machine) forgetPinners(int)    {}
func (m *machine) keepPinners()         {}
func (m *machine) releasePinners()      {}
