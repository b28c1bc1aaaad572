//go:build !asan

package seam

const asan = false
