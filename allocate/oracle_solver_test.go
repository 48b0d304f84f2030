package allocate_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// closeTo compares a cost with an optimum, to a relative 1e-6.
func closeTo(t *testing.T, want, got float64, c oracleCase) {
	t.Helper()
	require.InDelta(t, want, got, 1e-6*math.Max(1, math.Abs(want)), "case %d", c.number)
}

// Transport finds the optimum of split units, proves it by its prices, and
// refuses exactly what has no plan.
func TestTransportAgainstOracle(t *testing.T) {
	t.Parallel()
	solved, refused := 0, 0
	for _, c := range oracles() {
		r, err := allocate.Transport{}.Allocate(context.Background(), c.problem)
		single := len(c.problem.Measures) <= 1
		for _, load := range c.problem.Load {
			single = single && load == nil
		}
		if !single {
			require.ErrorIs(t, err, errors.ErrUnsupported, "case %d", c.number)
			continue
		}
		if math.IsInf(c.split, 1) {
			require.ErrorIs(t, err, partition.ErrInfeasible, "case %d", c.number)
			refused++
			continue
		}
		solved++
		require.NoError(t, err, "case %d", c.number)
		require.NoError(t, allocate.Verify(c.problem, r), "case %d", c.number)
		require.Equal(t, partition.ProvedOptimal, r.Stop, "case %d", c.number)
		require.True(t, r.Certificate.Feasible(), "case %d: violation %v", c.number, r.Certificate.Violation)
		closeTo(t, c.split, r.Certificate.Objective, c)
		closeTo(t, c.split, allocate.Bound(c.problem, r.Prices...), c)
	}
	require.Greater(t, solved, len(oracles())*5/12)
	require.Greater(t, refused, len(oracles())/80)
}

// SingleSource finds the optimum of whole units, proves it, and refuses exactly
// what has no plan.
func TestSingleSourceAgainstOracle(t *testing.T) {
	t.Parallel()
	solved, refused := singleSourceAgainst(t, oracles())
	require.Greater(t, min(solved, refused), len(oracles())/24)
}

func singleSourceAgainst(t *testing.T, cases []oracleCase) (solved, refused int) {
	t.Helper()
	for _, c := range cases {
		r, err := allocate.SingleSource{}.Allocate(context.Background(), c.problem)
		if math.IsInf(c.best, 1) {
			require.ErrorIs(t, err, partition.ErrInfeasible, "case %d", c.number)
			refused++
			continue
		}
		solved++
		honest(t, c, r, err)
		require.True(t, r.Certificate.Feasible(), "case %d: violation %v", c.number, r.Certificate.Violation)
		closeTo(t, c.best, r.Certificate.Objective, c)
		closeTo(t, c.best, r.Certificate.Bound, c)
	}
	return solved, refused
}

// A lower limit cannot be met by nobody.
func TestLimitsWithoutUnits(t *testing.T) {
	p := &allocate.Problem{
		Cost:     allocate.CostFunc(0, 2, func(int, int) float64 { return 0 }),
		Measures: []partition.Measure{{Name: "hours", Value: []float64{}, Lower: []float64{0, 8}}},
	}
	for _, s := range []allocate.Solver{allocate.Transport{}, allocate.SingleSource{}} {
		_, err := s.Allocate(context.Background(), p)
		require.ErrorIs(t, err, partition.ErrInfeasible)
	}
}

// Bound rounds down by what the prices are worth, also where everything that is
// added up is 0, and Verify accepts that.
func TestBoundOfZeroCosts(t *testing.T) {
	p := &allocate.Problem{
		Cost:     allocate.CostFunc(2, 2, func(int, int) float64 { return 8 }),
		Measures: []partition.Measure{{Name: "hours", Value: []float64{8, 8}, Upper: []float64{8, 8}}},
		Penalty:  []float64{0, 0},
	}
	prices := [][]float64{{-0.05, 0}}
	bound := allocate.Bound(p, prices...)
	require.Negative(t, bound)
	plan, err := partition.NewPlan(2, []int{partition.Unassigned, partition.Unassigned})
	require.NoError(t, err)
	r := &allocate.Result{Prices: prices}
	r.Plan, r.Stop = plan, partition.ProvedOptimal
	r.Certificate = partition.Certificate{Bound: bound, Proof: "prices"}
	require.NoError(t, allocate.Verify(p, r))
	r.Certificate.Bound -= 1e-9
	require.ErrorIs(t, allocate.Verify(p, r), allocate.ErrVerify)
}

// The unit of the costs does not matter, be it a billionth or a billion.
func TestUnitOfCost(t *testing.T) {
	t.Parallel()
	for k, c := range oracles() {
		if k%5 > 0 || math.IsInf(c.best, 1) {
			continue
		}
		for _, unit := range []float64{1e-9, 1e9} {
			p := *c.problem
			n, m := p.Cost.Dims()
			p.Cost = allocate.CostFunc(n, m, func(i, j int) float64 { return unit * c.problem.Cost.At(i, j) })
			p.Penalty = slices.Clone(p.Penalty)
			for i := range p.Penalty {
				p.Penalty[i] *= unit
			}
			r, err := allocate.SingleSource{}.Allocate(context.Background(), &p)
			require.NoError(t, err, "case %d", c.number)
			require.NoError(t, allocate.Verify(&p, r), "case %d", c.number)
			require.InDelta(t, c.best, r.Certificate.Objective/unit, 1e-6*math.Max(1, math.Abs(c.best)), "case %d", c.number)
		}
	}
}

// One cost of another magnitude spoils the precision of the prices. Nothing is
// called optimal then that is not.
func TestOneWildCost(t *testing.T) {
	for _, wild := range []float64{-1e289, -1e30, -1e12, -1e9, -1e6, 1e6, 1e12, 1e289} {
		cost := []float64{8, 8, 0, 8, wild, 8, 8, 8, 8, 8} // the last two agents have no room
		p := &allocate.Problem{
			Cost:     allocate.CostFunc(2, 5, func(i, j int) float64 { return cost[5*i+j] }),
			Measures: []partition.Measure{{Name: "hours", Value: []float64{8, 8}, Upper: []float64{8, 8, 8, 0, 0}}},
		}
		for _, s := range []allocate.Solver{allocate.Transport{}, allocate.SingleSource{}} {
			r, err := s.Allocate(context.Background(), p)
			require.NoError(t, err)
			require.NoError(t, allocate.Verify(p, r), "%T at %v", s, wild)
			if r.Stop == partition.ProvedOptimal {
				require.Equal(t, 8.0, r.Certificate.Objective, "%T at %v", s, wild)
			}
		}
	}
}
