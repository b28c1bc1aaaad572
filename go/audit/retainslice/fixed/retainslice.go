// Package fixed lets C keep a copy of a Go slice.
package fixed

/*
#include <stdlib.h>

struct sink { const char *data; int size; };

static struct sink sink;

static void sink_set(const char *data, int size) {
	sink.data = data;
	sink.size = size;
}
static int sink_sum(void) {
	int sum = 0;
	for (int i = 0; i < sink.size; i++)
		sum += sink.data[i];
	return sum;
}
*/
import "C"

import "unsafe"

var copied unsafe.Pointer

// Set gives C a copy of the bytes, which it remembers.
func Set(b []byte) {
	C.free(copied)
	copied = C.CBytes(b)
	C.sink_set((*C.char)(copied), C.int(len(b)))
}

// Sum adds up the bytes that C remembers.
func Sum() int { return int(C.sink_sum()) }
