package bug

import "testing"

func TestRecall(t *testing.T) {
	Remember(9)
	if got := Recall(); got != 9 {
		t.Errorf("Recall() = %d, want 9", got)
	}
}
