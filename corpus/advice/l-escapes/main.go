// -gcflags=-m shows the escape.
package main

// static int read(int *p) { return *p; }
import "C"

func returned() *int {
	answer := 42
	return &answer
}

func passed() C.int {
	lent := C.int(42)
	return C.read(&lent)
}

func stays() int {
	local := 42
	p := &local
	return *p
}

func main() { println(*returned(), passed(), stays()) }
