package bug

import "testing"

func TestName(t *testing.T) {
	c := New()
	if got := c.Name().Length(); got != 1 {
		t.Errorf("Length() = %d, want 1", got)
	}
	c.Close()
}
