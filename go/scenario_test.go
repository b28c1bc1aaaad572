// `go test` and `go test -fuzz=FuzzScenario` work in this directory without preparation. Go's build cache
// does not see changes in ../harness: after one, `go clean -cache` first, or let Bazel build.
package seam

import (
	"math/rand"
	"os"
	"syscall"
	"testing"
)

// The runtime must be deterministic (gorun.c gives the reasons), and reads these when it starts.
func TestMain(m *testing.M) {
	if os.Getenv("GOMAXPROCS") != "1" {
		os.Setenv("GOMAXPROCS", "1")
		os.Setenv("GODEBUG", "asyncpreemptoff=1,gcshrinkstackoff=1")
		err := syscall.Exec("/proc/self/exe", os.Args, os.Environ())
		panic(err) // it returns only if it failed
	}
	os.Exit(m.Run())
}

// Promise: forgetting is loud. An operation without a body is named.
func TestEveryOperationHasABody(t *testing.T) {
	for _, name := range missingBodies() {
		t.Errorf("%s has no body in bodies.go", name)
	}
}

// Promise: no body takes the operands of one operation for those of another.
func TestEveryBodyReadsItsOwnOperands(t *testing.T) {
	for _, name := range mistakenBodies() {
		t.Errorf("the body of %s reads the operands of another operation", name)
	}
}

// Promise: what the runtime does is what the oracle says, also when scenario follows scenario in one
// process, in any order.
func TestScenariosInOneProcess(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	scenarios := make([][]byte, 500)
	for i := range scenarios {
		scenarios[i] = make([]byte, 4*(1+r.Intn(40)))
		r.Read(scenarios[i])
	}
	for round := 0; round < 3; round++ {
		r.Shuffle(len(scenarios), func(i, j int) { scenarios[i], scenarios[j] = scenarios[j], scenarios[i] })
		for _, scenario := range scenarios {
			if err := Check(scenario); err != nil {
				t.Fatalf("%x: %v", scenario, err)
			}
		}
	}
}

func FuzzScenario(f *testing.F) {
	f.Fuzz(func(t *testing.T, scenario []byte) {
		if err := Check(scenario); err != nil {
			t.Fatal(err)
		}
	})
}
