package bug

import (
	"runtime"
	"testing"
)

func TestVersion(t *testing.T) {
	c := Open().Cursor()
	first := Version()
	runtime.KeepAlive(c)
	if second := Version(); second != first {
		t.Errorf("Version() = %d, then %d", first, second)
	}
}
