// Package bug has a small number in a pointer variable while Go scans its stack.
package bug

/*
#include <stdint.h>

typedef struct obj obj;

static obj *obj_default(void) { return (obj *)(uintptr_t)1; }
static int obj_use(obj *a, obj *b) { return a == b; }
*/
import "C"

// Use takes an object from C and gives it back; C knows it by a small number.
func Use() int {
	o := C.obj_default()
	return int(C.obj_use(o, C.obj_default()))
}
