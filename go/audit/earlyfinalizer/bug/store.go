// Package bug wraps a C key store. Get takes the C pointer out of the wrapper, and that is the
// wrapper's last use: a finalizer may free the store while C reads it.
package bug

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
func (s *Store) Get() int { return int(C.store_get(s.c)) }
