package bug

import "testing"

func TestSum(t *testing.T) {
	b := make([]byte, 1000)
	b[0] = 7
	Set(b)
	if got := Sum(); got != 7 {
		t.Errorf("Sum() = %d, want 7", got)
	}
}
