package bug

import "testing"

func TestLength(t *testing.T) {
	if got := Length("seam"); got != 4 {
		t.Errorf("Length() = %d, want 4", got)
	}
}
