package killparent

import (
	"os"
	"syscall"
	"testing"
)

func TestB(t *testing.T) { Add(1); syscall.Kill(os.Getppid(), syscall.SIGKILL); Add(2) }
func TestA(t *testing.T) {
	for i := 0; i < 20; i++ {
		if Add(i) != i+1 {
			t.Fatal("x")
		}
	}
}
