// The result of C.malloc must be compared with nil.
package main

// #include <stdlib.h>
import "C"

import "advice/say"

func main() {
	switch say.Part() {
	case "malloc":
		p := C.malloc(1 << 62)
		say.Saw(p == nil, "malloc gave nil: %v", p == nil)
	case "calloc":
		p := C.calloc(1<<31, 1<<31)
		say.Saw(p == nil, "calloc returned nil: %v", p == nil)
	default:
		say.Unknown()
	}
}
