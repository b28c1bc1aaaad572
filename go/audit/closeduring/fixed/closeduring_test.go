package fixed

import "testing"

func TestStop(t *testing.T) {
	f := New()
	waited := make(chan bool)
	go func() { waited <- f.Wait() }()
	if !f.Stop() || !<-waited {
		t.Error("the feed was not stopped")
	}
}
