//go:build special

package tagged

import (
	"testing"
)

func TestA(t *testing.T) {
	for i := 0; i < 20; i++ {
		if Add(i) != i+1 {
			t.Fatal("x")
		}
	}
}
