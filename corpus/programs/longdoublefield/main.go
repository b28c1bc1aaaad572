// The same in a struct, though another field is used.
package main

// struct precise { long double x; int n; };
import "C"

func main() {
	var precise C.struct_precise
	precise.n = 1
}
