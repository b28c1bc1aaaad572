package main

/*
extern void *give(void);
static void call_wanted(void) { give(); }
*/
import "C"

import "unsafe"

var wanted unsafe.Pointer

//export give
func give() unsafe.Pointer { return wanted }

func callWanted() { C.call_wanted() }
