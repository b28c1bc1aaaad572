// Package killparent has a test that kills its parent.
package killparent

/*

#include <stdlib.h>
#include <stdint.h>
static int add(int x) { return x + 1; }

*/
import "C"

func Add(x int) int { return int(C.add(C.int(x))) }
