package fixed

import "testing"

func TestClose(t *testing.T) {
	Open().Close()
	Open().Close()
}
