//go:build asan

package seam

const asan = true
