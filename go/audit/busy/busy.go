// Package busy crosses into C in every legal way that could stop a schedule: many goroutines at once, threads
// of C that call Go, locked threads, nested calls, panics through C, children of a fork, deep stacks. Nothing
// here is a bug.
package busy

/*
#cgo LDFLAGS: -lpthread
#include <pthread.h>
#include <unistd.h>
#include <stdlib.h>
extern int busyBack(int);
static int work(int n) {
	usleep(200);
	return busyBack(n);
}
static int quick(int *p) { return *p; }
static void *thread(void *p) {
	for (int i = 0; i < 20; i++)
		busyBack(i);
	return p;
}
static void threads(int n) {
	pthread_t t[16];
	for (int i = 0; i < n; i++)
		pthread_create(&t[i], NULL, thread, NULL);
	for (int i = 0; i < n; i++)
		pthread_join(t[i], NULL);
}
static int nested(int n) { return busyBack(n); }
*/
import "C"

import "sync/atomic"

// Calls counts the calls from C.
var Calls int32

//export busyBack
func busyBack(n C.int) C.int {
	atomic.AddInt32(&Calls, 1)
	if n > 1000 {
		panic("through C")
	}
	if n > 100 {
		return C.nested(n - 100)
	}
	x := n
	return C.quick(&x)
}

// Work lets C call back.
func Work(n int) int { return int(C.work(C.int(n))) }

// Threads lets n threads of C call Go.
func Threads(n int) { C.threads(C.int(n)) }

// Quick lends C a pointer.
func Quick(n int) int { x := C.int(n); return int(C.quick(&x)) }
