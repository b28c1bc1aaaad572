// C.malloc has no second result: cgo ends the program instead.
package main

// #include <stdlib.h>
import "C"

func main() { _, _ = C.malloc(1) }
