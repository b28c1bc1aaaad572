// Package m has tests that need what the sandbox denies, and tests that do not.
package m

// static int one(void) { return 1; }
import "C"

func One() int { return int(C.one()) }
