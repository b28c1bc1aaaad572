package bug

import "testing"

func TestUse(t *testing.T) {
	if got := Use(); got != 1 {
		t.Errorf("Use() = %d, want 1", got)
	}
}
