// Package panicinit panics before its tests can be listed.
package panicinit

/*

#include <stdlib.h>
#include <stdint.h>
static int add(int x) { return x + 1; }

*/
import "C"

func Add(x int) int { return int(C.add(C.int(x))) }
