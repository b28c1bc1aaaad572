//go:build !go1.21

package seam

import "C"

func callSliceData[T any](*holder[T], C.struct_seam_argument) {
	panic("no unsafe.SliceData in this release")
}
