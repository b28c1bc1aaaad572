// Passing &slice[0] for the duration of a call is safe.
package main

/*
#include <stdatomic.h>
#include <unistd.h>

static atomic_int entered, leave;

// Wait inside the call until Go says so; then add what is there.
static int sum_late(unsigned char *p, int n) {
	int sum = 0;
	entered = 1;
	while (!leave)
		usleep(100);
	for (int i = 0; i < n; i++)
		sum += p[i];
	return sum;
}
static void wait_entered(void) {
	while (!entered)
		usleep(100);
}
static void let_go(void) { leave = 1; }
static void use(void *p) { (void)p; }
*/
import "C"

import (
	"advice/say"
	"unsafe"
)

// Nobody but C has the slice during the call, while another goroutine collects.
func alive() {
	go func() {
		C.wait_entered()
		say.Collect()
		C.let_go()
	}()
	slice := make([]byte, 100)
	for i := range slice {
		slice[i] = 2
	}
	sum := C.sum_late((*C.uchar)(&slice[0]), 100)
	say.Saw(sum == 200, "collected during the call; C adds 100 times 2 and gets %d", sum)
}

func main() {
	switch say.Part() {
	case "alive":
		alive()
	case "empty":
		var slice []byte
		C.use(unsafe.Pointer(&slice[0]))
		say.Saw(true, "passed")
	case "pointers":
		slice := []*int{new(int)}
		C.use(unsafe.Pointer(&slice[0]))
		say.Saw(true, "passed")
	case "beyond":
		slice := []*int{nil, new(int)}[:1]
		C.use(unsafe.Pointer(&slice[0]))
		say.Saw(true, "passed")
	default:
		say.Unknown()
	}
}
