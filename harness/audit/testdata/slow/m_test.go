package m

import "testing"

func TestStore(t *testing.T) { Store() }
