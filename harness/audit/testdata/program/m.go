package main

// static int one(void) { return 1; }
import "C"

import "os"

func main() { os.Exit(int(C.one()) + len(os.Args) - 2) }
