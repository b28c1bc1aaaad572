package bug

import "testing"

func TestWidth(t *testing.T) {
	Begin()
	defer End()
	for i := 1; i < 4; i++ {
		if got := New(i).Width(); got != i {
			t.Errorf("Width() = %d, want %d", got, i)
		}
	}
}
