package fixed

import "testing"

func TestName(t *testing.T) {
	Watch("seam")
	if got := Name(); got != "seam" {
		t.Errorf("Name() = %q, want seam", got)
	}
}
