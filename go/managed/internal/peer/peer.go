// Package peer is C code that takes, keeps and gives counted blocks: what a C library would do that
// uses managed.h, for the tests of package managed.
package peer

/*
#cgo CFLAGS: -I${SRCDIR}/../../../../harness/managed
#cgo LDFLAGS: -Wl,--unresolved-symbols=ignore-all -lpthread
#include <pthread.h>
#include "managed.h"

static struct seam_managed *context;
static seam_handle kept;

static void peer_keep(void *of, seam_handle handle) {
	context = of;
	kept = handle;
}

static void *drop(void *unused) {
	(void)unused;
	seam_managed_release(context, kept);
	kept = 0;
	return NULL;
}

static void peer_drop(int on_a_thread) {
	pthread_t thread;
	if (on_a_thread && pthread_create(&thread, NULL, drop, NULL) == 0)
		pthread_join(thread, NULL);
	else
		drop(NULL);
}

static seam_handle peer_make(void *of, size_t size, int byte) {
	seam_handle handle;
	void *memory;
	if (seam_managed_alloc(of, size, 0, NULL, NULL, &handle) != SEAM_MANAGED_ok)
		return 0;
	seam_managed_get(of, handle, &memory, NULL);
	for (size_t i = 0; i < size; i++)
		((char *)memory)[i] = (char)byte;
	return handle;
}

static long peer_sum(void *of, seam_handle handle) {
	unsigned char *memory;
	size_t size;
	long sum = 0;
	if (seam_managed_get(of, handle, (void **)&memory, &size) != SEAM_MANAGED_ok)
		return -1;
	for (size_t i = 0; i < size; i++)
		sum += memory[i];
	return sum;
}
*/
import "C"

import "unsafe"

// Keep stores a handle in a C variable, and owns its reference.
func Keep(context unsafe.Pointer, handle uint64) { C.peer_keep(context, C.seam_handle(handle)) }

// Drop releases what is kept, on this thread or on one that C makes.
func Drop(onThread bool) {
	on := C.int(0)
	if onThread {
		on = 1
	}
	C.peer_drop(on)
}

// Make allocates in C; the caller owns the reference.
func Make(context unsafe.Pointer, size int, b byte) uint64 {
	return uint64(C.peer_make(context, C.size_t(size), C.int(b)))
}

// Sum adds the bytes of a block up, or is -1 if the handle is not valid.
func Sum(context unsafe.Pointer, handle uint64) int {
	return int(C.peer_sum(context, C.seam_handle(handle)))
}
