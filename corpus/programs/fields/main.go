// Fields that Go cannot have: their place, their alignment or their size is not Go's.
package main

/*
struct bits { unsigned width : 3; };
#pragma pack(push, 1)
struct packed { char letter; int number; };
#pragma pack(pop)
struct flexible { int n; char data[]; };
union either { int number; double real; };
*/
import "C"

func bitField() {
	var bits C.struct_bits
	bits.width = 1
}

func misaligned() {
	var packed C.struct_packed
	packed.number = 1
}

func flexibleArray() {
	var flexible C.struct_flexible
	_ = flexible.data
}

func union() {
	var either C.union_either
	either.number = 1
}

func main() {}
