// Package fixed gives C an integer and keeps the struct.
package fixed

/*
static long remembered;

static void remember(long id) { remembered = id; }
static long recall(void) { return remembered; }
*/
import "C"

// Remember tells C about a user.
func Remember(id int64) { C.remember(C.long(id)) }

// Recall asks C for the user's id.
func Recall() int64 { return int64(C.recall()) }
