// A struct of which C shows only the name, as a value.
package main

// struct secret;
import "C"

var kept *C.struct_secret

func variable() {
	var secret C.struct_secret
	_ = secret
}

func heap() { kept = new(C.struct_secret) }

func main() {}
