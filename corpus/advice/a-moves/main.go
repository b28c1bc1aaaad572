// The collector may move heap data while asynchronous C code uses it.
package main

/*
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static uintptr_t address(void *p) { return (uintptr_t)p; }

// A thread of C that reads a byte again and again, and counts what is not there any more.
static atomic_int stop, reads, wrong;

static void *watch(void *p) {
	while (!stop) {
		if (*(volatile char *)p != 42)
			wrong++;
		reads++;
		usleep(50);
	}
	return NULL;
}

static pthread_t thread;
static void start(void *p) { pthread_create(&thread, NULL, watch, p); }
static int finish(void) {
	stop = 1;
	pthread_join(thread, NULL);
	return wrong;
}
static int has_read(void) { return reads > 10; }

// What C keeps and reads when Go says so.
enum { KEPT = 50 };
static void *kept[KEPT];
static void keep(int i, void *p) { kept[i] = p; }
static int read_kept(void) {
	int right = 0;
	for (int i = 0; i < KEPT; i++)
		right += *(volatile char *)kept[i] == 42;
	return right;
}
*/
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

var garbage [][]byte

// Fill the heap with holes, as a collector that moves would like to close them.
func litter() {
	for i := 0; i < 30; i++ {
		for size := 8; size <= 1<<16; size *= 2 {
			garbage = append(garbage, make([]byte, size))
		}
		if i%3 == 0 {
			garbage = nil
		}
		runtime.GC()
	}
}

func heap() {
	var objects [][]byte
	var before []uintptr
	for size := 8; size <= 1<<20; size *= 2 {
		object := make([]byte, size)
		object[0] = 42
		objects = append(objects, object)
		before = append(before, uintptr(unsafe.Pointer(&object[0])))
	}
	C.start(unsafe.Pointer(&objects[3][0]))
	litter()
	for C.has_read() == 0 {
		runtime.GC()
	}
	wrong := C.finish()
	moved := 0
	for i, object := range objects {
		if uintptr(unsafe.Pointer(&object[0])) != before[i] {
			moved++
		}
	}
	say.Saw(moved > 0 || wrong > 0, "in 30 collections %d of %d; a C thread that watched read %d "+
		"wrong bytes", moved, len(objects), wrong)
}

// A local variable that C is given: does it move with the stack?
func passed() {
	moved := make(chan bool)
	go func() {
		var local [4]C.int
		before := C.address(unsafe.Pointer(&local))
		say.Deepen(3000)
		moved <- before != C.address(unsafe.Pointer(&local))
	}()
	told := <-moved
	say.Saw(told, "the stack grew; moved: %v", told)
}

// The same variable, but C is not given its address.
func stack() {
	moved := make(chan bool)
	go func() {
		var local [4]int
		before := uintptr(unsafe.Pointer(&local))
		say.Deepen(3000)
		moved <- before != uintptr(unsafe.Pointer(&local))
	}()
	told := <-moved
	say.Saw(told, "the stack grew; moved: %v", told)
}

var neighbours [C.KEPT][]byte

// C gets every second object; the others hold the memory between them, so that it stays as the
// collector leaves it.
//
//go:noinline
func keepAndDrop() {
	for i := range neighbours {
		object := make([]byte, 64)
		object[0] = 42
		C.keep(C.int(i), unsafe.Pointer(&object[0]))
		neighbours[i] = make([]byte, 64)
	}
}

// C keeps the addresses, Go has nothing of them any more.
func freed() {
	keepAndDrop()
	say.Collect()
	say.Saw(false, "C reads %d of %d objects, and nothing detects it", C.read_kept(), C.KEPT)
}

func main() {
	switch say.Part() {
	case "heap":
		heap()
	case "passed":
		passed()
	case "stack":
		stack()
	case "freed":
		freed()
	default:
		say.Unknown()
	}
}
