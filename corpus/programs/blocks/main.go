// Memory of C: who makes it, who frees it, who sees what is wrong with it.
package main

/*
#include <errno.h>
#include <stdlib.h>
#include <string.h>
static void *huge(void) { return calloc((size_t)1 << 62, 1); }
static void fill(char *p, int n) { memset(p, 1, n); }
static int fail(int e) { errno = e; return e; }
static void nothing(void) {}
static void set_errno(int e) { errno = e; }
*/
import "C"

import (
	"advice/say"
	"runtime"
	"syscall"
	"unsafe"
)

type wrapper struct{ p unsafe.Pointer }

var (
	sink byte
	size = C.size_t(1) << 62
	kept *wrapper
)

//go:noinline
func leak() {
	for i := 0; i < 100; i++ {
		*(*byte)(C.malloc(100)) = 1
	}
}

func errnos() {
	result, err := C.fail(C.int(syscall.ENOENT))
	_, none := C.fail(0)
	_, void := C.nothing()
	C.set_errno(C.int(syscall.EPERM))
	_, stale := C.nothing()
	say.Saw(err == syscall.ENOENT && result != 0 && none == nil && void == nil && stale == nil,
		"%v; of a success %v; of a void function %v; after an old errno %v", err, none, void, stale)
}

func main() {
	block := C.malloc(64)
	bytes := (*[128]byte)(block)
	switch say.Part() {
	case "zero":
		say.Saw(C.malloc(0) != nil, "not nil")
	case "too-much":
		say.Saw(C.malloc(size) != nil, "not nil")
	case "calloc":
		say.Saw(C.huge() == nil, "nil")
	case "free-nil":
		C.free(nil)
		say.Saw(true, "nothing happened")
	case "double-free":
		C.free(block)
		C.free(block)
		say.Saw(true, "nothing happened")
	case "interior":
		C.free(unsafe.Pointer(&bytes[8]))
		say.Saw(true, "nothing happened")
	case "go-memory": // behind some zeros: libc takes what lies before a block for its size
		C.free(unsafe.Pointer(&make([]byte, 128)[64]))
		say.Saw(true, "nothing happened")
	case "after-free":
		C.free(block)
		sink = bytes[0]
		say.Saw(true, "nothing happened")
	case "past":
		bytes[64] = 1
		say.Saw(true, "nothing happened")
	case "past-go":
		C.fill((*C.char)(unsafe.Pointer(&make([]byte, 100)[0])), 101)
		say.Saw(true, "nothing happened")
	case "leak":
		leak()
		runtime.GC()
		runtime.GC()
		say.Saw(true, "nothing happened")
	case "no-leak":
		kept = &wrapper{C.malloc(100)}
		say.Collect()
		*(*byte)(kept.p) = 1
		say.Saw(true, "nothing happened")
	case "leaked-strings":
		for i := 0; i < 100; i++ {
			C.CString("leaked")
		}
		say.Saw(true, "nothing happened")
	case "errno":
		errnos()
	case "failed-success":
		result, err := C.fail(C.int(syscall.EINTR))
		say.Saw(err != nil, "the call returns %d and the error %v", result, err)
	default:
		say.Unknown()
	}
}
