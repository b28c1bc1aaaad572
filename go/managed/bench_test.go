package managed_test

import (
	"testing"

	"seam/managed"
	"seam/managed/internal/byhand"
)

// Each allocates 64 bytes, writes to them and releases them; ci/bench puts the lines side by side.

func BenchmarkManaged(b *testing.B) {
	for i := 0; i < b.N; i++ {
		buffer, err := managed.New(64)
		if err != nil {
			b.Fatal(err)
		}
		p, _ := buffer.Bytes()
		p[0] = 1
		buffer.Close()
	}
}

func BenchmarkByHand(b *testing.B) {
	for i := 0; i < b.N; i++ {
		buffer := byhand.New(64)
		buffer.Bytes()[0] = 1
		buffer.Close()
	}
}

var sink []byte

func BenchmarkGoBytes(b *testing.B) {
	for i := 0; i < b.N; i++ {
		sink = make([]byte, 64)
		sink[0] = 1
	}
}
