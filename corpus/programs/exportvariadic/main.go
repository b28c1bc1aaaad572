// An exported function with a variable number of arguments.
package main

import "C"

//export Sum
func Sum(numbers ...int) {}

func main() {}
