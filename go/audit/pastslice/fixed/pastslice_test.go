package fixed

import "testing"

func TestFill(t *testing.T) {
	if got := Fill(20); got != 7 {
		t.Errorf("Fill() = %d, want 7", got)
	}
}
