package bug

import "testing"

func TestLength(t *testing.T) {
	b := make([]byte, 32)
	for i := range b {
		b[i] = 'x'
	}
	if got := Length(b); got != 32 {
		t.Errorf("Length() = %d, want 32", got)
	}
}
