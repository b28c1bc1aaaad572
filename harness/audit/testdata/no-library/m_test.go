package m

import "testing"

func TestOne(t *testing.T) { One() }
