// Package managed gives Go programs C memory with a known owner.
//
// A Buffer is one reference of a counted block of C memory (harness/managed/managed.h). It ends with Close,
// or when the Buffer is unreachable; the block ends with its last reference, in Go or in C. All methods,
// Close included, may be called from several goroutines: a call in progress keeps the memory, and a call
// after Close returns ErrClosed.
//
// Always true: a Buffer's part of the block's count is 1 from its creation until Close was called and no call
// is in progress, then 0. Not here: growing, and memory that holds Go pointers.
package managed

/*
#cgo CFLAGS: -I${SRCDIR}/../../harness/managed
#cgo LDFLAGS: -lpthread
#include "bridge.h"
*/
import "C"

import (
	"errors"
	"io"
	"runtime"
	"runtime/cgo"
	"sync"
	"sync/atomic"
	"unsafe"
)

// An Error is the component's reason for not doing something.
type Error C.enum_seam_managed_error

// Errors that a program may want to tell apart.
const (
	ErrLimit  Error = C.SEAM_MANAGED_limit_reached
	ErrMemory Error = C.SEAM_MANAGED_out_of_memory
	ErrEmpty  Error = C.SEAM_MANAGED_zero_size
	ErrSize   Error = C.SEAM_MANAGED_size_overflow
	ErrStale  Error = C.SEAM_MANAGED_stale_handle
)

func (e Error) Error() string {
	return "managed: " + C.GoString(C.seam_managed_error_text(C.enum_seam_managed_error(e)))
}

// ErrClosed is returned by every call after Close.
var ErrClosed = errors.New("managed: the Buffer is closed")

// context is the process's own; its blocks are shared by all packages, in Go and in C.
var context = newContext()

func newContext() *C.struct_seam_managed {
	c := C.seam_managed_create(nil)
	if c == nil {
		panic(ErrMemory)
	}
	return c
}

// A reference is a Buffer without its finalizer: what calls in progress hold on to.
type reference struct {
	handle C.seam_handle
	bytes  []byte // C memory

	// One for the Buffer until it is closed, one for each call in progress; and the bit `closed`.
	users atomic.Int64
}

const closed = 1 << 62

