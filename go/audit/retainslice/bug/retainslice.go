// Package bug lets C keep a pointer to a Go slice.
package bug

/*
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

// Set tells C about the bytes, which it remembers.
func Set(b []byte) { C.sink_set((*C.char)(unsafe.Pointer(&b[0])), C.int(len(b))) }

// Sum adds up the bytes that C remembers.
func Sum() int { return int(C.sink_sum()) }
