package fixed

import "testing"

func TestTwice(t *testing.T) {
	if got := Twice(4); got != 8 {
		t.Errorf("Twice(4) = %d, want 8", got)
	}
}
