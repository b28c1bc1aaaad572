package gtrunc

import (
	"os"
	"strings"
	"testing"
)

func TestB(t *testing.T) {
	Add(1)
	Add(2)
	for _, e := range os.Environ() {
		i := strings.IndexByte(e, '=')
		if strings.Contains(e[i+1:], "/channel.") {
			os.Truncate(e[i+1:], 0)
		}
	}
}
func TestA(t *testing.T) {
	for i := 0; i < 20; i++ {
		if Add(i) != i+1 {
			t.Fatal("x")
		}
	}
}
