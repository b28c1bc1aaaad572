package m

// #cgo pkg-config: no-such-library
import "C"
