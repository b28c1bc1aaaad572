// Package fixed closes a C connection once: Close removes the finalizer.
package fixed

/*
#include <stdlib.h>

struct conn { int open; };

static struct conn *conn_open(void) { return calloc(1, sizeof(struct conn)); }
static void conn_close(struct conn *c) { free(c); }
*/
import "C"

import "runtime"

// A Conn is a connection of the C library.
type Conn struct{ c *C.struct_conn }

// Open makes a connection.
func Open() *Conn {
	c := &Conn{C.conn_open()}
	runtime.SetFinalizer(c, (*Conn).Close)
	return c
}

// Close ends the connection.
func (c *Conn) Close() {
	C.conn_close(c.c)
	runtime.SetFinalizer(c, nil)
}
