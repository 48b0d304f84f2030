package allocate_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Every kind of problem is solved at a size at which samples, short lists of
// candidates and flows matter: Transport to the proved optimum at a vertex whose
// prices tell which limits bind, SingleSource above it and near it.
func TestFamilies(t *testing.T) {
	t.Parallel()
	for _, f := range families {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && f.name != "planar" && f.name != "two" {
				t.Skip("takes seconds on thousands of customers, and ten times that under the race detector: runs without -short")
			}
			w := newWorkload(unlessShort(2000, 800), unlessShort(20, 10), 1)
			p := f.problem(w)
			whole := solved(t, p, allocate.SingleSource{Budget: 30_000})
			require.LessOrEqual(t, relative(whole.Certificate), f.gap)

			split, err := allocate.Transport{}.Allocate(context.Background(), p)
			if f.measures > 1 {
				require.ErrorIs(t, err, errors.ErrUnsupported)
				return
			}
			require.NoError(t, err)
			optimal(t, p, split)
			requireSlackness(t, p, split)
			// Rounding aside, whole units never cost less.
			require.GreaterOrEqual(t, whole.Certificate.Objective, split.Certificate.Objective-1e-9*math.Abs(split.Certificate.Objective))
		})
	}
}

// More units and agents than any list of candidates holds.
func TestFamiliesOfManyUnits(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds on thousands of customers, and ten times that under the race detector: runs without -short")
	}
	for _, f := range families {
		switch f.name {
		case "planar", "houses", "towers", "whole", "penalties":
			t.Run(f.name, func(t *testing.T) {
				p := f.problem(newWorkload(8000, 80, 2))
				split, err := allocate.Transport{}.Allocate(context.Background(), p)
				require.NoError(t, err)
				optimal(t, p, split)
			})
		}
	}
}

// solved demands a plan within the limits that Verify confirms.
func solved(t *testing.T, p *allocate.Problem, s allocate.Solver) *allocate.Result {
	t.Helper()
	r, err := s.Allocate(context.Background(), p)
	require.NoError(t, err)
	require.NoError(t, allocate.Verify(p, r))
	require.Empty(t, r.Splits)
	require.LessOrEqual(t, r.Certificate.Violation, partition.FeasibleViolation)
	return r
}

// relative is the gap, whatever the violation.
func relative(c partition.Certificate) float64 {
	return (c.Objective - c.Bound) / math.Max(math.Abs(c.Objective), 1e-12)
}

// optimal demands the proved optimum of split units.
func optimal(t *testing.T, p *allocate.Problem, r *allocate.Result) {
	t.Helper()
	require.NoError(t, allocate.Verify(p, r))
	c := r.Certificate
	require.LessOrEqual(t, c.Violation, partition.FeasibleViolation)
	require.InDelta(t, c.Objective, c.Bound, 1e-9*math.Abs(c.Objective))
	require.InDelta(t, c.Objective, allocate.Bound(p, r.Prices...), 1e-9*math.Abs(c.Objective))
	require.Equal(t, partition.ProvedOptimal, r.Stop)
}

// requireSlackness demands that an agent has a positive price only at its upper
// limit and a negative one only at its lower limit.
func requireSlackness(t *testing.T, p *allocate.Problem, r *allocate.Result) {
	t.Helper()
	_, m := p.Cost.Dims()
	me := p.Measures[0]
	load, in := make([]float64, m), map[int]bool{}
	for _, s := range r.Splits {
		in[s.Unit] = true
		if s.Agent >= 0 {
			load[s.Agent] += s.Fraction * me.Value[s.Unit]
		}
	}
	for i, a := range me.Value {
		if j := r.Plan.Of(i); j >= 0 && !in[i] {
			load[j] += a
		}
	}
	lower, upper := me.Limits(m)
	size := math.Abs(r.Certificate.Objective) / math.Max(total(me.Value), 1) // of a price
	for j, v := range r.Prices[0] {
		switch {
		case v > 1e-9*size:
			require.InEpsilon(t, upper[j], load[j], 1e-9, "agent %d at price %v", j, v)
		case v < -1e-9*size:
			require.InEpsilon(t, lower[j], load[j], 1e-9, "agent %d at price %v", j, v)
		}
	}
}

