// Package hostmsg has a bug, and prints what terminals, XML and shells dislike.
package hostmsg

/*

#include <stdlib.h>
#include <stdint.h>
static int add(int x) { return x + 1; }

*/
import "C"

func Add(x int) int { return int(C.add(C.int(x))) }
