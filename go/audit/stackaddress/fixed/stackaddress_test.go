package fixed

import "testing"

func TestSize(t *testing.T) {
	if got := Size(); got != 42 {
		t.Errorf("Size() = %d, want 42", got)
	}
}
