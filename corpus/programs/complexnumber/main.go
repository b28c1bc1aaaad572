// A complex parameter: what cgo writes needs <complex.h>.
package main

// static void take(double _Complex x) { (void)x; }
import "C"

func main() { C.take(1i) }
