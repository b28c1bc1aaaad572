// Package cgo2name has a C file of its own whose name ends like those that cgo writes.
package cgo2name

/*

#include <stdlib.h>
#include <stdint.h>
static int add(int x) { return x + 1; }

*/
import "C"

func Add(x int) int { return int(C.add(C.int(x))) }
