//go:build !go1.24

package seam

/*
#include "bridge.h"
*/
import "C"

func attachCleanup(*node, *machine, due) { panic("no runtime.AddCleanup in this release") }

func cleanupSelf(*machine, C.op_cleanup_self) { panic("no runtime.AddCleanup in this release") }
