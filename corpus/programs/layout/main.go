// Types of C as cgo makes them.
package main

/*
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
struct natural { char a; short b; int c; void *d; double e; };
union either { char bytes[12]; void *pointer; double number; };
struct holder { char c; union either e; };
struct flexible { int n; double data[]; };
struct wide { char c; __int128 n; };
struct aligned { _Alignas(16) char bytes[16]; void *p; };
enum unsigned_enum { NONE, SOME };
enum signed_enum { MINUS = -1, ZERO };
enum large_enum { LARGE = 1ULL << 40 };
static size_t natural_size(void) { return sizeof(struct natural); }
static size_t natural_e(void) { return offsetof(struct natural, e); }
static size_t size_of_union(void) { return sizeof(union either); }
static size_t align_of_union(void) { return _Alignof(union either); }
static size_t flexible_size(void) { return sizeof(struct flexible); }
static size_t wide_offset(void) { return offsetof(struct wide, n); }
static int low(struct wide *w) { return (int)w->n; }
static int unaligned(void *p) { return *(volatile int *)p; }
typedef struct { _Alignas(16) char c[16]; void *p[66]; } large;
static int aligned_by(void *p) { return (int)((uintptr_t)p % 16); }
*/
import "C"

import (
	"advice/say"
	"reflect"
	"unsafe"
)

func kind(v interface{}) reflect.Kind { return reflect.TypeOf(v).Kind() }

var kept []*C.large

func main() {
	switch say.Part() {
	case "natural":
		var n C.struct_natural
		size, offset := unsafe.Sizeof(n), unsafe.Offsetof(n.e)
		say.Saw(size == uintptr(C.natural_size()) && offset == uintptr(C.natural_e()),
			"sizes %d and %d, last fields at %d and %d", size, C.natural_size(), offset, C.natural_e())
	case "union":
		var u C.union_either
		say.Saw(unsafe.Sizeof(u) == uintptr(C.size_of_union()) && kind(u) == reflect.Array && unsafe.Alignof(u) == 1,
			"an %v of %d bytes, aligned to %d; in C to %d", kind(u), unsafe.Sizeof(u), unsafe.Alignof(u),
			C.align_of_union())
	case "flexible":
		size := unsafe.Sizeof(C.struct_flexible{})
		say.Saw(size != uintptr(C.flexible_size()), "%d bytes in Go, %d in C", size, C.flexible_size())
	case "int128":
		var w C.struct_wide
		*(*int64)(unsafe.Pointer(&w.n)) = 42
		say.Saw(C.low(&w) == 42 && unsafe.Offsetof(w.n) == uintptr(C.wide_offset()),
			"at %d in Go, at %d in C, which reads 42: %t", unsafe.Offsetof(w.n), C.wide_offset(), C.low(&w) == 42)
	case "alignment":
		wrong := 0
		for i := 0; i < 64; i++ {
			kept = append(kept, new(C.large))
			if C.aligned_by(unsafe.Pointer(kept[i])) != 0 {
				wrong++
			}
		}
		say.Saw(wrong == 0, "Go aligns it to %d; of 64 allocations of %d bytes, not at a multiple of 16: %d",
			unsafe.Alignof(C.large{}), unsafe.Sizeof(C.large{}), wrong)
	case "integer":
		bytes := []byte{0, 1, 0, 0, 0, 0, 0, 0}
		say.Saw(C.unaligned(unsafe.Pointer(&bytes[1])) == 1, "C reads it (on this machine)")
	case "enums":
		var u C.enum_unsigned_enum
		var s C.enum_signed_enum
		var l C.enum_large_enum
		say.Saw(kind(u) == reflect.Uint32 && kind(s) == reflect.Int32 && kind(l) == reflect.Uint64,
			"%v; with a negative value %v; with one of 41 bits %v", kind(u), kind(s), kind(l))
	case "long":
		say.Saw(kind(C.long(0)) == reflect.Int64, "%v (on this machine)", kind(C.long(0)))
	default:
		say.Unknown()
	}
}
