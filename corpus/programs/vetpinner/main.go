// A copy of a Pinner.
package main

// static void take(void *p) { (void)p; }
import "C"

import "runtime"

func main() {
	var pinner runtime.Pinner
	pinner.Pin(new(int))
	other := pinner
	other.Unpin()
	C.take(nil)
}
