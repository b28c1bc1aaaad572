// Package fixed wraps a C key store, and keeps the wrapper alive while C reads it.
package fixed

/*
#include <stdlib.h>

struct store { int value; };

static struct store *store_new(int value) {
	struct store *s = malloc(sizeof *s);
	s->value = value;
	return s;
}
static int store_get(const struct store *s) { return s->value; }
static void store_free(struct store *s) { free(s); }
*/
import "C"

import "runtime"

// A Store holds one number.
type Store struct{ c *C.struct_store }

// New makes a store.
func New(value int) *Store {
	s := &Store{C.store_new(C.int(value))}
	runtime.SetFinalizer(s, (*Store).free)
	return s
}

func (s *Store) free() { C.store_free(s.c) }

// Get returns the number.
func (s *Store) Get() int {
	value := int(C.store_get(s.c))
	runtime.KeepAlive(s)
	return value
}
