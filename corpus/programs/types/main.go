// What cgo does not convert by itself. Each function is refused for a reason of its own.
package main

/*
typedef int (*operation)(int);
static int negate(int x) { return -x; }
static operation get(void) { return negate; }
static void set(operation o) { (void)o; }
static void one(int x) { (void)x; }
static void text(char *s) { (void)s; }
static void four(int numbers[4]) { (void)numbers; }
*/
import "C"

func number() {
	count := 5
	C.one(count)
}

func str() { C.text("text") }

func bytes() {
	bytes := []byte("text")
	C.text((*C.char)(&bytes[0]))
}

func array() {
	var array [4]C.int
	C.four(array)
}

func callback() { C.set(func(C.int) C.int { return 0 }) }

func call() {
	pointer := C.get()
	pointer(1)
}

func free() {
	var block *C.char
	C.one(C.int(block))
}

func main() {}
