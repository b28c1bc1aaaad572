// A misaligned pointer crosses the boundary safely.
package main

/*
#include <stdint.h>
#include <string.h>
#include <stdalign.h>

typedef long long pair __attribute__((vector_size(16)));

static int read_int(void *p) { return *(int *)p; }

static long long add_pair(void *p) {
	pair sum = *(volatile pair *)p + *(volatile pair *)p;
	return sum[0] + sum[1];
}

typedef struct { alignas(16) pair first; void *pointers[80]; } aligned;
*/
import "C"

import (
	"advice/say"
	"encoding/binary"
	"unsafe"
)

var block [64]byte
var keep *C.aligned

// An address in the block with that remainder by 16.
func at(remainder uintptr) unsafe.Pointer {
	start := uintptr(unsafe.Pointer(&block[0])) % 16
	return unsafe.Pointer(&block[(16+remainder-start)%16])
}

type withPointer struct {
	p *int
	n int
}

func main() {
	switch say.Part() {
	case "integer":
		p := at(3)
		binary.LittleEndian.PutUint32((*[4]byte)(p)[:], 42)
		said := C.read_int(p)
		say.Saw(said == 42, "C reads %d where Go wrote 42", said)
	case "vector":
		sum := C.add_pair(at(8))
		say.Saw(sum == 0, "C adds zeros to %d", sum)
	case "pointers":
		p := (*withPointer)(at(4))
		p.n = 42
		say.Saw(p.n == 42, "Go writes and reads %d", p.n)
	case "allocated":
		keep = new(C.aligned)
		sum := C.add_pair(unsafe.Pointer(&keep.first))
		say.Saw(sum == 0, "C adds zeros to %d", sum)
	default:
		say.Unknown()
	}
}
