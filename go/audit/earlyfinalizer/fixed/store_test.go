package fixed

import "testing"

func TestGet(t *testing.T) {
	if got := New(7).Get(); got != 7 {
		t.Errorf("Get() = %d, want 7", got)
	}
}
