// Package bug hides a Go struct from cgo behind a char pointer that C keeps.
package bug

/*
struct user { const char *name; long id; };

static const char *remembered;

static void remember(const char *user) { remembered = user; }
static long recall(void) { return ((const struct user *)remembered)->id; }
*/
import "C"

import "unsafe"

type user struct {
	name *byte
	id   int64
	pad  [30]int64
}

// Remember tells C about a user.
func Remember(id int64) {
	u := &user{name: new(byte), id: id}
	C.remember((*C.char)(unsafe.Pointer(u)))
}

// Recall asks C for the user's id.
func Recall() int64 { return int64(C.recall()) }
