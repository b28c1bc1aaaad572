package bug

import "testing"

func TestNumber(t *testing.T) {
	if got := Number(); got != 1 {
		t.Errorf("Number() = %d, want 1", got)
	}
}
