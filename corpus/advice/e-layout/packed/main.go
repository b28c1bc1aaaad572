// The field of a packed struct that is not aligned.
package main

// struct packed { char c; int i; } __attribute__((packed));
import "C"

import "advice/say"

func main() {
	var packed C.struct_packed
	packed.i = 42
	say.Saw(packed.i == 42, "Go can reach the field")
}
