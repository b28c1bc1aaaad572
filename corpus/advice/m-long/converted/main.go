// *int64 is converted to *C.long.
package main

// typedef long number;
import "C"

var number int64

var converted = (*C.long)(&number)

func main() {}
