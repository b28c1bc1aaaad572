// Package fixed gives a C function that frees what it is given memory from C.
package fixed

/*
#include <stdlib.h>
#include <string.h>

static int sum(const char *p, int n) {
	int s = 0;
	while (n-- > 0)
		s += *p++;
	return s;
}
static void consume(char *p) { free(p); }
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// A Message is for C.
type Message struct {
	data unsafe.Pointer
	n    int
}

// New makes a message of data, which is not empty.
func New(data []byte) *Message {
	m := &Message{C.CBytes(data), len(data)}
	runtime.SetFinalizer(m, func(m *Message) { C.consume((*C.char)(m.data)) })
	return m
}

// Sum adds the bytes.
func (m *Message) Sum() int {
	defer runtime.KeepAlive(m)
	return int(C.sum((*C.char)(m.data), C.int(m.n)))
}
