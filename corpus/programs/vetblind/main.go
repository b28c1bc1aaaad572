// What holds Go pointers, and vet does not say so.
package main

// static void take(void *p) { (void)p; }
import "C"

import "unsafe"

func main() {
	text := struct{ s string }{"text"}
	pointer := struct{ p *int }{new(int)}
	any := struct{ v interface{} }{1}
	C.take(unsafe.Pointer(&text))
	C.take(unsafe.Pointer(&pointer))
	C.take(unsafe.Pointer(&any))

	slice := &struct{ s []byte }{[]byte{1}}
	hidden := unsafe.Pointer(slice)
	C.take(hidden)
}
