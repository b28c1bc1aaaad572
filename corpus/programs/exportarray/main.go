// An exported function with an array.
package main

import "C"

//export Draw
func Draw(p [2]int) {}

func main() {}
