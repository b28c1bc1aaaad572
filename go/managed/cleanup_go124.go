//go:build go1.24

package managed

import "runtime"

type cleanup = runtime.Cleanup

func (b *Buffer) attach() {
	b.cleanup = runtime.AddCleanup(b, func(r *reference) { r.close() }, b.ref)
}

func (b *Buffer) detach() { b.cleanup.Stop() }
