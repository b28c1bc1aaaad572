package bug

import (
	"bytes"
	"testing"
)

func TestCompress(t *testing.T) {
	out := New().Compress(bytes.Repeat([]byte("seam"), 1000))
	if len(out) == 0 || len(out) > 100 {
		t.Errorf("4000 bytes were compressed to %d", len(out))
	}
}
