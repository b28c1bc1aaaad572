//go:build go1.21

package seam

/*
#include "bridge.h"
*/
import "C"

import "unsafe"

func callSliceData[T any](words *[bufferIndex]T, is C.struct_seam_argument) {
	C.seam_enter(unsafe.Pointer(unsafe.SliceData(words[:])), is)
}

func callBytesData(buffer *[wordSize]byte, is C.struct_seam_argument) {
	C.seam_enter(unsafe.Pointer(unsafe.SliceData(buffer[:])), is)
}
