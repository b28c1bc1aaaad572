// runtime.SetFinalizer.
package main

/*
#include <stdlib.h>
extern void inCall(void);
static void call(void *p) { (void)p; inCall(); }
*/
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
	name string
	room [4]int
}

type small struct {
	p      *int
	number int32
	more   int32
	room   [4]int
}

var (
	global node
	ran    []string
	kept   interface{}
	freed  bool
)

func watch(n *node) *node {
	runtime.SetFinalizer(n, func(n *node) { ran = append(ran, n.name) })
	return n
}

//go:noinline
func chain() { watch(&node{name: "a", next: watch(&node{name: "b", next: watch(&node{name: "c"})})}) }

//go:noinline
func cycle() {
	a, b := &node{name: "a"}, &node{name: "b"}
	a.next, b.next = b, a
	watch(a)
}

//go:noinline
func self() {
	n := watch(&node{name: "self"})
	n.next = n
}

//go:noinline
func captured() {
	n := &node{name: "captured"}
	runtime.SetFinalizer(n, func(*node) { ran = append(ran, n.name) })
}

//go:noinline
func row() {
	var objects [8]*node
	for i := range objects {
		objects[i] = watch(&node{name: fmt.Sprint(i)})
	}
}

//go:noinline
func interior() {
	s := new(small)
	runtime.SetFinalizer(&s.more, func(*int32) { ran = append(ran, "interior") })
}

//go:noinline
func onlyInC() {
	*(*uintptr)(C.calloc(1, 8)) = uintptr(unsafe.Pointer(watch(&node{name: "only C has it"})))
}

//go:noinline
func resurrected() {
	runtime.SetFinalizer(&node{name: "back"}, func(n *node) {
		ran = append(ran, n.name)
		kept = n
	})
}

//go:noinline
func drop(done chan bool) {
	runtime.SetFinalizer(&node{}, func(*node) { close(done) })
}

// One collection, and all finalizers that are due after it.
func once() {
	done := make(chan bool)
	drop(done)
	say.Deepen(64) // over the dead frames below
	runtime.GC()
	<-done
	time.Sleep(2 * time.Millisecond)
}

// Collections, when finalizers may not run any more.
func unwaited() {
	for i := 0; i < 3; i++ {
		say.Deepen(64)
		runtime.GC()
		time.Sleep(5 * time.Millisecond)
	}
}

// Collections one by one; what ran in each.
func collect(times int) string {
	var each []string
	for i := 0; i < times; i++ {
		ran = nil
		once()
		each = append(each, strings.Join(ran, " "))
	}
	return strings.Join(each, ", ")
}

//go:noinline
func finalized(act func(*node)) { runtime.SetFinalizer(&node{}, act) }

// C calls back while it has only the pointer of the wrapper; Go collects there.
//
//export inCall
func inCall() { say.Collect() }

type wrapper struct{ p unsafe.Pointer }

func open() *wrapper {
	w := &wrapper{C.malloc(1)}
	runtime.SetFinalizer(w, func(w *wrapper) { freed = true })
	return w
}

//go:noinline
func use() {
	w := open()
	C.call(w.p)
}

//go:noinline
func useAndKeep() {
	w := open()
	C.call(w.p)
	runtime.KeepAlive(w)
}

//go:noinline
func tiny() {
	for i := 0; i < 63; i++ {
		p := new(uint32)
		if i == 30 {
			kept = p
			continue
		}
		runtime.SetFinalizer(p, func(*uint32) { ran = append(ran, "x") })
	}
}

func main() {
	runtime.GOMAXPROCS(1) // finalizers that are due run before we go on
	f := func(*node) {}
	switch say.Part() {
	case "nil":
		runtime.SetFinalizer(nil, f)
	case "value":
		runtime.SetFinalizer(node{}, f)
	case "no-function":
		runtime.SetFinalizer(&node{}, 1)
	case "argument":
		runtime.SetFinalizer(&node{}, func(*int) {})
	case "variadic":
		runtime.SetFinalizer(&node{}, func(...*node) {})
	case "twice":
		runtime.SetFinalizer(watch(&node{}), f)
	case "inside":
		n := &node{}
		runtime.SetFinalizer(&n.name, func(*string) {})
	case "inside-small":
		interior()
		got := collect(2)
		say.Saw(got == "interior, ", "accepted; ran in two collections: %q", got)
		return
	case "c-pointer":
		runtime.SetFinalizer((*node)(C.malloc(100)), f)
	case "nil-pointer":
		runtime.SetFinalizer((*node)(nil), f)
	case "unsafe-pointer":
		runtime.SetFinalizer(unsafe.Pointer(&node{}), func(unsafe.Pointer) {})
	case "global":
		watch(&global)
		got := collect(2)
		say.Saw(got == ", ", "accepted; ran in two collections: %q", got)
		return
	case "zero-size":
		runtime.SetFinalizer(new(struct{}), func(*struct{}) { ran = append(ran, "zero") })
		got := collect(2)
		say.Saw(got == ", ", "accepted; ran in two collections: %q", got)
		return
	case "chain":
		chain()
		got := collect(4)
		say.Saw(got == "a, b, c, ", "in four collections: %q", got)
		return
	case "resurrected":
		resurrected()
		got := collect(1)
		name := kept.(*node).name
		kept = nil
		got += ", " + collect(2)
		say.Saw(got == "back, , " && name == "back", "the object is there; in three collections: %q", got)
		return
	case "cycle":
		cycle()
		got := collect(3)
		say.Saw(got == ", , ", "in three collections: %q", got)
		return
	case "self":
		self()
		got := collect(2)
		say.Saw(got == "self, ", "in two collections: %q", got)
		return
	case "captured":
		captured()
		got := collect(3)
		say.Saw(got == ", , ", "in three collections: %q", got)
		return
	case "order":
		row()
		got := collect(1)
		say.Saw(len(got) == 15, "of 8 objects in one collection %d", (len(got)+1)/2)
		return
	case "panic":
		finalized(func(*node) { panic("boom") })
		once()
		once()
	case "goexit":
		finalized(func(*node) { runtime.Goexit() })
		unwaited()
		watched()
		unwaited()
		say.Saw(len(ran) == 0, "another finalizer ran after it: %t", len(ran) != 0)
		return
	case "blocks":
		finalized(func(*node) { select {} })
		unwaited()
		watched()
		unwaited()
		say.Saw(len(ran) == 0, "another finalizer ran meanwhile: %t", len(ran) != 0)
		return
	case "exit":
		runtime.SetFinalizer(&node{}, func(*node) { fmt.Println("fails: exit: it ran") })
		say.Saw(true, "nothing more is printed")
		return
	case "tiny":
		tiny()
		once()
		once()
		say.Saw(len(ran) < 62, "of 62 dead objects, some wait for the one that is alive: %t", len(ran) < 62)
		return
	case "only-c":
		onlyInC()
		got := collect(1)
		say.Saw(got == "only C has it", "in one collection: %q", got)
		return
	case "early":
		use()
		say.Saw(freed, "the finalizer ran during the call: %t", freed)
		return
	case "kept-alive":
		useAndKeep()
		say.Saw(!freed, "the finalizer ran during the call: %t", freed)
		return
	default:
		say.Unknown()
	}
	say.Saw(true, "nothing happened")
}

//go:noinline
func watched() { watch(&node{name: "after"}) }
