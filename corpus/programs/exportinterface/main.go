// An exported function with an interface{}.
package main

import "C"

//export Draw
func Draw(p interface{}) {}

func main() {}
