// What package unsafe is checked for: some of it always, most of it by checkptr.
package main

// static void nothing(void) {}
import "C"

import (
	"advice/say"
	"unsafe"
)

type pointers struct{ p, q *int }

var (
	minus  = -1
	many   = 64
	null   *int
	kept   interface{}
	number = uintptr(8)
)

//go:noinline
func heap(n int) []byte { return make([]byte, n) }

func main() {
	C.nothing()
	bytes := heap(64)
	kept = bytes
	switch say.Part() {
	case "negative":
		kept = unsafe.Slice(&bytes[0], minus)
	case "nil":
		kept = unsafe.Slice(null, many)
	case "nil-empty":
		kept = unsafe.Slice(null, 0)
	case "straddles-slice":
		kept = unsafe.Slice((*int64)(unsafe.Pointer(&bytes[0])), many*1000)
	case "straddles":
		kept = (*[8000]int64)(unsafe.Pointer(&bytes[0]))
	case "straddles-bytes":
		kept = (*[8000]byte)(unsafe.Pointer(&bytes[0]))
	case "straddles-slice-bytes":
		kept = unsafe.Slice(&bytes[0], many*1000)
	case "misaligned":
		kept = (*pointers)(unsafe.Pointer(&bytes[1]))
	case "misaligned-number":
		kept = (*int64)(unsafe.Pointer(&bytes[1]))
	case "leaves":
		other := heap(64)
		distance := uintptr(unsafe.Pointer(&other[0])) - uintptr(unsafe.Pointer(&bytes[0]))
		kept = (*byte)(unsafe.Pointer(uintptr(unsafe.Pointer(&bytes[0])) + distance))
	case "small":
		kept = (*byte)(unsafe.Pointer(number))
	default:
		say.Unknown()
	}
	say.Saw(true, "nothing happened")
}
