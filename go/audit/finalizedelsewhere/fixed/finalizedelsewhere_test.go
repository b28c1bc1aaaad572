package fixed

import "testing"

func TestWait(t *testing.T) {
	g := NewGate()
	waited := make(chan bool)
	f := g.NewFeed()
	go func() { waited <- f.Wait() }()
	if !g.Ready() || !g.Open() || !<-waited {
		t.Error("the feed did not wait")
	}
	g.Close()
}
