// Package nocgo has no cgo.
package nocgo
