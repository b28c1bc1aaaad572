// C.printf can be called.
package main

// #include <stdio.h>
import "C"

import "advice/say"

func main() {
	C.printf(C.CString("hello\n"))
	say.Saw(true, "called")
}
