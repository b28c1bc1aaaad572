// *int64 is converted to *C.long by way of unsafe.Pointer.
package main

// typedef long number;
import "C"

import "unsafe"

var number int64

var cast = (*C.long)(unsafe.Pointer(&number))

// Does not compile where C.long has not all of the bytes.
var _ [unsafe.Sizeof(*cast) - unsafe.Sizeof(number)]byte

func main() {}
