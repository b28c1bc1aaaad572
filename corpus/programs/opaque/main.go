// Pointers to a struct of which C shows only the name.
package main

/*
struct secret;
static struct secret *get(void) { return 0; }
static void put(struct secret *s) { (void)s; }
*/
import "C"

func main() { C.put(C.get()) }
