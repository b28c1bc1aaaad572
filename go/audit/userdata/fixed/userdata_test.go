package fixed

import "testing"

func TestFire(t *testing.T) {
	Watch()
	Fire()
	if got := Fire(); got < 0 {
		t.Errorf("Fire() = %d", got)
	}
}
