// unsafe.String.
package main

// static void nothing(void) {}
import "C"

import (
	"advice/say"
	"unsafe"
)

var (
	minus = -1
	null  *byte
	kept  string
)

func main() {
	C.nothing()
	switch say.Part() {
	case "negative":
		kept = unsafe.String(new(byte), minus)
	case "nil":
		kept = unsafe.String(null, -minus)
	default:
		say.Unknown()
	}
	say.Saw(true, "nothing happened")
}
