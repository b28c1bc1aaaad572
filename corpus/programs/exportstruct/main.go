// An exported function with a Go struct.
package main

import "C"

type point struct{ x, y int }

//export Draw
func Draw(p point) {}

func main() {}
