package managed_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seam/managed"
	"seam/managed/internal/peer"
)

func mustNew(t testing.TB, size int) *managed.Buffer {
	t.Helper()
	b, err := managed.New(size)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// nothingIsLeft waits until finalizers have run: no block may outlive its references.
func nothingIsLeft(t *testing.T) {
	t.Helper()
	var blocks, size int
	for i := 0; i < 500; i++ {
		runtime.GC()
		if blocks, size = managed.Live(); blocks == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d blocks of %d bytes are left", blocks, size)
}

func TestANewBufferIsZero(t *testing.T) {
	b := mustNew(t, 1000)
	defer b.Close()
	got, err := b.Copy()
	if err != nil || !bytes.Equal(got, make([]byte, 1000)) || b.Len() != 1000 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestEveryErrorHasAName(t *testing.T) {
	for _, test := range []struct {
		size int
		want error
	}{{0, managed.ErrEmpty}, {-1, managed.ErrSize}, {1<<63 - 1, managed.ErrSize}} {
		if _, err := managed.New(test.size); err != test.want {
			t.Errorf("New(%d): %v, want %v", test.size, err, test.want)
		}
	}
	managed.SetLimit(1000)
	defer managed.SetLimit(-1)
	if _, err := managed.New(1001); err != managed.ErrLimit {
		t.Errorf("over the limit: %v", err)
	}
	if _, err := managed.NewFunc(1001, func([]byte) {}); err != managed.ErrLimit {
		t.Errorf("over the limit: %v", err)
	}
	if _, err := managed.FromC(12345); err == nil || err.Error() == "" {
		t.Errorf("a forged handle: %v", err)
	}
}

func TestNothingReachesAClosedBuffer(t *testing.T) {
	b := mustNew(t, 10)
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	_, bytesErr := b.Bytes()
	_, copyErr := b.Copy()
	_, cloneErr := b.Clone()
	_, readErr := b.Read(make([]byte, 1))
	_, writeErr := b.Write([]byte{1})
	_, toErr := b.ToC()
	for i, err := range []error{bytesErr, copyErr, cloneErr, readErr, writeErr, toErr, b.Close()} {
		if !errors.Is(err, managed.ErrClosed) {
			t.Errorf("%d: %v", i, err)
		}
	}
	nothingIsLeft(t)
}

func TestReadAndWriteGoOn(t *testing.T) {
	b := mustNew(t, 10)
	defer b.Close()
	io.WriteString(b, "hello")
	if n, err := io.WriteString(b, " world"); n != 5 || err != io.ErrShortWrite {
		t.Errorf("%d, %v", n, err)
	}
	if got, err := io.ReadAll(b); string(got) != "hello worl" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if n, err := b.ReadAt(make([]byte, 4), 8); n != 2 || err != io.EOF {
		t.Errorf("%d, %v", n, err)
	}
}

func TestACloneKeepsTheBlock(t *testing.T) {
	b := mustNew(t, 3)
	b.Write([]byte("abc"))
	clone, err := b.Clone()
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
	if got, err := clone.Copy(); string(got) != "abc" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	clone.Close()
	nothingIsLeft(t)
}

func TestAForgottenBufferIsFreed(t *testing.T) {
	var freed atomic.Int64
	for i := 0; i < 20; i++ {
		if _, err := managed.NewFunc(100, func([]byte) { freed.Add(1) }); err != nil {
			t.Fatal(err)
		}
	}
	nothingIsLeft(t)
	if freed.Load() != 20 {
		t.Errorf("%d functions called", freed.Load())
	}
}

func TestCOwnsWhatItWasGiven(t *testing.T) {
	for _, onThread := range []bool{false, true} {
		freed := 0
		b, err := managed.NewFunc(4, func(memory []byte) { freed += len(memory) })
		if err != nil {
			t.Fatal(err)
		}
		b.Write([]byte{1, 2, 3, 4})
		handle, err := b.ToC()
		if err != nil {
			t.Fatal(err)
		}
		peer.Keep(managed.Context(), uint64(handle))
		runtime.GC()
		if sum := peer.Sum(managed.Context(), uint64(handle)); sum != 10 {
			t.Errorf("sum %d", sum)
		}
		peer.Drop(onThread)
		if freed != 4 {
			t.Errorf("freed %d", freed)
		}
		if sum := peer.Sum(managed.Context(), uint64(handle)); sum != -1 {
			t.Errorf("a stale handle has sum %d", sum)
		}
		if _, err := managed.FromC(handle); err != managed.ErrStale {
			t.Errorf("a stale handle: %v", err)
		}
	}
	nothingIsLeft(t)
}

func TestGoOwnsWhatCMade(t *testing.T) {
	b, err := managed.FromC(managed.Handle(peer.Make(managed.Context(), 8, 7)))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := b.Copy(); !bytes.Equal(got, bytes.Repeat([]byte{7}, 8)) {
		t.Errorf("%v", got)
	}
	b.Close()
	nothingIsLeft(t)
}

func TestCloseWaitsForNobodyAndPullsTheRugFromNobody(t *testing.T) {
	b := mustNew(t, 64)
	inside, closed := make(chan bool), make(chan bool)
	done := make(chan error)
	go func() {
		done <- b.Use(func(memory []byte) error {
			inside <- true
			<-closed
			memory[63] = 1
			return nil
		})
	}()
	<-inside
	b.Close()
	if _, err := b.Bytes(); err != managed.ErrClosed {
		t.Error(err)
	}
	closed <- true
	if err := <-done; err != nil {
		t.Error(err)
	}
	nothingIsLeft(t)
}

func TestManyGoroutinesOneBuffer(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	for i := 0; i < rounds; i++ {
		var wait sync.WaitGroup
		var closes atomic.Int64
		b := mustNew(t, 32)
		for k := 0; k < 4; k++ {
			wait.Add(1)
			go func() {
				defer wait.Done()
				p := make([]byte, 8)
				b.ReadAt(p, 0)
				if clone, err := b.Clone(); err == nil {
					clone.ReadAt(p, 8)
					clone.Close()
				}
				if b.Close() == nil {
					closes.Add(1)
				}
			}()
		}
		wait.Wait()
		if closes.Load() != 1 {
			t.Fatalf("%d calls of Close say that they closed it", closes.Load())
		}
	}
	nothingIsLeft(t)
}
