// Package cforklive leaves a process in a session of its own behind.
package cforklive

/*

#include <stdlib.h>
#include <stdint.h>
static int add(int x) { return x + 1; }
#include <unistd.h>
#include <sys/wait.h>
static void doit(void) { pid_t p=fork(); if(p==0){ setsid(); sleep(336); _exit(0);} }
*/
import "C"

func Add(x int) int { return int(C.add(C.int(x))) }
func Do()           { C.doit() }
