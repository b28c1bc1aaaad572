// Package fixed lets a cursor keep the C database that it needs to be freed.
package fixed

/*
#include <stdlib.h>

struct database { int cursors; };
struct cursor { struct database *database; };

static struct database *database_new(void) { return calloc(1, sizeof(struct database)); }
static void database_free(struct database *d) { free(d); }
static struct cursor *cursor_new(struct database *d) {
	struct cursor *c = malloc(sizeof *c);
	c->database = d;
	d->cursors++;
	return c;
}
static void cursor_free(struct cursor *c) {
	c->database->cursors--;
	free(c);
}
static int version(void) { return 3; }
*/
import "C"

import "runtime"

// A Database is one of C.
type Database struct{ c *C.struct_database }

// A Cursor goes through a database.
type Cursor struct {
	c  *C.struct_cursor
	of *Database
}

// Open makes a database.
func Open() *Database {
	d := &Database{C.database_new()}
	runtime.SetFinalizer(d, func(d *Database) { C.database_free(d.c) })
	return d
}

// Cursor makes a cursor.
func (d *Database) Cursor() *Cursor {
	defer runtime.KeepAlive(d)
	c := &Cursor{C.cursor_new(d.c), d}
	runtime.SetFinalizer(c, func(c *Cursor) { C.cursor_free(c.c) })
	return c
}

// Version returns the library's.
func Version() int { return int(C.version()) }
