package bug

import "testing"

func TestThrough(t *testing.T) {
	if got := Through(7); got != 7 {
		t.Errorf("Through(7) = %d", got)
	}
}