// enter begins a call; false after Close.
func (r *reference) enter() bool {
	for {
		n := r.users.Load()
		if n&closed != 0 {
			return false
		}
		if r.users.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// leave ends a call. The last one releases the block.
func (r *reference) leave() {
	r.end(r.users.Add(-1))
}

func (r *reference) end(users int64) {
	if users == closed {
		C.seam_managed_release(context, r.handle)
	}
}

// close ends the Buffer's own part; false if it was ended before.
func (r *reference) close() bool {
	for {
		n := r.users.Load()
		if n&closed != 0 {
			return false
		}
		if r.users.CompareAndSwap(n, n-1|closed) {
			r.end(n - 1 | closed)
			return true
		}
	}
}

// A Buffer is a reference of a block of C memory.
type Buffer struct {
	ref     *reference
	cleanup cleanup

	// The positions of Read and Write.
	lock        sync.Mutex
	read, write int
}

func newBuffer(block C.struct_seam_go_block) (*Buffer, error) {
	if block.error != C.SEAM_MANAGED_ok {
		return nil, Error(block.error)
	}
	r := &reference{
		handle: block.handle,
		bytes:  unsafe.Slice((*byte)(block.memory), int(block.size)),
	}
	r.users.Store(1)
	b := &Buffer{ref: r}
	b.attach()
	return b, nil
}

// New makes a block of size zero bytes.
func New(size int) (*Buffer, error) {
	if size < 0 {
		return nil, ErrSize
	}
	return newBuffer(C.seam_go_alloc(context, C.size_t(size), 0))
}

// NewFunc is New with a function that is called once, with the block's bytes, when the last reference
// is released: by the goroutine that does it, or on the thread of the C code that does it. It may use
// this package; it must not panic, and not keep the bytes.
func NewFunc(size int, freed func([]byte)) (*Buffer, error) {
	if size < 0 {
		return nil, ErrSize
	}
	user := cgo.NewHandle(freed)
	b, err := newBuffer(C.seam_go_alloc(context, C.size_t(size), C.uintptr_t(user)))
	if err != nil {
		user.Delete()
	}
	return b, err
}

// Close releases the reference. The first call returns nil, all others ErrClosed. Slices from Bytes must
// not be used any more.
func (b *Buffer) Close() error {
	if !b.ref.close() {
		return ErrClosed
	}
	b.detach()
	runtime.KeepAlive(b)
	return nil
}

// Len is the block's size, also after Close.
func (b *Buffer) Len() int { return len(b.ref.bytes) }

// Bytes is the C memory itself, valid until Close and while b is reachable. Use and Copy have no such
// conditions.
func (b *Buffer) Bytes() ([]byte, error) {
	if b.ref.users.Load()&closed != 0 {
		return nil, ErrClosed
	}
	bytes := b.ref.bytes
	runtime.KeepAlive(b)
	return bytes[:len(bytes):len(bytes)], nil
}

// Use calls f with the C memory, which stays valid until f returns, even if Close is called meanwhile.
func (b *Buffer) Use(f func([]byte) error) error {
	if !b.ref.enter() {
		return ErrClosed
	}
	defer runtime.KeepAlive(b)
	defer b.ref.leave()
	return f(b.ref.bytes[:len(b.ref.bytes):len(b.ref.bytes)])
}

// Copy is the content as Go memory.
func (b *Buffer) Copy() (bytes []byte, err error) {
	err = b.Use(func(memory []byte) error {
		bytes = append(bytes, memory...)
		return nil
	})
	return bytes, err
}

// Clone is a second Buffer of the same block: one reference more.
func (b *Buffer) Clone() (clone *Buffer, err error) {
	err = b.Use(func([]byte) error {
		if answer := C.seam_managed_retain(context, b.ref.handle); answer != C.SEAM_MANAGED_ok {
			return Error(answer)
		}
		clone, err = FromC(Handle(b.ref.handle))
		return err
	})
	return clone, err
}

// ReadAt and WriteAt copy from and to the block.
func (b *Buffer) ReadAt(p []byte, offset int64) (n int, err error) {
	err = b.Use(func(memory []byte) error {
		if offset < 0 || offset > int64(len(memory)) {
			return io.EOF
		}
		if n = copy(p, memory[offset:]); n < len(p) {
			return io.EOF
		}
		return nil
	})
	return n, err
}

// WriteAt returns io.ErrShortWrite where the block ends.
func (b *Buffer) WriteAt(p []byte, offset int64) (n int, err error) {
	err = b.Use(func(memory []byte) error {
		if offset < 0 || offset > int64(len(memory)) {
			return io.ErrShortWrite
		}
		if n = copy(memory[offset:], p); n < len(p) {
			return io.ErrShortWrite
		}
		return nil
	})
	return n, err
}

// Read continues where the last Read ended.
func (b *Buffer) Read(p []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	n, err := b.ReadAt(p, int64(b.read))
	b.read += n
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// Write continues where the last Write ended.
func (b *Buffer) Write(p []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	n, err := b.WriteAt(p, int64(b.write))
	b.write += n
	return n, err
}

// A Handle is a seam_handle: how C code knows a block.
type Handle uint64

// Context is the struct seam_managed * that the handles of this package belong to. It is never
// destroyed.
func Context() unsafe.Pointer { return unsafe.Pointer(context) }

// ToC closes the Buffer and transfers its reference to C code, which must release it.
func (b *Buffer) ToC() (handle Handle, err error) {
	err = b.Use(func([]byte) error {
		if answer := C.seam_managed_retain(context, b.ref.handle); answer != C.SEAM_MANAGED_ok {
			return Error(answer)
		}
		handle = Handle(b.ref.handle)
		return nil
	})
	if err != nil {
		return 0, err
	}
	if b.Close() != nil { // it was closed meanwhile
		C.seam_managed_release(context, C.seam_handle(handle))
		return 0, ErrClosed
	}
	return handle, nil
}

// FromC makes a Buffer of a reference that C code held and gives up.
func FromC(handle Handle) (*Buffer, error) {
	return newBuffer(C.seam_go_adopt(context, C.seam_handle(handle)))
}

// Live counts the live blocks, in Go and in C, and their bytes.
func Live() (blocks, bytes int) {
	var c, n C.size_t
	C.seam_managed_live(context, &c, &n)
	return int(c), int(n)
}

// SetLimit makes New return ErrLimit rather than exceed that many live bytes; a negative number removes the
// limit.
func SetLimit(bytes int) {
	limit := ^C.size_t(0)
	if bytes >= 0 {
		limit = C.size_t(bytes)
	}
	C.seam_managed_set_limit(context, limit)
}
