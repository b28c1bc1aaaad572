package p

import "testing"

func TestThree(t *testing.T) { Three() }
