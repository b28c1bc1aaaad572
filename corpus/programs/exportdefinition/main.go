// A definition in the preamble of a file that exports: cgo writes the preamble twice.
package main

// int twice(int x) { return 2 * x; }
import "C"

//export Draw
func Draw() {}

func main() { C.twice(1) }
