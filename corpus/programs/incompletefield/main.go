// What has a field of type cgo.Incomplete, Go does not allocate.
package main

import "runtime/cgo"

type outside struct {
	_ cgo.Incomplete
	x int
}

var kept *outside

func main() { kept = new(outside) }
