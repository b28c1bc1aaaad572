//go:build go1.21

// Package bug forgets to unpin a buffer that C has given back: the Pinner becomes unreachable with it.
package bug

/*
static const char *kept;

static void lend(const char *p) { kept = p; }
static int first(void) { return kept[0]; }
static void give_back(void) { kept = 0; }
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// A Loan is a buffer that C has for a while.
type Loan struct{ pinner runtime.Pinner }

// Lend lends C a buffer, which is not empty.
func Lend(data []byte) *Loan {
	l := new(Loan)
	l.pinner.Pin(&data[0])
	C.lend((*C.char)(unsafe.Pointer(&data[0])))
	return l
}

// First returns what C finds in front.
func (l *Loan) First() byte { return byte(C.first()) }

// End takes the buffer back.
func (l *Loan) End() { C.give_back() }
