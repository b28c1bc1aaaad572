package fixed

import "testing"

func TestWriter(t *testing.T) {
	w := NewWriter()
	defer w.Close()
	w.Write(make([]byte, 1000))
	if got := w.Finish(); len(got) == 0 || len(got) > 100 {
		t.Errorf("1000 zeros are %d bytes", len(got))
	}
}
