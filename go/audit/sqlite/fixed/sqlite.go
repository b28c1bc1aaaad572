// Package fixed wraps SQLite; a statement keeps its database open.
package fixed

// #cgo LDFLAGS: -lsqlite3
// #include <sqlite3.h>
// #include <stdlib.h>
import "C"

import (
	"errors"
	"runtime"
	"unsafe"
)

// A DB is a database in memory.
type DB struct{ c *C.sqlite3 }

// A Stmt is a statement of a database.
type Stmt struct {
	c  *C.sqlite3_stmt
	db *DB // keeps the database open
}

// Open opens an empty database.
func Open() (*DB, error) {
	db := &DB{}
	name := C.CString(":memory:")
	defer C.free(unsafe.Pointer(name))
	if C.sqlite3_open(name, &db.c) != C.SQLITE_OK {
		return nil, errors.New("cannot open a database")
	}
	runtime.SetFinalizer(db, (*DB).close)
	return db, nil
}

// close ends all statements, and then the database.
func (db *DB) close() {
	for stmt := C.sqlite3_next_stmt(db.c, nil); stmt != nil; stmt = C.sqlite3_next_stmt(db.c, nil) {
		C.sqlite3_finalize(stmt)
	}
	C.sqlite3_close(db.c)
}

// Prepare compiles a query.
func (db *DB) Prepare(query string) (*Stmt, error) {
	stmt := &Stmt{db: db}
	text := C.CString(query)
	defer C.free(unsafe.Pointer(text))
	if C.sqlite3_prepare_v2(db.c, text, -1, &stmt.c, nil) != C.SQLITE_OK {
		return nil, errors.New("cannot compile " + query)
	}
	runtime.KeepAlive(db)
	return stmt, nil
}

// Int runs the statement and returns its first column.
func (s *Stmt) Int() int {
	C.sqlite3_step(s.c)
	n := int(C.sqlite3_column_int(s.c, 0))
	C.sqlite3_reset(s.c)
	runtime.KeepAlive(s)
	return n
}
