// Package fixed has rows that keep their table alive.
package fixed

/*
#include <stdlib.h>

struct table { int rows[4]; };
struct row { struct table *table; int index; };

static struct table *table_new(void) { return calloc(1, sizeof(struct table)); }
static void table_free(struct table *t) { free(t); }
static struct row *table_row(struct table *t, int index) {
	struct row *r = malloc(sizeof *r);
	r->table = t;
	r->index = index;
	return r;
}
static int row_value(struct row *r) { return r->table->rows[r->index]; }
static void row_free(struct row *r) { free(r); }
*/
import "C"

import "runtime"

// A Table owns its C table.
type Table struct{ c *C.struct_table }

// A Row points into the C table.
type Row struct {
	c  *C.struct_row
	of *Table // keeps the table alive
}

// NewTable makes a table.
func NewTable() *Table {
	t := &Table{C.table_new()}
	runtime.SetFinalizer(t, func(t *Table) { C.table_free(t.c) })
	return t
}

// Row returns a row of the table.
func (t *Table) Row(i int) *Row {
	r := &Row{C.table_row(t.c, C.int(i)), t}
	runtime.KeepAlive(t)
	runtime.SetFinalizer(r, func(r *Row) { C.row_free(r.c) })
	return r
}

// Value reads the row.
func (r *Row) Value() int {
	value := int(C.row_value(r.c))
	runtime.KeepAlive(r)
	return value
}
