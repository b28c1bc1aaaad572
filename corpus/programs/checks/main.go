// Cases of Go's own table of pointer checks (cmd/cgo/internal/testerrors/ptr_test.go) that are about
// more than which pointers there are: the size of types, when arguments are evaluated, other parts of
// the runtime. The others are scenarios, in corpus/checks.
package main

/*
#include <stdlib.h>
#include <string.h>

#define MANY 40000

struct two { char *first, *second; };
struct many { char *words[MANY]; };
struct around { struct many inner; };
union with_pointer { void *pointer; unsigned long number; };
union without { unsigned long number; double real; };

static struct many *new_many(void) { return calloc(1, sizeof(struct many)); }
static struct around *new_around(void) { return calloc(1, sizeof(struct around)); }
static void take(void *p) { (void)p; }
static void take_pointers(char **p) { (void)p; }
static void take_two(struct two *t) { (void)t; }
static void take_with(union with_pointer *u) { (void)u; }
static void take_without(union without *u) { (void)u; }
static void take_parts(void *first, int n, void *second) { memset(first, n, 1); memset(second, n, 1); }
static void nothing(void) {}
*/
import "C"

import (
	"advice/say"
	"os"
	"reflect"
	"runtime"
	"sync"
	"time"
	"unsafe"
)

func char() *C.char { return (*C.char)(unsafe.Pointer(new([16]byte))) }

// --- stores of large types, which the compiler describes to the collector in another way ---------

func storeArray() { C.new_many().words = [C.MANY]*C.char{7: char()} }

func storeArrayFromHeap() {
	source := new([C.MANY]*C.char)
	source[7] = char()
	C.new_many().words = *source
}

func storeStruct() { C.new_around().inner = C.struct_many{[C.MANY]*C.char{7: char()}} }

func storeStructFromHeap() {
	source := new(C.struct_many)
	source.words[7] = char()
	C.new_around().inner = *source
}

type mixed struct {
	first  *int
	bytes  [C.MANY * 8]byte
	second *int
	number uintptr
}

// The address of a Go object is in a field that is a number, so it is none.
func storeNumber() {
	object := new(int)
	source := mixed{number: uintptr(unsafe.Pointer(object))}
	place := (*mixed)(C.calloc(1, C.size_t(unsafe.Sizeof(source))))
	*place = source
	C.take(unsafe.Pointer(place))
	runtime.KeepAlive(object)
}

// --- when what is evaluated ----------------------------------------------------------------------

// The check comes when the call does: the pointer is there by then.
func deferCheck() {
	two := new(C.struct_two)
	defer C.take_two(two)
	two.second = char()
}

type outer struct{ inner *struct{ words []*C.char } }

// The argument comes when the statement does: nothing is dereferenced later.
func deferArgument() {
	o := &outer{&struct{ words []*C.char }{[]*C.char{nil}}}
	defer C.take_pointers(&o.inner.words[0])
	o.inner = nil
}

// The argument is received once, although the check needs it, too.
func receiveOnce() {
	words := make(chan []*C.char, 2)
	words <- make([]*C.char, 1)
	words <- make([]*C.char, 1)
	C.take_pointers(&(<-words)[0])
	if len(words) != 1 {
		panic("received twice")
	}
}

// --- parts of memory -----------------------------------------------------------------------------

func otherField() { C.take_two(nil); t := &C.struct_two{second: char()}; C.take_pointers(&t.first) }

func twoFields() {
	object := &struct {
		first  [8]byte
		p      *int
		second int64
	}{p: new(int)}
	C.take_parts(unsafe.Pointer(&object.first), 1, unsafe.Pointer(&object.second))
	if object.first[0] != 1 || object.second != 1 {
		panic("C did not write")
	}
}

func unionWithPointer() {
	word := char()
	C.take_with((*C.union_with_pointer)(unsafe.Pointer(&word)))
}

func unionWithout() {
	word := char()
	C.take_without((*C.union_without)(unsafe.Pointer(&word)))
}

// --- other parts of the runtime ------------------------------------------------------------------

// Goroutines are stopped while they enter C.
func preempt() {
	var group sync.WaitGroup
	for i := 0; i < 50; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			for k := 0; k < 50; k++ {
				C.nothing()
				runtime.GOMAXPROCS(1 + i%4)
			}
		}(i)
	}
	group.Wait()
}

// The poller keeps its own pointers outside the heap.
func deadline() {
	r, w, err := os.Pipe()
	if err != nil {
		panic(err)
	}
	r.SetReadDeadline(time.Now().Add(10 * time.Microsecond))
	if _, err := r.Read(make([]byte, 1)); !os.IsTimeout(err) {
		panic(err)
	}
	r.Close()
	w.Close()
}

var garbage [][]byte

// The sweeper frees what belongs to finalizers, which is outside the heap: files have finalizers.
func finalizer() {
	for i := 0; i < 5000; i++ {
		garbage = append(garbage, make([]byte, 4096))
		if i%100 == 0 {
			garbage = nil
			if _, err := os.Open(os.Args[0]); err != nil {
				panic(err)
			}
		}
	}
}

type named int

func (n named) Name() int { return int(n) }

// A type that reflect makes gets its methods at run time.
func structOf() {
	made := reflect.StructOf([]reflect.StructField{{Name: "Named", Type: reflect.TypeOf(named(0)), Anonymous: true}})
	reflect.New(made).Elem().Interface().(interface{ Name() int }).Name()
}

func main() {
	act := map[string]func(){
		"ptrfieldok":              otherField,
		"barriergcprogarray":      storeArray,
		"barriergcprogarrayheap":  storeArrayFromHeap,
		"barriergcprogstruct":     storeStruct,
		"barriergcprogstructheap": storeStructFromHeap,
		"ptrdata2":                storeNumber,
		"defer1":                  deferCheck,
		"defer2":                  deferArgument,
		"union1":                  unionWithPointer,
		"union2":                  unionWithout,
		"preemptduringcall":       preempt,
		"deadline":                deadline,
		"chanrecv":                receiveOnce,
		"structfield2":            twoFields,
		"finalizer":               finalizer,
		"structof":                structOf,
	}[say.Part()]
	if act == nil {
		say.Unknown()
	}
	act()
	say.Saw(true, "passes")
}
