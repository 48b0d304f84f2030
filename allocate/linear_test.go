package allocate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// pairings is the least total cost of as many pairs as the smaller side has,
// tried one by one; +Inf: there is none.
func pairings(p *allocate.Problem) float64 {
	n, m := p.Cost.Dims()
	taken := make([]bool, m)
	var try func(i, skips int) float64
	try = func(i, skips int) float64 {
		if i == n {
			return 0
		}
		best := math.Inf(1)
		if skips > 0 {
			best = try(i+1, skips-1)
		}
		for j := range m {
			if taken[j] || p.Allowed != nil && !p.Allowed(i, j) || p.Fixed != nil && p.Fixed[i] >= 0 && p.Fixed[i] != j {
				continue
			}
			if c := p.Cost.At(i, j); !math.IsInf(c, 1) {
				taken[j] = true
				best = min(best, c+try(i+1, skips))
				taken[j] = false
			}
		}
		return best
	}
	return try(0, max(0, n-m))
}

// requireProved recomputes a matching and its proof from the problem.
func requireProved(t *testing.T, p *allocate.Problem, r *allocate.Matching) {
	t.Helper()
	n, m := p.Cost.Dims()
	require.Equal(t, n, r.Plan.Len())
	require.Equal(t, m, r.Plan.K())
	require.Equal(t, partition.ProvedOptimal, r.Stop)
	allowed := func(i, j int) bool {
		return (p.Allowed == nil || p.Allowed(i, j)) && (p.Fixed == nil || p.Fixed[i] < 0 || p.Fixed[i] == j) && !math.IsInf(p.Cost.At(i, j), 1)
	}
	cost, proved, size, pairs := 0.0, 0.0, 0.0, 0
	for j := range m {
		require.LessOrEqual(t, r.Plan.Count(j), 1)
		proved += r.AgentPrices[j]
		size = max(size, math.Abs(r.AgentPrices[j]))
		if m > n {
			require.LessOrEqual(t, r.AgentPrices[j], 0.0)
			require.False(t, r.Plan.Count(j) == 0 && r.AgentPrices[j] != 0)
		}
	}
	for i := range n {
		proved += r.UnitPrices[i]
		size = max(size, math.Abs(r.UnitPrices[i]))
		if n > m {
			require.LessOrEqual(t, r.UnitPrices[i], 0.0)
			require.False(t, r.Plan.Of(i) < 0 && r.UnitPrices[i] != 0)
		}
	}
	rounding := float64(1e-13 * size * float64(n+m))
	for i := range n {
		for j := range m {
			if allowed(i, j) {
				require.LessOrEqual(t, r.UnitPrices[i]+r.AgentPrices[j], p.Cost.At(i, j)+rounding)
			}
		}
		if j := r.Plan.Of(i); j != partition.Unassigned {
			require.True(t, allowed(i, j))
			cost += p.Cost.At(i, j)
			pairs++
		}
	}
	require.Equal(t, min(n, m), pairs)
	c := r.Certificate
	require.InDelta(t, cost, c.Objective, rounding)
	require.InDelta(t, proved, c.Bound, rounding)
	require.LessOrEqual(t, c.Bound, c.Objective)
	require.InDelta(t, c.Objective, c.Bound, rounding)
	require.Zero(t, c.Violation)
	require.Equal(t, "prices", c.Proof)
}

func TestLinearAssignmentBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	solved, hopeless := 0, 0
	for try := range 1500 {
		n, m := rng.IntN(7), rng.IntN(7)
		scale := []float64{1, 1e280, 1e-290, 1e6}[try%4]
		whole := try%3 == 0
		p := &allocate.Problem{Cost: table(n, m, func(int, int) float64 {
			switch {
			case rng.IntN(2+try%3) == 0:
				return math.Inf(1)
			case whole:
				return scale * float64(rng.IntN(4)-1)
			}
			return scale * rng.NormFloat64()
		})}
		if try%5 == 0 {
			p.Allowed = func(i, j int) bool { return (i+j)%5 != 0 }
		}
		if try%7 == 0 && m > 0 {
			p.Fixed = make([]int, n)
			for i := range p.Fixed {
				if p.Fixed[i] = partition.Unassigned; rng.IntN(4) == 0 {
					p.Fixed[i] = rng.IntN(m)
				}
			}
		}
		want := pairings(p)
		r, err := allocate.LinearAssignment(context.Background(), p)
		if math.IsInf(want, 1) {
			hopeless++
			requireShort(t, p, err)
			continue
		}
		solved++
		require.NoError(t, err)
		requireProved(t, p, r)
		require.InDelta(t, want, r.Certificate.Objective, 1e-12*scale*float64(n+m))
	}
	require.Greater(t, solved, 300)
	require.Greater(t, hopeless, 100)
}

