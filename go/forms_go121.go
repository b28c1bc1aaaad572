//go:build go1.21

package seam

/*
#include "bridge.h"
*/
import "C"

import "unsafe"

func callSliceData[T any](q *holder[T], is C.struct_seam_argument) {
	C.seam_enter(unsafe.Pointer(unsafe.SliceData(q.p[:])), is)
}
