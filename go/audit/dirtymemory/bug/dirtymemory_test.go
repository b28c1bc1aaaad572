package bug

import (
	"strings"
	"testing"
)

func TestTotal(t *testing.T) {
	texts := strings.Split(strings.Repeat("ab ", 100), " ")
	if got := Total(texts); got != 200 {
		t.Errorf("Total() = %d, want 200", got)
	}
}