// table is a matrix of any shape, 0 rows included.
func table(n, m int, cost func(i, j int) float64) allocate.Costs {
	c := make([]float64, n*m)
	for at := range c {
		c[at] = cost(at/m, at%m)
	}
	return allocate.CostFunc(n, m, func(i, j int) float64 { return c[i*m+j] })
}

// requireShort checks the witness: some of the smaller side that have, all
// together, too few to choose from.
func requireShort(t *testing.T, p *allocate.Problem, err error) {
	t.Helper()
	var e *partition.InfeasibleError
	require.ErrorAs(t, err, &e)
	n, m := p.Cost.Dims()
	may := func(i, j int) bool {
		return !math.IsInf(p.Cost.At(i, j), 1) && (p.Allowed == nil || p.Allowed(i, j)) && (p.Fixed == nil || p.Fixed[i] < 0 || p.Fixed[i] == j)
	}
	short, choice, others := e.Units, e.Territories, m
	if n > m {
		short, choice, others = e.Territories, e.Units, n
	}
	require.Len(t, choice, len(short)-1)
	require.Equal(t, []float64{float64(len(short)), float64(len(choice))}, []float64{e.Need, e.Have})
	reach := []int{}
	for b := range others {
		for _, a := range short {
			i, j := a, b
			if n > m {
				i, j = b, a
			}
			if may(i, j) {
				reach = append(reach, b)
				break
			}
		}
	}
	require.Equal(t, reach, choice)
}

// The answer does not depend on how the costs are held, nor on the processors.
func TestLinearAssignmentHolders(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(2, 2))
	for _, size := range [][2]int{{70, 70}, {40, 90}, {90, 40}} {
		dense := mat.NewDense(size[0], size[1], nil)
		for i := range size[0] {
			for j := range size[1] {
				dense.Set(i, j, float64(rng.IntN(50)))
			}
		}
		first, err := allocate.LinearAssignment(context.Background(), &allocate.Problem{Cost: dense})
		require.NoError(t, err)
		requireProved(t, &allocate.Problem{Cost: dense}, first)
		for name, p := range map[string]*allocate.Problem{
			"function": {Cost: allocate.CostFunc(size[0], size[1], dense.At)},
			"allowed":  {Cost: dense, Allowed: func(int, int) bool { return true }},
		} {
			for _, procs := range []int{1, 2, 8} {
				runtime.GOMAXPROCS(procs)
				again, err := allocate.LinearAssignment(context.Background(), p)
				require.NoError(t, err)
				require.Equal(t, first, again, "%s, GOMAXPROCS=%d", name, procs)
			}
		}
		// Units and agents may change their roles.
		turned, err := allocate.LinearAssignment(context.Background(), &allocate.Problem{Cost: mat.DenseCopyOf(dense.T())})
		require.NoError(t, err)
		require.Equal(t, first.Certificate.Objective, turned.Certificate.Objective)
	}
}

// Adding a number to all costs of a unit adds it to the objective; the split
// optimum with limits of one each is the same, as the problem has whole corners.
func TestLinearAssignmentAgreesWithTransport(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	const n, m = 25, 30
	cost := table(n, m, func(int, int) float64 { return 100 * rng.Float64() })
	ones := make([]float64, m)
	for j := range ones {
		ones[j] = 1
	}
	limited := &allocate.Problem{Cost: cost, Measures: []partition.Measure{{Value: ones[:n], Upper: ones}}}
	split, err := allocate.Transport{}.Allocate(context.Background(), limited)
	require.NoError(t, err)
	r, err := allocate.LinearAssignment(context.Background(), &allocate.Problem{Cost: cost})
	require.NoError(t, err)
	require.InDelta(t, split.Certificate.Objective, r.Certificate.Objective, 1e-6)
	minus := make([]float64, m)
	for j, v := range r.AgentPrices {
		minus[j] = -v
	}
	require.InDelta(t, r.Certificate.Objective, allocate.Bound(limited, minus), 1e-9)

	raised, err := allocate.LinearAssignment(context.Background(), &allocate.Problem{
		Cost: allocate.CostFunc(n, m, func(i, j int) float64 { return cost.At(i, j) + float64(1000*i) }),
	})
	require.NoError(t, err)
	require.InDelta(t, r.Certificate.Objective+1000*n*(n-1)/2, raised.Certificate.Objective, 1e-6)
}

