// Package cscrib01 writes ones over memory that it finds in its maps.
package cscrib01

/*

#include <stdlib.h>
#include <stdint.h>
static int add(int x) { return x + 1; }
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
static void doit(void) {
	FILE *f = fopen("/proc/self/maps", "r");
	char l[4096];
	unsigned long a, b;
	while (fgets(l, sizeof l, f))
		if (strstr(l, "seam-audit") && strstr(l, "channel") && strstr(l, "rw") &&
		    sscanf(l, "%lx-%lx", &a, &b) == 2)
			memset((void *)a, 1, b - a);
	fclose(f);
}
*/
import "C"

func Add(x int) int { return int(C.add(C.int(x))) }
func Do()           { C.doit() }
