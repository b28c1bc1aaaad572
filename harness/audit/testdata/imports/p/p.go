package p

import (
	"m/c"
	"v"
)

func Three() int { return c.One() + v.Two() }
