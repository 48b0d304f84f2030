package allocatetest_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/allocate/allocatetest"
)

// ours lists the solvers of the library.
func ours() []struct {
	name   string
	solver allocate.Solver
	exact  bool
} {
	return []struct {
		name   string
		solver allocate.Solver
		exact  bool
	}{
		{"Nearest", allocate.Nearest{}, false},
		{"Greedy", allocate.Greedy{}, false},
		{"RoundRobin", allocate.RoundRobin{}, false},
		{"Random", allocate.Random{Seed: 7}, false},
		{"SingleSource", allocate.SingleSource{}, true},
		{"Transport", allocate.Transport{}, true},
	}
}

func each(t *testing.T, s allocate.Solver, checks iter.Seq2[string, func(allocate.Solver) error]) {
	for name, check := range checks {
		t.Run(name, func(t *testing.T) {
			switch err := check(s); {
			case errors.Is(err, errors.ErrUnsupported):
				t.Log(err)
			case err != nil:
				t.Error(err)
			}
		})
	}
}

func TestOurSolvers(t *testing.T) {
	for _, c := range ours() {
		t.Run(c.name, func(t *testing.T) {
			each(t, c.solver, allocatetest.Checks())
			if c.exact {
				each(t, c.solver, allocatetest.ExactChecks())
			}
		})
	}
}
