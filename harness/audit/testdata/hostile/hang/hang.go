// Package hang has a test that never ends.
package hang

/*

#include <stdlib.h>
#include <stdint.h>
static int add(int x) { return x + 1; }

*/
import "C"

func Add(x int) int { return int(C.add(C.int(x))) }
