package fixed

import "testing"

func TestValue(t *testing.T) {
	row := NewTable().Row(2)
	for i := 0; i < 3; i++ {
		if got := row.Value(); got != 0 {
			t.Errorf("Value() = %d, want 0", got)
		}
	}
}
