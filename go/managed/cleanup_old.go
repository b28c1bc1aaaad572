//go:build !go1.24

package managed

import "runtime"

// There is no runtime.AddCleanup before Go 1.24. A finalizer does as well, because no Buffer is part of a
// cycle that this package makes.
type cleanup struct{}

func (b *Buffer) attach() { runtime.SetFinalizer(b, func(b *Buffer) { b.ref.close() }) }

func (b *Buffer) detach() { runtime.SetFinalizer(b, nil) }
