// Package bug frees a name that belongs to a C structure, and is part of it.
package bug

/*
#include <stdlib.h>

struct config { int version; char name[28]; };

static struct config *config_new(void) {
	struct config *c = calloc(1, sizeof *c);
	c->name[0] = 'x';
	return c;
}
static char *config_name(struct config *c) { return c->name; }
static int name_length(const char *name) { return name[0] != 0; }
static void config_free(struct config *c) { free(c); }
*/
import "C"

import (
	"runtime"
	"unsafe"
)

// A Config is a structure of C.
type Config struct{ c *C.struct_config }

// A Name is the name of a Config.
type Name struct {
	c     *C.char
	owner *Config
}

// New makes a config.
func New() *Config { return &Config{C.config_new()} }

// Close frees the config.
func (c *Config) Close() { C.config_free(c.c) }

// Name returns the name.
func (c *Config) Name() *Name {
	n := &Name{C.config_name(c.c), c}
	runtime.SetFinalizer(n, (*Name).free)
	return n
}

func (n *Name) free() { C.free(unsafe.Pointer(n.c)) }

// Length returns how long the name is.
func (n *Name) Length() int {
	defer runtime.KeepAlive(n)
	return int(C.name_length(n.c))
}
