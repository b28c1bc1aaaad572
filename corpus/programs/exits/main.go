// The end of the process.
package main

/*
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char *word;
static int wanted;
static void at_exit(void) {
	printf("%s: %s: C's atexit runs, Go's deferred calls do not\n", wanted ? "holds" : "fails", word);
	fflush(stdout);
}
static void prepare(char *w, int want) { word = w; wanted = want; atexit(at_exit); }
*/
import "C"

import (
	"advice/say"
	"fmt"
	"os"
)

func main() {
	switch say.Part() {
	case "c":
		C.prepare(C.CString(say.Part()), 1)
		defer fmt.Println("fails: c: a deferred call runs")
		C.exit(0)
	case "go":
		C.prepare(C.CString(say.Part()), 0)
		say.Saw(true, "os.Exit(0) prints nothing of C's atexit")
		os.Exit(0)
	case "return":
		C.prepare(C.CString(say.Part()), 0)
		say.Saw(true, "the end of main prints nothing of C's atexit")
	default:
		say.Unknown()
	}
}
