// runtime.Pinner.
package main

/*
#include <stdlib.h>
static void take(void *p) { (void)p; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

type node struct {
	next *node
	room [4]int
}

var global node

func pass(p unsafe.Pointer) { C.take(p) }

// A holder of a Go pointer, which is pinned.
func pinned(pinner *runtime.Pinner) *node {
	n := &node{next: new(node)}
	pinner.Pin(n.next)
	return n
}

//go:noinline
func forget(what interface{}) {
	var pinner runtime.Pinner
	pinner.Pin(what)
	pinner.Pin(&global)
}

func collected(pinner *runtime.Pinner) (dead *bool) {
	dead = new(bool)
	n := new(node)
	runtime.SetFinalizer(n, func(*node) { *dead = true })
	pinner.Pin(n)
	return dead
}

func main() {
	var pinner runtime.Pinner
	switch say.Part() {
	case "pinned":
		pass(unsafe.Pointer(pinned(&pinner)))
		pinner.Unpin()
	case "unpinned":
		n := pinned(&pinner)
		pinner.Unpin()
		pass(unsafe.Pointer(n))
	case "alive":
		dead := collected(&pinner)
		say.Collect()
		kept := !*dead
		pinner.Unpin()
		say.Collect()
		say.Saw(kept && *dead, "collected while pinned: %t, after Unpin: %t", !kept, *dead)
		return
	case "nothing":
		pinner.Pin(nil)
	case "int":
		pinner.Pin(1)
	case "slice":
		pinner.Pin([]int{1})
	case "map":
		pinner.Pin(map[int]int{})
	case "chan":
		pinner.Pin(make(chan int))
	case "func":
		pinner.Pin(main)
	case "string":
		pinner.Pin("text")
	case "c-pointer":
		pinner.Pin(C.malloc(1))
	case "nil-pointer":
		pinner.Pin((*int)(nil))
	case "literal":
		pinner.Pin(unsafe.StringData("literal"))
	case "global":
		pinner.Pin(&global)
	case "zero-size":
		pinner.Pin(new(struct{}))
	case "counted":
		n := pinned(&pinner)
		var other runtime.Pinner
		other.Pin(n.next)
		pinner.Unpin()
		pass(unsafe.Pointer(n))
		other.Unpin()
		pass(unsafe.Pointer(n))
	case "many":
		n := &node{next: new(node)}
		for i := 0; i < 100000; i++ {
			pinner.Pin(n.next)
		}
		pass(unsafe.Pointer(n))
		pinner.Unpin()
	case "twice":
		pinner.Pin(new(node))
		pinner.Unpin()
		pinner.Unpin()
	case "zero":
		pinner.Unpin()
	case "copied":
		pinner.Pin(new(node))
		other := pinner
		pinner.Unpin()
		other.Unpin()
	case "leaked":
		forget(new(node))
		say.Collect()
	case "leaked-ignored":
		forget(&global)
		say.Collect()
	case "shallow":
		n := &node{next: pinned(new(runtime.Pinner))}
		n.next.next = &node{}
		pinner.Pin(n.next)
		C.take(unsafe.Pointer(&n.next))
	case "deep":
		n := &node{next: &node{next: new(node)}}
		pinner.Pin(n.next)
		pass(unsafe.Pointer(n))
	case "element":
		holder := &struct{ s []int }{make([]int, 100)}
		pinner.Pin(&holder.s[0])
		pass(unsafe.Pointer(holder))
	case "header":
		holder := &struct{ s []int }{make([]int, 100)}
		pinner.Pin(&holder.s)
		pass(unsafe.Pointer(holder))
	case "data":
		holder := &struct{ s []int }{make([]int, 100)}
		pinner.Pin(unsafe.SliceData(holder.s))
		pass(unsafe.Pointer(holder))
	case "append":
		holder := &struct{ s []int }{make([]int, 100)}
		pinner.Pin(&holder.s[0])
		holder.s = append(holder.s, 1)
		pass(unsafe.Pointer(holder))
	case "neighbour":
		neighbour()
	case "result":
		inner := &node{next: new(node)}
		pinner.Pin(inner)
		wanted = unsafe.Pointer(inner)
		callWanted()
	default:
		say.Unknown()
	}
	say.Saw(true, "nothing happened")
	runtime.KeepAlive(&pinner)
}

// Small objects without pointers share blocks of 16 bytes: a pin of one is a pin of all.
func neighbour() {
	var pinner runtime.Pinner
	var small [64]*uint32
	for i := range small {
		small[i] = new(uint32)
	}
	at := func(i int) uintptr { return uintptr(unsafe.Pointer(small[i])) }
	for i := 1; i < len(small); i++ {
		if at(i)/16 == at(i-1)/16 {
			pinner.Pin(small[i-1])
			pass(unsafe.Pointer(&struct{ p *uint32 }{small[i]}))
			pinner.Unpin()
			return
		}
	}
	panic("no neighbours")
}
