// C functions with a variable number of arguments cannot be called.
package main

// #include <stdio.h>
import "C"

func main() { C.printf(C.CString("never\n")) }
