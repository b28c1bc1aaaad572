//go:build !go1.24

package cgo

import "sync/atomic"

// There are no cleanups before Go 1.24.
func seamAddCleanup(m *seamMark) { atomic.StoreInt32(m.p, 1) }
