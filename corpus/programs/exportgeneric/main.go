// An exported function with a type parameter.
package main

import "C"

//export Draw
func Draw[T any](p T) {}

func main() {}
