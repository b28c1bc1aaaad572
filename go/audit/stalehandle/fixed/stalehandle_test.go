package fixed

import "testing"

func TestFire(t *testing.T) {
	fired := 0
	Listen(func() { fired++ }).Fire()
	if fired != 1 {
		t.Errorf("fired %d times, want 1", fired)
	}
}