// Some sizes are awkward: one unit, one agent, hardly more units than agents,
// fewer units than agents.
func TestAwkwardSizes(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1, 1}, {1, 7}, {2, 2}, {3, 50}, {50, 1}, {40, 39}, {40, 40}, {40, 41}, {300, 290}} {
		for seed := range uint64(unlessShort(2, 1)) {
			w := newWorkload(size[0], size[1], 1+seed)
			one := make([]float64, w.m)
			for j := range one {
				one[j] = math.Ceil(float64(w.n) / float64(w.m))
			}
			p := &allocate.Problem{
				Cost:     w.travel(),
				Measures: []partition.Measure{{Value: w.ones(), Upper: one}},
			}
			split, err := allocate.Transport{}.Allocate(context.Background(), p)
			require.NoError(t, err, "%v", size)
			optimal(t, p, split)
			whole := solved(t, p, allocate.SingleSource{Budget: 30_000})
			// With unit loads and whole limits the vertices are whole: the two agree.
			require.Empty(t, split.Splits, "%v", size)
			require.InEpsilon(t, split.Certificate.Objective, whole.Certificate.Objective, 1e-9, "%v", size)
		}
	}
}

// The same bytes for any number of processors.
func TestSolversSameForAnyNumberOfProcessors(t *testing.T) {
	for _, f := range families {
		switch f.name {
		case "planar", "penalties", "whole", "three", "speeds":
		default:
			continue
		}
		n, m := unlessShort(1500, 600), unlessShort(30, 12)
		if f.name == "speeds" { // one knapsack of 1500 units can take a second
			n, m = unlessShort(1000, 300), unlessShort(20, 10)
		}
		p := f.problem(newWorkload(n, m, 3))
		for name, s := range map[string]allocate.Solver{"Transport": allocate.Transport{}, "SingleSource": allocate.SingleSource{Budget: 2000}} {
			if name == "Transport" && f.measures > 1 {
				continue
			}
			var first *allocate.Result
			for _, procs := range []int{1, 2, 8} {
				before := runtime.GOMAXPROCS(procs)
				r, err := s.Allocate(context.Background(), p)
				runtime.GOMAXPROCS(before)
				require.NoError(t, err)
				if first == nil {
					first = r
					continue
				}
				require.Equal(t, first.Plan.Slice(), r.Plan.Slice(), "%s of %s", name, f.name)
				require.Equal(t, first.Prices, r.Prices, "%s of %s", name, f.name)
				require.Equal(t, first.Certificate, r.Certificate, "%s of %s", name, f.name)
				require.Equal(t, first.Splits, r.Splits, "%s of %s", name, f.name)
			}
		}
	}
}

// Where positive and negative costs cancel, the gap is rounding and no fraction
// of the objective: looking for better candidates has to end nevertheless. The
// problem is too large to list all of them.
func TestTransportAroundZero(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds on thousands of customers, and ten times that under the race detector: runs without -short")
	}
	const n, m = 1 << 16, 65
	cost := func(shift float64) allocate.Costs {
		return allocate.CostFunc(n, m, func(i, j int) float64 {
			h := uint64(i*m+j+1) * 0x9E3779B97F4A7C15
			h = (h ^ h>>29) * 0xBF58476D1CE4E5B9
			return float64(h>>40)/(1<<24) - shift
		})
	}
	ones := make([]float64, n)
	for i := range ones {
		ones[i] = 1
	}
	p := &allocate.Problem{Cost: cost(0), Measures: []partition.Measure{{Value: ones, Tolerance: 0.01}}}
	r, err := allocate.Transport{}.Allocate(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, partition.ProvedOptimal, r.Stop)

	p.Cost = cost(r.Certificate.Objective / n)
	r, err = allocate.Transport{}.Allocate(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, partition.ProvedOptimal, r.Stop)
	require.InDelta(t, 0, r.Certificate.Objective, 1e-6)
	require.InDelta(t, r.Certificate.Objective, r.Certificate.Bound, 1e-6)
}

// Crumbs of rounding on the way of a flow do not keep it from settling: the room
// of an agent that is nearly full, what little of a unit is left with an agent,
// and what the agents leave of their excess, added up over hundreds of them.
func TestFlowSettlesInSpiteOfRounding(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds on thousands of customers, and ten times that under the race detector: runs without -short")
	}
	for _, c := range []struct {
		family string
		n, m   int
	}{{"towers", 6000, 100}, {"whole", 2000, 200}} {
		for _, f := range families {
			if f.name != c.family {
				continue
			}
			p := f.problem(newWorkload(c.n, c.m, 1))
			split, err := allocate.Transport{}.Allocate(context.Background(), p)
			require.NoError(t, err)
			optimal(t, p, split)
			whole, err := allocate.SingleSource{Budget: 1}.Allocate(context.Background(), p)
			require.NoError(t, err)
			require.NoError(t, allocate.Verify(p, whole))
		}
	}
}
