package fixed

import "testing"

func TestCount(t *testing.T) {
	if got := Count("seam"); got != 4 {
		t.Errorf("Count() = %d, want 4", got)
	}
}
