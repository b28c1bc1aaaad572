package bug

import "testing"

func TestSum(t *testing.T) {
	for i := 0; i < 3; i++ {
		if got := New([]byte{1, 2, 3}).Sum(); got != 6 {
			t.Errorf("Sum() = %d, want 6", got)
		}
	}
}
