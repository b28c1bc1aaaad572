//go:build go1.24

package cgo

import (
	"runtime"
	"sync/atomic"
)

func seamAddCleanup(m *seamMark) {
	runtime.AddCleanup(m, func(p *int32) {
		seamNote(1)
		atomic.StoreInt32(p, 1)
	}, m.p)
}
