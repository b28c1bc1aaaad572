// struct{byte; int32} and struct{char; int} have the same layout; Go's alignment cannot be controlled.
package main

/*
#include <stdalign.h>

struct plain { char c; int i; };
union both { int i; void *p; };
struct with_union { char c; union both u; };
enum level { LOW, HIGH };
typedef struct { alignas(16) char bytes[16]; void *pointers[80]; } aligned;
*/
import "C"

import (
	"advice/say"
	"unsafe"
)

type plain struct {
	c byte
	i int32
}

var sink *C.aligned

func same() {
	c, g := C.struct_plain{}, plain{}
	say.Saw(unsafe.Sizeof(c) == unsafe.Sizeof(g) && unsafe.Offsetof(c.i) == unsafe.Offsetof(g.i),
		"sizes %d and %d, the integers at %d and %d", unsafe.Sizeof(c), unsafe.Sizeof(g),
		unsafe.Offsetof(c.i), unsafe.Offsetof(g.i))
}

// The alignment that Go knows of a C type of alignment 16.
func alignment() {
	known := unsafe.Alignof(C.aligned{})
	say.Saw(known != 16, "Go aligns a C type of alignment 16 to %d", known)
}

// Where Go puts it.
func address() {
	off := 0
	for i := 0; i < 50; i++ {
		sink = new(C.aligned)
		if uintptr(unsafe.Pointer(sink))%16 != 0 {
			off++
		}
	}
	say.Saw(off == 0, "%d of 50 are not aligned", off)
}

func main() {
	switch say.Part() {
	case "same":
		same()
	case "alignment":
		alignment()
	case "address":
		address()
	case "union":
		var u C.union_both
		say.Saw(unsafe.Alignof(u) == 8, "in Go it is bytes, with alignment %d", unsafe.Alignof(u))
	case "enum":
		var level C.enum_level
		say.Saw(unsafe.Sizeof(level) == unsafe.Sizeof(int(0)), "an enum has %d bytes, a Go int %d",
			unsafe.Sizeof(level), unsafe.Sizeof(int(0)))
	case "long":
		say.Saw(unsafe.Sizeof(C.long(0)) == unsafe.Sizeof(int64(0)), "both have %d bytes here",
			unsafe.Sizeof(C.long(0)))
	default:
		say.Unknown()
	}
}
