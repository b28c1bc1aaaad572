// An exported function with an any, which is an interface{}.
package main

import "C"

//export Draw
func Draw(p any) {}

func main() {}
