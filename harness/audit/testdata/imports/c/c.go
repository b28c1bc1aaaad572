//go:build wanted
// +build wanted

package c

// static int one(void) { return 1; }
import "C"

func One() int { return int(C.one()) }
