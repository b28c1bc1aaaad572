// What the race detector sees of C: nothing; and calls of C hide what is Go's.
package main

/*
#include <pthread.h>
static int shared;
static volatile int done;
static void finish(void) { done = 1; }
static int is_finished(void) { return done; }
static void set(int *p) { *p = 1; }
static void *run(void *p) { for (int i = 0; i < 1000; i++) shared++; return p; }
static void race(void) {
	pthread_t a, b;
	pthread_create(&a, 0, run, 0);
	pthread_create(&b, 0, run, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
}
*/
import "C"

import (
	"advice/say"
	"time"
)

var number C.int

// Two writes, the second in another goroutine and later, but not ordered.
func twice(first, second func()) {
	go first()
	time.Sleep(50 * time.Millisecond)
	second()
}

func main() {
	write := func() { number++ }
	switch say.Part() {
	case "go":
		twice(write, write)
	case "go-c":
		twice(write, func() { C.set(&number) })
	case "c":
		C.race()
	case "hidden":
		go func() { write(); C.finish() }()
		for C.is_finished() == 0 {
			time.Sleep(time.Millisecond)
		}
		write()
	default:
		say.Unknown()
	}
	say.Saw(true, "nothing is reported")
}
