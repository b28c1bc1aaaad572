package many

import "testing"

func TestMany(t *testing.T) {
	const calls, step = 20, 2
	for i, collected := range Collected(calls) {
		if i%step == 0 && !collected {
			return
		}
	}
	t.Fatal("the library lost its state")
}