func TestLinearAssignmentFaults(t *testing.T) {
	good := mat.NewDense(2, 2, []float64{1, 2, 3, 4})
	for name, c := range map[string]struct {
		p    *allocate.Problem
		want string
	}{
		"nil":       {nil, "Problem: is nil"},
		"no costs":  {&allocate.Problem{}, "Cost: is nil"},
		"measures":  {&allocate.Problem{Cost: good, Measures: []partition.Measure{{}}}, "Measures: must be nil: units and agents are paired one to one"},
		"penalty":   {&allocate.Problem{Cost: good, Penalty: []float64{1, 1}}, "Penalty: must be nil: units and agents are paired one to one"},
		"fixed":     {&allocate.Problem{Cost: good, Fixed: []int{2, -1}}, "Fixed[0] = 2: is neither an agent, 0..1, nor Unassigned, -1"},
		"too few":   {&allocate.Problem{Cost: good, Fixed: []int{1}}, "Fixed: has length 1, want 2, one per unit"},
		"NaN":       {&allocate.Problem{Cost: mat.NewDense(2, 2, []float64{1, 2, math.NaN(), 4})}, "Cost[1] = NaN: is not a number, for agent 0"},
		"-Inf":      {&allocate.Problem{Cost: mat.NewDense(2, 1, []float64{1, math.Inf(-1)})}, "Cost[1] = -Inf: is -Inf, for agent 0"},
		"too large": {&allocate.Problem{Cost: mat.NewDense(1, 1, []float64{-1e291})}, "Cost[0] = -1e+291: is beyond ±1e290: sums would overflow, for agent 0"},
		"travel":    {&allocate.Problem{Cost: &allocate.Travel{Metric: 7}}, "Travel.Metric = 7: is neither GreatCircle nor Planar"},
		"all at once": {
			&allocate.Problem{Cost: mat.NewDense(1, 2, []float64{math.NaN(), math.NaN()}), Load: []allocate.Costs{}, UnitLabel: func(int) string { return "Ruhr" }},
			"Load: must be nil: units and agents are paired one to one\nCost[0] (Ruhr) = NaN: is not a number, for agent 0\nCost[0] (Ruhr) = NaN: is not a number, for agent 1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := allocate.LinearAssignment(context.Background(), c.p)
			require.Nil(t, r)
			require.ErrorIs(t, err, partition.ErrInput)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestLinearAssignmentWitness(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		cost *mat.Dense
		want string
	}{
		"unit without": {mat.NewDense(1, 2, []float64{inf, inf}), "infeasible: unit 0 may go to no agent"},
		"units":        {mat.NewDense(2, 3, []float64{inf, 1, inf, inf, 5, inf}), "infeasible: unit 0 and unit 1 may go only to agent 1: 2 units for 1 agent\nMaybe allow one of them another agent"},
		"agents":       {mat.NewDense(3, 2, []float64{inf, inf, 1, 1, inf, inf}), "infeasible: agent 0 and agent 1 may take only unit 1: 2 agents for 1 unit\nMaybe allow one of them another unit"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := allocate.LinearAssignment(context.Background(), &allocate.Problem{Cost: c.cost})
			require.ErrorIs(t, err, partition.ErrInfeasible)
			require.EqualError(t, err, c.want)
		})
	}
}

func TestLinearAssignmentInterrupted(t *testing.T) {
	stop := errors.New("enough")
	for _, units := range []int{300, 600} { // rows are agents where these are fewer
		ctx, cancel := context.WithCancelCause(context.Background())
		var calls atomic.Int64
		p := &allocate.Problem{Cost: allocate.CostFunc(units, 500, func(i, j int) float64 {
			calls.Add(1)
			cancel(stop) // while the costs are read
			return float64(i * j)
		})}
		r, err := allocate.LinearAssignment(ctx, p)
		require.Nil(t, r)
		require.ErrorIs(t, err, stop)
		require.Less(t, calls.Load(), int64(units*500/10), "the costs need not be read to the end")
	}
}

func BenchmarkLinearAssignment(b *testing.B) {
	for _, n := range []int{500, 2000} {
		rng := rand.New(rand.NewPCG(1, 1))
		cost := mat.NewDense(n, n, nil)
		for at := range n * n {
			cost.RawMatrix().Data[at] = rng.Float64()
		}
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := allocate.LinearAssignment(context.Background(), &allocate.Problem{Cost: cost}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
