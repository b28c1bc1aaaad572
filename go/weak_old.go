//go:build !go1.24

package seam

/*
#include "bridge.h"
*/
import "C"

// There are no weak pointers before Go 1.24; the parent never sends such a scenario.
type weakPointer struct{}

func makeWeak(*machine, C.op_weak)        { panic("no weak pointers in this release") }
func weakValue(*machine, C.op_weak_value) { panic("no weak pointers in this release") }
