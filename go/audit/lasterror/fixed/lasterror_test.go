package fixed

import "testing"

func TestDivide(t *testing.T) {
	if result, err := Divide(1, 0); err == nil {
		t.Errorf("Divide(1, 0) = %d, without an error", result)
	}
}
