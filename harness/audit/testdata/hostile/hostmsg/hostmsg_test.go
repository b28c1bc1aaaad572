package hostmsg

import (
	"runtime"
	"testing"
	"time"
)

func TestB(t *testing.T) {
	dead := 0
	w := &[16]byte{}
	runtime.SetFinalizer(w, func(*[16]byte) { dead = 1 })
	w = nil
	Add(1)
	Add(2)
	time.Sleep(time.Millisecond)
	if dead == 1 {
		t.Fatalf("<script>alert('x')</script> ]]> & \"q\" \x1b[31mred\x1b[0m \xff\xfe \x01 %%n%%s \u202e $(touch injected)")
	}
}
