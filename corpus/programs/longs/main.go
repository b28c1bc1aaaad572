// C.long has the size that it has in C: this compiles where it is 4 bytes.
package main

// static void take(long x) { (void)x; }
import "C"

import "unsafe"

var size [unsafe.Sizeof(C.long(0))]byte
var four [4]byte = size

func main() {}
