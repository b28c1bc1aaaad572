package bug

import "testing"

func TestRun(t *testing.T) {
	if got := New(4).Run(); got != 5 {
		t.Errorf("Run() = %d, want 5", got)
	}
}
