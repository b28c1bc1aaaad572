package bug

import "testing"

func TestParse(t *testing.T) {
	p := NewParser(NewCounter())
	if !p.Parse("<a><b/><b/></a>") {
		t.Error("a good document was not parsed")
	}
}
