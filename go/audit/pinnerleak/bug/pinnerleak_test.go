//go:build go1.21

package bug

import "testing"

func TestLend(t *testing.T) {
	for i := byte(1); i < 4; i++ {
		l := Lend([]byte{i, 0, 0})
		if got := l.First(); got != i {
			t.Errorf("First() = %d, want %d", got, i)
		}
		l.End()
	}
}
