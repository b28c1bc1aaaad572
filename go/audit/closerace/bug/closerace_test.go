package bug

import (
	"sync"
	"testing"
)

func TestCloseWhileReading(t *testing.T) {
	var group sync.WaitGroup
	for i := 0; i < 20; i++ {
		f := Open()
		group.Add(1)
		go func() {
			defer group.Done()
			f.Read()
		}()
		group.Wait()
		f.Close()
	}
	f := Open()
	OnProgress = func() { OnProgress = func() {}; go f.Close() }
	f.Read()
}
