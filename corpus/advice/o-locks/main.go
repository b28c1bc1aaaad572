// A mutex or a reference count makes concurrent use from both sides safe.
package main

/*
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

// A counter of C, used by a thread of C and by Go, with one lock for both.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long counter;

enum { ROUNDS = 100000 };

static void *count(void *unused) {
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&lock);
		counter++;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}
static pthread_t thread;
static void start(void) { pthread_create(&thread, NULL, count, NULL); }
static long finish(void) {
	pthread_join(thread, NULL);
	return counter;
}
static void take(void) { pthread_mutex_lock(&lock); }
static void give(void) { pthread_mutex_unlock(&lock); }
static long *shared(void) { return &counter; }

// An object of C with a count of its users. What a call finds of it is told instead of used.
typedef struct { atomic_int users, dead; } object;

static object *new_object(void) {
	object *o = calloc(1, sizeof *o);
	o->users = 1;
	return o;
}
static void retain(object *o) { o->users++; }
static void release(object *o) {
	if (--o->users == 0)
		o->dead = 1;
}

static atomic_int entered, leave;
static int use(object *o) {
	entered = 1;
	while (!leave)
		usleep(100);
	return o->dead;
}
static void wait_entered(void) {
	while (!entered)
		usleep(100);
}
static void let_go(void) { leave = 1; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"sync"
)

var mutex sync.Mutex

type wrapper struct{ object *C.object }

// A wrapper whose finalizer gives up its count, with the same lock.
func newWrapper() *wrapper {
	w := &wrapper{C.new_object()}
	runtime.SetFinalizer(w, func(w *wrapper) { C.release(w.object) })
	return w
}

func (w *wrapper) useLocked() C.int {
	mutex.Lock()
	defer mutex.Unlock()
	return C.use(w.object)
}

func (w *wrapper) useCounted() C.int {
	object := w.object
	C.retain(object)
	defer C.release(object)
	return C.use(object)
}

func (w *wrapper) useAlive() C.int {
	defer runtime.KeepAlive(w)
	return C.use(w.object)
}

// Another goroutine collects while the call runs.
func during(use func(*wrapper) C.int) {
	go func() {
		C.wait_entered()
		say.Collect()
		C.let_go()
	}()
	dead := use(newWrapper()) != 0
	say.Saw(!dead, "collected during the call; the C object was released under it: %v", dead)
}

func main() {
	switch say.Part() {
	case "data":
		C.start()
		for i := 0; i < C.ROUNDS; i++ {
			C.take()
			*C.shared()++
			C.give()
		}
		counted := C.finish()
		say.Saw(counted == 2*C.ROUNDS, "counted to %d on both sides, together %d", C.ROUNDS, counted)
	case "mutex":
		during((*wrapper).useLocked)
	case "count":
		during((*wrapper).useCounted)
	case "keepalive":
		during((*wrapper).useAlive)
	default:
		say.Unknown()
	}
}
