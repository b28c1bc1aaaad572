// runtime.SetFinalizer(&ptr, func(p **C.void) { C.free(*p) }), as it is written in tutorials.
package main

// #include <stdlib.h>
import "C"

import (
	"advice/say"
	"runtime"
)

func main() {
	ptr := C.malloc(8)
	runtime.SetFinalizer(&ptr, func(p **C.void) { C.free(*p) })
	say.Saw(true, "it compiles and runs")
}
