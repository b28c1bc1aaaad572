package m

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"
)

// It tells who it is and who its child is, in the file that PIDS names, and never ends.
func TestOne(t *testing.T) {
	One()
	c := exec.Command("sleep", "600")
	c.Start()
	pids := fmt.Sprintln(os.Getpid(), c.Process.Pid)
	os.WriteFile(os.Getenv("PIDS")+"x", []byte(pids), 0666)
	os.Rename(os.Getenv("PIDS")+"x", os.Getenv("PIDS"))
	time.Sleep(10 * time.Minute)
}
