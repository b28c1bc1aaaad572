// C calls Go.
package main

/*
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void callback(void *p);

static int finished;
static void call(void *p) { callback(p); finished++; }
static int calls_finished(void) { return finished; }

static void *thread(void *p) { callback(p); return p; }
static void call_on_thread(void *p) {
	pthread_t t;
	pthread_create(&t, NULL, thread, p);
	pthread_join(t, NULL);
	finished++;
}

static int same_thread(uintptr_t t) { return pthread_equal((pthread_t)t, pthread_self()); }
static uintptr_t this_thread(void) { return (uintptr_t)pthread_self(); }

// Says after a while that the process is still there, and ends it.
static void *watch(void *word) {
	usleep(700000);
	printf("holds: %s: nothing was reported in 0.7 s\n", (char *)word);
	fflush(stdout);
	_exit(0);
}
static void start_watch(char *word) {
	pthread_t t;
	pthread_create(&t, NULL, watch, word);
	usleep(1000);
}
*/
import "C"

import (
	"advice/say"
	"os"
	"runtime"
	"unsafe"
)

var (
	inside func(p unsafe.Pointer)
	depth  int
	kept   *int
)

//export callback
func callback(p unsafe.Pointer) { inside(p) }

func recovered(act func()) (what interface{}) {
	defer func() { what = recover() }()
	act()
	return nil
}

// Callbacks that end in a way of their own; C's part of the call is never finished.
func unwinds() {
	what := recovered(func() { C.call(nil) })
	finished := C.calls_finished()
	say.Saw(what != nil && finished == 0, "Go recovers: %v; calls that C finished: %d", what, finished)
}

func onOwnGoroutine(act func()) (ran, ended bool) {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { ran = true }()
		act()
		ended = true
	}()
	<-done
	return
}

func threads() {
	runtime.LockOSThread()
	here, same := C.this_thread(), 0
	inside = func(unsafe.Pointer) {
		for i := 0; i < 100; i++ {
			same += int(C.same_thread(here))
			runtime.Gosched()
		}
	}
	C.call(nil)
	say.Saw(same == 100, "100 calls in a callback, on the same thread %d", same)
}

func nested() {
	inside = func(p unsafe.Pointer) {
		if depth++; depth < 200 {
			C.call(p)
		}
	}
	C.call(nil)
	say.Saw(C.calls_finished() == 200, "calls that C finished: %d", C.calls_finished())
}

func busy() {
	numbers := []int{1, 2, 3}
	inside = func(p unsafe.Pointer) {
		say.Deepen(1000)
		done := make(chan bool)
		go func() { say.Collect(); close(done) }()
		<-done
		kept = (*int)(p)
	}
	C.call(unsafe.Pointer(&numbers[0]))
	say.Saw(*kept == 1 && C.calls_finished() == 1,
		"the stack grew, a goroutine collected; the argument is %d", *kept)
}

func fault(unsafe.Pointer) {
	var p *int
	*p = 1
}

func boom(unsafe.Pointer) { panic("boom") }

func main() {
	switch say.Part() {
	case "panic":
		inside = boom
		unwinds()
	case "nil":
		inside = fault
		unwinds()
	case "uncaught":
		inside = boom
		C.call(nil)
	case "thread-panic":
		inside = boom
		recovered(func() { C.call_on_thread(nil) })
	case "thread-recovers":
		inside = func(p unsafe.Pointer) { recovered(func() { boom(p) }) }
		C.call_on_thread(nil)
		say.Saw(C.calls_finished() == 1, "C continued")
	case "goexit":
		inside = func(unsafe.Pointer) { runtime.Goexit() }
		ran, ended := onOwnGoroutine(func() { C.call(nil) })
		say.Saw(ran && !ended, "deferred calls ran: %t; the rest: %t; calls that C finished: %d", ran, ended,
			C.calls_finished())
	case "goexit-main":
		inside = func(unsafe.Pointer) { runtime.Goexit() }
		C.start_watch(C.CString(say.Part()))
		C.call(nil)
	case "goexit-thread":
		inside = func(unsafe.Pointer) { runtime.Goexit() }
		C.call_on_thread(nil)
		say.Saw(true, "C continued")
	case "thread":
		inside = func(unsafe.Pointer) { depth++ }
		C.call_on_thread(nil)
		say.Saw(depth == 1 && C.calls_finished() == 1, "Go ran, C continued")
	case "thread-exit":
		inside = func(unsafe.Pointer) {
			say.Saw(true, "os.Exit(0) there ends the process")
			os.Exit(0)
		}
		C.call_on_thread(nil)
	case "unlock":
		inside = func(unsafe.Pointer) {
			for i := 0; i < 3; i++ {
				runtime.UnlockOSThread()
			}
		}
		C.call(nil)
		say.Saw(C.calls_finished() == 1, "three of them; C continued")
	case "thread-id":
		threads()
	case "nested":
		nested()
	case "busy":
		busy()
	case "argument":
		object := struct{ p *int }{new(int)}
		number := uintptr(unsafe.Pointer(&object))
		inside = func(p unsafe.Pointer) { (*struct{ p *int })(unsafe.Pointer(number)).p = new(int) }
		C.call(nil)
		runtime.KeepAlive(&object)
		say.Saw(true, "passed")
	default:
		say.Unknown()
	}
}
