package bug

import "testing"

func TestBytes(t *testing.T) {
	bytes := New().Bytes()
	if bytes[9] != 'a' {
		t.Errorf("Bytes()[9] = %q, want a", bytes[9])
	}
}
