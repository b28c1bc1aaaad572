// A directive for a function that is not there.
package main

/*
#cgo noescape nothing
static void take(void *p) { (void)p; }
*/
import "C"

func main() { C.take(nil) }
