// Package fixed has a small number in an integer variable.
package fixed

/*
#include <stdint.h>

typedef struct obj obj;

static uintptr_t obj_default(void) { return 1; }
static int obj_use(uintptr_t a, uintptr_t b) { return a == b; }
*/
import "C"

// Use takes an object from C and gives it back; C knows it by a small number.
func Use() int {
	o := C.obj_default()
	return int(C.obj_use(o, C.obj_default()))
}
