// A directive that was the runtime's own.
package main

//go:notinheap
type outside struct{ x int }

var kept *outside

func main() { kept = new(outside) }
