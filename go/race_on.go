//go:build race

package seam

const race = true
