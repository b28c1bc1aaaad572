// A directive.
package main

/*
#cgo noescape take
static void take(void *p) { (void)p; }
*/
import "C"

func main() { C.take(nil) }
