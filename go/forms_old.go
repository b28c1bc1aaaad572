//go:build !go1.21

package seam

import "C"

func callSliceData[T any](*[bufferIndex]T, C.struct_seam_argument) {
	panic("no unsafe.SliceData in this release")
}

func callBytesData(*[wordSize]byte, C.struct_seam_argument) {
	panic("no unsafe.SliceData in this release")
}
