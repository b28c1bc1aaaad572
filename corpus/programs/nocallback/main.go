// A directive.
package main

/*
#cgo nocallback take
static void take(void *p) { (void)p; }
*/
import "C"

func main() { C.take(nil) }
