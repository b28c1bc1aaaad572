package m

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

func dial(t *testing.T, address string) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	One()
}

// A service outside of the test.
func TestDials(t *testing.T) { dial(t, os.Getenv("CONFINED_ADDRESS")) }

func TestDialsItself(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dial(t, l.Addr().String())
}

func write(t *testing.T, name string, at int64) {
	f, err := os.Create(name)
	if err == nil {
		_, err = f.WriteAt([]byte("x"), at)
		f.Close()
		os.Remove(name)
	}
	if err != nil {
		t.Fatal(err)
	}
	One()
}

func TestWritesHere(t *testing.T) { write(t, "written", 0) }

func TestWritesThere(t *testing.T) { write(t, filepath.Join(t.TempDir(), "written"), 0) }

func TestWritesMuch(t *testing.T) { write(t, filepath.Join(t.TempDir(), "written"), 1<<32) }

// It says nothing about why.
func TestIsSilent(t *testing.T) {
	if f, err := os.Create("written"); err != nil {
		t.Fatal("unexpected")
	} else {
		f.Close()
		os.Remove("written")
	}
}

func TestSkips(t *testing.T) {
	if _, err := net.Dial("tcp", os.Getenv("CONFINED_ADDRESS")); err != nil {
		t.Skip("no server: ", err)
	}
	One()
}

func TestSkipsParts(t *testing.T) {
	t.Run("never", func(t *testing.T) { t.Skip("no license") })
	t.Run("always", func(t *testing.T) { One() })
}
