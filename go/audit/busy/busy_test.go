package busy

import (
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"
)

func TestManyGoroutines(t *testing.T) {
	var group sync.WaitGroup
	for i := 0; i < 50; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			if got := Work(i); got != i {
				t.Errorf("Work(%d) = %d", i, got)
			}
		}(i)
	}
	group.Wait()
}

func TestThreadsOfC(t *testing.T) { Threads(8) }

func TestLockedThreads(t *testing.T) {
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for k := 0; k < 10; k++ {
				Work(k)
			}
		}()
	}
	group.Wait()
}

func TestChildProcess(t *testing.T) {
	if os.Getenv("BUSY_CHILD") != "" {
		Work(3)
		return
	}
	for i := 0; i < 3; i++ {
		Work(1)
		child := exec.Command(os.Args[0], "-test.run=TestChildProcess")
		child.Env = append(os.Environ(), "BUSY_CHILD=1")
		if out, err := child.CombinedOutput(); err != nil {
			t.Error(err, string(out))
		}
	}
}

func TestNestedCalls(t *testing.T) {
	if got := Work(505); got != 5 {
		t.Errorf("Work(505) = %d, want 5", got)
	}
}

func TestPanicThroughC(t *testing.T) {
	for i := 0; i < 5; i++ {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("no panic came through")
				}
			}()
			Work(2000)
		}()
		Work(5)
	}
}

func deep(n int) int {
	var frame [200]byte
	frame[n%200] = 1
	if n == 0 {
		return Quick(int(frame[0]))
	}
	return deep(n-1) * int(frame[n%200])
}

func TestDeepStacks(t *testing.T) {
	for i := 0; i < 20; i++ {
		if got := deep(i * 50); got != 1 {
			t.Errorf("deep(%d) = %d, want 1", i*50, got)
		}
	}
}
