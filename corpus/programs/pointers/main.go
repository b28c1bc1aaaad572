// Go pointers as arguments: what is looked at, what is not, and what may be passed.
package main

/*
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct pair { void *first; void *second; };
struct text { char *bytes; };
union either { void *pointer; double number; };

static void take(void *p) { (void)p; }
static void take_chars(char *p) { (void)p; }
static void take_pair(struct pair p) { (void)p; }
static void take_text(struct text t) { (void)t; }
static void take_number(uintptr_t n) { (void)n; }
static void take_either(union either *e) { (void)e; }
static int is_null(void *p) { return p == NULL; }
static int add(int *p, int n) { int sum = 0; for (int i = 0; i < n; i++) sum += p[i]; return sum; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"unsafe"
)

type node struct {
	next   *node
	number int
	buffer [16]byte
}

type named *[16]byte

type holder struct{ self *holder }

var (
	global holder
	clean  int
)

//go:noinline
func escape(n *node) *[16]byte { return &n.buffer }

func dirty() *node { return &node{next: new(node)} }

// A local variable is where it was when C has its address, also after the stack has moved.
func local() {
	numbers := [3]C.int{1, 2, 3}
	before := uintptr(unsafe.Pointer(&numbers))
	first := C.add(&numbers[0], 3)
	say.Deepen(1000)
	runtime.GC()
	moved := uintptr(unsafe.Pointer(&numbers)) != before
	say.Saw(first == 6 && C.add(&numbers[0], 3) == 6 && !moved, "C adds 6 and 6; moved: %t", moved)
}

func inC() {
	block := (*[1]*node)(C.calloc(1, 8))
	block[0] = new(node)
	C.take(unsafe.Pointer(block))
	say.Saw(true, "passed")
}

func union() {
	var either C.union_either
	*(**node)(unsafe.Pointer(&either)) = new(node)
	C.take_either(&either)
	say.Saw(true, "passed")
}

func asBytes() {
	bytes := make([]byte, 8)
	*(**node)(unsafe.Pointer(&bytes[0])) = new(node)
	C.take(unsafe.Pointer(&bytes[0]))
	say.Saw(true, "passed")
}

// A pointer to the stack in an object of the heap, past the compiler.
func toStack() {
	var local node
	object := new([1]uintptr)
	*object = [1]uintptr{uintptr(unsafe.Pointer(&local))}
	hidden := (*[1]unsafe.Pointer)(unsafe.Pointer(new([1]unsafe.Pointer)))
	*(*uintptr)(unsafe.Pointer(hidden)) = object[0]
	p := unsafe.Pointer(hidden)
	C.take(p)
	hidden[0] = nil
	say.Saw(local.number == 0, "passed")
}

func pass(p unsafe.Pointer) {
	C.take(p)
	say.Saw(true, "passed")
}

func main() {
	switch say.Part() {
	case "value":
		C.take_pair(C.struct_pair{first: unsafe.Pointer(new(int))})
		say.Saw(true, "passed")
	case "value-dirty":
		C.take_pair(C.struct_pair{second: unsafe.Pointer(dirty())})
		say.Saw(true, "passed")
	case "value-chars":
		C.take_text(C.struct_text{bytes: (*C.char)(unsafe.Pointer(dirty()))})
		say.Saw(true, "passed")
	case "in-c":
		inC()
	case "map":
		maps := []map[int]int{nil}
		C.take(unsafe.Pointer(&maps[0]))
		say.Saw(true, "passed")
	case "map-hidden":
		pass(unsafe.Pointer(&struct{ m map[int]int }{}))
	case "static-func":
		funcs := []func(){main}
		C.take(unsafe.Pointer(&funcs[0]))
		say.Saw(true, "passed")
	case "closure":
		n := new(node)
		funcs := []func(){func() { n.number++ }}
		C.take(unsafe.Pointer(&funcs[0]))
		say.Saw(true, "passed")
	case "number":
		C.take_number(C.uintptr_t(uintptr(unsafe.Pointer(dirty()))))
		say.Saw(true, "passed")
	case "union":
		union()
	case "bytes":
		asBytes()
	case "chars":
		C.take_chars((*C.char)(unsafe.Pointer(dirty())))
		say.Saw(true, "passed")
	case "global":
		C.take(unsafe.Pointer(&global))
		say.Saw(true, "passed")
	case "global-clean":
		pass(unsafe.Pointer(&clean))
	case "global-hidden":
		pass(unsafe.Pointer(&global))
	case "global-self":
		global.self = &global
		C.take(unsafe.Pointer(&global))
		say.Saw(true, "passed")
	case "to-global":
		pass(unsafe.Pointer(&holder{self: &global}))
	case "local":
		local()
	case "to-stack":
		toStack()
	case "nil":
		say.Saw(C.is_null(nil) == 1, "C sees NULL")
	case "zero-size":
		pass(unsafe.Pointer(new(struct{})))
	case "c-pointer":
		p := C.malloc(1)
		C.take(p)
		C.free(p)
		say.Saw(true, "passed")
	case "empty":
		var slice []byte
		C.take(unsafe.Pointer(&slice[0]))
		say.Saw(true, "passed")
	case "field":
		C.take(unsafe.Pointer(&dirty().buffer))
		say.Saw(true, "passed")
	case "field-result":
		C.take(unsafe.Pointer(escape(dirty())))
		say.Saw(true, "passed")
	case "field-named":
		n := dirty()
		C.take(unsafe.Pointer(named(&n.buffer)))
		say.Saw(true, "passed")
	case "capacity":
		slice := []*node{nil, new(node)}[:1]
		C.take(unsafe.Pointer(&slice[0]))
		say.Saw(true, "passed")
	case "in-front":
		slice := []*node{new(node), nil}[1:]
		C.take(unsafe.Pointer(&slice[0]))
		say.Saw(true, "passed")
	case "array-pointer":
		array := new([4]int)
		C.take(unsafe.Pointer(&array[0]))
		say.Saw(true, "passed")
	case "struct":
		pass(unsafe.Pointer(dirty()))
	case "defer":
		n := new(node)
		defer C.take(unsafe.Pointer(n))
		n.next = new(node)
	case "defer-clean":
		n := dirty()
		func() {
			defer C.take(unsafe.Pointer(n))
			n.next = nil
		}()
		say.Saw(true, "passed")
	default:
		say.Unknown()
	}
}
