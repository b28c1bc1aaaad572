// A field of some bits.
package main

// struct bits { unsigned int low : 4, high : 28; };
import "C"

import "advice/say"

func main() {
	var bits C.struct_bits
	bits.low = 7
	say.Saw(bits.low == 7, "Go can reach the field")
}
