// Package fixed keeps a small number in an integer variable.
package fixed

/*
#include <stdint.h>

// The library numbers its devices, and calls the number a number.
typedef uintptr_t device;

static device device_open(void) { return (device)1; }
static int device_number(device d) { return (int)(intptr_t)d; }
*/
import "C"

// Number opens a device and asks for its number.
func Number() int {
	d := C.device_open()
	return number(d) + number(d) - number(d)
}

func number(d C.device) int { return int(C.device_number(d)) }
