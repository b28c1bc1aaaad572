// The same, static.
package main

// static int twice(int x) { return 2 * x; }
import "C"

//export Draw
func Draw() {}

func main() { C.twice(1) }
