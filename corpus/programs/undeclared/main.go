// Names that C does not have, or has only in the preprocessor, or in a header that is not included.
package main

// #define SQUARE(x) ((x) * (x))
import "C"

func main() {
	C.nothing(1)
	C.SQUARE(2)
	C.free(nil)
}
