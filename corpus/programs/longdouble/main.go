// A parameter of a type that Go does not have.
package main

// static void take(long double x) { (void)x; }
import "C"

func main() { C.take(1) }
