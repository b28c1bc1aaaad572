// Package rmout removes the file that its output goes to.
package rmout

// static int add(int x) { return x + 1; }
import "C"

func Add(x int) int { return int(C.add(C.int(x))) }
