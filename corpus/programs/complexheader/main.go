// The same with <complex.h>.
package main

/*
#include <complex.h>
static void take(double _Complex x) { (void)x; }
*/
import "C"

func main() { C.take(1i) }
