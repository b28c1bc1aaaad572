// go build -asan reports C memory that is leaked.
package main

// #include <stdlib.h>
import "C"

import (
	"advice/say"
	"fmt"
)

//go:noinline
func leak() {
	for i := 0; i < 100; i++ {
		C.CString(fmt.Sprint("leaked ", i))
	}
}

//go:noinline
func leakBlocks() {
	for i := 0; i < 100; i++ {
		C.malloc(100)
	}
}

func main() {
	switch say.Part() {
	case "blocks":
		leakBlocks()
	case "strings":
		leak()
	case "collected":
		leak()
		say.Collect()
	default:
		say.Unknown()
	}
	say.Saw(false, "100 blocks leaked, nothing reported at the end")
}
