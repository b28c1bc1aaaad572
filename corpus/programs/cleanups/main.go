// runtime.AddCleanup.
package main

// #include <stdlib.h>
import "C"

import (
	"advice/say"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unsafe"
)

type node struct {
	next *node
	room [4]int
}

var (
	global node
	ran    = make(chan string, 1000)
)

func add(n *node, word string) runtime.Cleanup {
	return runtime.AddCleanup(n, func(word string) { ran <- word }, word)
}

//go:noinline
func drop(done chan bool) {
	runtime.AddCleanup(&node{}, func(done chan bool) { close(done) }, done)
}

// Collections; what ran in each.
func collect(times int) string {
	var each []string
	for i := 0; i < times; i++ {
		done := make(chan bool)
		drop(done)
		say.Deepen(64) // over the dead frames below
		runtime.GC()
		<-done
		time.Sleep(5 * time.Millisecond)
		var words []string
		for len(ran) > 0 {
			words = append(words, <-ran)
		}
		each = append(each, strings.Join(words, " "))
	}
	return strings.Join(each, ", ")
}

//go:noinline
func interiorArgument() {
	n := &node{}
	runtime.AddCleanup(n, func(*int) { ran <- "ran" }, &n.room[1])
}

//go:noinline
func captured() {
	n := &node{}
	runtime.AddCleanup(n, func(int) { ran <- fmt.Sprint(n.room[0]) }, 1)
}

//go:noinline
func inside() {
	n := &node{}
	runtime.AddCleanup(&n.room[1], func(int) { ran <- "ran" }, 1)
}

//go:noinline
func cycle() {
	a, b := &node{}, &node{}
	a.next, b.next = b, a
	add(a, "a")
	add(b, "b")
}

//go:noinline
func stopped() {
	cleanup := add(&node{}, "stopped")
	cleanup.Stop()
	cleanup.Stop()
}

//go:noinline
func row() {
	n := &node{}
	for i := 0; i < 4; i++ {
		add(n, fmt.Sprint(i))
	}
}

//go:noinline
func both() {
	n := &node{}
	add(n, "cleanup")
	runtime.SetFinalizer(n, func(*node) { ran <- "finalizer" })
}

// Both the object and the argument are small and have no pointers.
//
//go:noinline
func tiny() {
	for i := 0; i < 64; i++ {
		runtime.AddCleanup(new(uint32), func(i uint32) { ran <- "x" }, uint32(i))
	}
}

//go:noinline
func blocked() {
	runtime.AddCleanup(&node{}, func(int) { ran <- "waits"; select {} }, 1)
}

// Does a finalizer run while a cleanup waits?
func beside() bool {
	blocked()
	for len(ran) == 0 {
		say.Deepen(64)
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	<-ran
	both()
	for i := 0; i < 100; i++ {
		say.Deepen(64)
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
		if len(ran) > 0 {
			return <-ran == "finalizer"
		}
	}
	return false
}

func expect(want string, times int) {
	got := collect(times)
	say.Saw(got == want, "ran in each collection: %q", got)
}

func main() {
	runtime.GOMAXPROCS(1) // cleanups that are due run before we go on
	switch say.Part() {
	case "nil":
		add(nil, "ran")
	case "self":
		n := &node{}
		runtime.AddCleanup(n, func(*node) {}, n)
	case "c-pointer":
		add((*node)(C.malloc(C.size_t(unsafe.Sizeof(node{})))), "ran")
	case "argument":
		interiorArgument()
		expect(", ", 2)
		return
	case "captured":
		captured()
		expect(", ", 2)
		return
	case "nil-interface":
		runtime.AddCleanup(&node{}, func(interface{}) {}, nil)
	case "global":
		add(&global, "ran")
		expect(", ", 2)
		return
	case "zero-size":
		runtime.AddCleanup(new(struct{}), func(int) { ran <- "ran" }, 1)
		expect(", ", 2)
		return
	case "inside":
		inside()
		expect("ran, ", 2)
		return
	case "cycle":
		cycle()
		got := collect(2)
		say.Saw(len(got) == 5, "ran in two collections: %d of 2", (len(got)-1)/2)
		return
	case "stopped":
		stopped()
		expect(", ", 2)
		return
	case "order":
		row()
		expect("3 2 1 0, ", 2)
		return
	case "both":
		both()
		expect("finalizer, cleanup, ", 3)
		return
	case "blocks":
		got := beside()
		say.Saw(got, "a finalizer ran while a cleanup blocked: %t", got)
		return
	case "tiny":
		tiny()
		got := collect(3)
		most := strings.Count(got, "x") > 32 // those in the last block wait for what comes next
		say.Saw(most, "most of 64 ran: %t; none: %t", most, strings.Count(got, "x") == 0)
		return
	default:
		say.Unknown()
	}
	say.Saw(true, "accepted")
}
