// Package fixed frees C memory last.
package fixed

/*
#include <stdlib.h>

struct node { int value; };

static struct node *node_new(int value) {
	struct node *n = malloc(sizeof *n);
	n->value = value;
	return n;
}
static int node_value(struct node *n) { return n->value; }
static void node_free(struct node *n) { free(n); }
*/
import "C"

// Twice makes a node, reads it and frees it.
func Twice(value int) int {
	n := C.node_new(C.int(value))
	first := int(C.node_value(n))
	C.node_value(n)
	C.node_free(n)
	return 2 * first
}
