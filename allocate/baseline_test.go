package allocate_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

func baselines() map[string]allocate.Solver {
	return map[string]allocate.Solver{
		"nearest": allocate.Nearest{}, "greedy": allocate.Greedy{},
		"round robin": allocate.RoundRobin{}, "random": allocate.Random{Seed: 7},
	}
}

func solve(t *testing.T, s allocate.Solver, p *allocate.Problem) *allocate.Result {
	t.Helper()
	r, err := s.Allocate(context.Background(), p)
	require.NoError(t, err)
	require.NoError(t, allocate.Verify(p, r))
	return r
}

func TestBaselinesByHand(t *testing.T) {
	inf := math.Inf(1)
	p := func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     costs{{1, 5, 9}, {1, 3, 9}, {1, 4, 9}, {2, 1, 9}},
			Measures: []partition.Measure{{Value: []float64{3, 2, 2, 1}, Upper: []float64{4, 4, 2}}},
		}
	}
	locked, closed, cheap, tight, roomless := p(), p(), p(), p(), p()
	locked.Fixed = []int{-1, 0, -1, -1}
	closed.Allowed = func(i, j int) bool { return i != 0 || j == 1 }
	cheap.Penalty = []float64{inf, 2, inf, 0.5}
	tight.Measures[0].Upper = []float64{4, 2, 0}
	roomless.Measures[0].Upper = []float64{0, 0, 0}
	roomless.Fixed = []int{2, -1, -1, -1}
	roomless.Measures[0].Value[3] = 0
	for name, c := range map[string]struct {
		solver             allocate.Solver
		problem            *allocate.Problem
		want               []int
		violation, highest float64 // highest is the bound at zero prices
	}{
		"nearest":             {allocate.Nearest{}, p(), []int{0, 0, 0, 1}, 3, 4},
		"nearest with a lock": {allocate.Nearest{}, locked, []int{0, 0, 0, 1}, 3, 4},
		"nearest, closed":     {allocate.Nearest{}, closed, []int{1, 0, 0, 1}, 0, 8},
		"nearest, penalty":    {allocate.Nearest{}, cheap, []int{0, 0, 0, -1}, 3, 3.5},

		// Regrets 4, 2, 3, 1: unit 0 takes 3 of the 4 hours of agent 0. Units 1 and
		// 2 renew theirs to 9-3 = 6 and 9-4 = 5, unit 3 stays: 1 then 2 go to agent
		// 1, which is full. Unit 3 has 9-2 and goes to agent 0.
		"greedy": {allocate.Greedy{}, p(), []int{0, 1, 1, 0}, 0, 4},
		// Unit 1 holds 2 of the 4 hours of agent 0. Unit 0 needs 3: only agent 1 has
		// them, regret +Inf. Then unit 2 (regret 8) fills agent 0, unit 3 agent 1.
		"greedy with a lock": {allocate.Greedy{}, locked, []int{1, 0, 0, 1}, 0, 4},
		// As before, but unit 1 is content to wait at 2: regret 1, then with agent 0
		// closed to it 3-2; unit 2 goes to agent 1 first, unit 3 stays out at 0.5.
		"greedy, penalty": {allocate.Greedy{}, cheap, []int{0, -1, 1, -1}, 0, 3.5},
		// Agent 1 has 2 hours, agent 2 none. Unit 0 takes agent 0; units 1 and 2 have
		// only agent 1 left, regret +Inf, the first gets it; unit 3 takes the last
		// hour of agent 0. Unit 2 breaks 2 hours anywhere: agent 0 is cheapest.
		"greedy, too tight": {allocate.Greedy{}, tight, []int{0, 1, 0, 0}, 2, 4},
		// Nobody has room, not even for the locked unit. Unit 3 needs none.
		"greedy, no room at all": {allocate.Greedy{}, roomless, []int{2, 0, 0, 1}, 7, 12},

		"round robin":             {allocate.RoundRobin{}, p(), []int{0, 1, 2, 0}, 0, 4},
		"round robin with a lock": {allocate.RoundRobin{}, locked, []int{1, 0, 2, 0}, 0, 4},
		"round robin, closed":     {allocate.RoundRobin{}, closed, []int{1, 2, 0, 1}, 0, 8},
		// Unit 2 fits nowhere; with agent 0, at 3 of 4, it breaks least: 1. Unit 3
		// would break 1 anywhere and is cheapest with agent 1.
		"round robin, too tight": {allocate.RoundRobin{}, tight, []int{0, 1, 0, 1}, 2, 4},
	} {
		t.Run(name, func(t *testing.T) {
			r := solve(t, c.solver, c.problem)
			require.Equal(t, c.want, r.Plan.Slice())
			require.InDelta(t, c.violation, r.Certificate.Violation, 1e-12)
			require.InDelta(t, c.highest, r.Certificate.Bound, 1e-12)
			require.LessOrEqual(t, r.Certificate.Bound, c.highest)
		})
	}
	require.Equal(t, partition.ProvedOptimal, solve(t, allocate.Nearest{}, closed).Stop)
	require.Equal(t, partition.Converged, solve(t, allocate.Nearest{}, p()).Stop)
}

// hard is a random problem with everything in it.
func hard(seed uint64, n, m int) *allocate.Problem {
	rng := rand.New(rand.NewPCG(seed, 1))
	c, value := make(costs, n), make([]float64, n)
	p := &allocate.Problem{Penalty: make([]float64, n), Fixed: make([]int, n)}
	for i := range c {
		c[i] = make([]float64, m)
		for j := range c[i] {
			c[i][j] = float64(rng.IntN(50))
			if rng.IntN(5) == 0 {
				c[i][j] = math.Inf(1)
			}
		}
		c[i][i%m] = 7
		value[i] = float64(rng.IntN(9))
		p.Penalty[i] = math.Inf(1)
		if rng.IntN(4) == 0 {
			p.Penalty[i] = float64(rng.IntN(60))
		}
		p.Fixed[i] = partition.Unassigned
		if rng.IntN(6) == 0 {
			p.Fixed[i] = i % m
		}
	}
	p.Cost = c
	p.Allowed = func(i, j int) bool { return (i+j)%7 != 3 || j == i%m }
	p.Measures = []partition.Measure{{Value: value, Tolerance: 0.2}, {Value: c.column(0), Tolerance: 0.5}}
	return p
}

// column makes loads of something at hand.
func (c costs) column(j int) []float64 {
	v := make([]float64, len(c))
	for i := range v {
		if v[i] = c[i][j]; math.IsInf(v[i], 1) {
			v[i] = 0
		}
	}
	return v
}

// TestGreedyRule checks every step against the rule, walked from scratch.
func TestGreedyRule(t *testing.T) {
	for seed := range uint64(60) {
		p := hard(seed, 24, 4)
		require.Equal(t, greedyByTheBook(p), solve(t, allocate.Greedy{}, p).Plan.Slice(), "seed %d", seed)
	}
}

func greedyByTheBook(p *allocate.Problem) []int {
	n, m := p.Cost.Dims()
	of, load := make([]int, n), make([][]float64, len(p.Measures))
	for r := range load {
		load[r] = make([]float64, m)
	}
	put := func(i, j int) {
		of[i] = j
		for r := range load {
			if j < m {
				load[r][j] += p.Measures[r].Value[i]
			}
		}
	}
	over := func(i, j int) float64 {
		sum := 0.0
		for r := range load {
			_, upper := p.Measures[r].Limits(m)
			a := p.Measures[r].Value[i]
			sum += math.Max(0, load[r][j]+a-upper[j]) - math.Max(0, load[r][j]-upper[j])
		}
		return sum
	}
	for i := range of {
		of[i] = -2
		if p.Fixed[i] >= 0 {
			put(i, p.Fixed[i])
		}
	}
	for {
		unit, agent, most := -1, -1, -1.0
		for i := range of {
			if of[i] != -2 {
				continue
			}
			best, cost, second := -1, math.Inf(1), math.Inf(1)
			for j := range m + 1 {
				c := p.Penalty[i]
				if j < m {
					if c = p.Cost.At(i, j); !p.Allowed(i, j) || over(i, j) > 1e-9 {
						continue
					}
				}
				if c < cost {
					best, cost, second = j, c, cost
				} else {
					second = math.Min(second, c)
				}
			}
			if regret := second - cost; best >= 0 && regret > most {
				unit, agent, most = i, best, regret
			}
		}
		if unit < 0 {
			break
		}
		put(unit, agent)
	}
	for i := range of {
		if of[i] == -2 {
			best := -1
			for j := range m {
				if !p.Allowed(i, j) || math.IsInf(p.Cost.At(i, j), 1) {
					continue
				}
				if best < 0 || over(i, j) < over(i, best) || over(i, j) == over(i, best) && p.Cost.At(i, j) < p.Cost.At(i, best) {
					best = j
				}
			}
			put(i, best)
		}
		if of[i] == m {
			of[i] = partition.Unassigned
		}
	}
	return of
}

func TestBaselinesAgreeOnTravelAndTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	points := func(n int) []orb.Point {
		p := make([]orb.Point, n)
		for i := range p {
			p[i] = orb.Point{float64(rng.IntN(1000)), float64(rng.IntN(1000))}
		}
		return p
	}
	value := make([]float64, 400)
	for i := range value {
		value[i] = float64(1 + rng.IntN(20))
	}
	travel := &allocate.Travel{Units: points(400), Agents: points(9), Metric: allocate.Planar, UnitFactor: value}
	dense := make(costs, 400)
	for i := range dense {
		for j := range 9 {
			dense[i] = append(dense[i], travel.At(i, j))
		}
	}
	for name, s := range baselines() {
		p := &allocate.Problem{
			Cost: travel, Measures: []partition.Measure{{Value: value, Tolerance: 0.05}},
			Allowed: func(i, j int) bool { return (i+j)%5 != 0 },
		}
		a := solve(t, s, p)
		p.Cost = dense
		b := solve(t, s, p)
		require.Equal(t, a.Plan.Slice(), b.Plan.Slice(), name)
		require.InEpsilon(t, a.Certificate.Bound, b.Certificate.Bound, 1e-12, name)
	}
}

func TestBaselinesKeepTheRules(t *testing.T) {
	for name, s := range baselines() {
		for seed := range uint64(20) {
			p := hard(seed, 40, 5)
			r := solve(t, s, p) // Verify checks locks, eligibility and the numbers
			again := func() *allocate.Result {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
				return solve(t, s, p)
			}()
			require.Equal(t, r, again, "%s, seed %d", name, seed)
		}
	}
}

func TestRandomDrawsEvenly(t *testing.T) {
	c := allocate.CostFunc(30000, 3, func(i, j int) float64 { return 0 })
	r := solve(t, allocate.Random{Seed: 1}, &allocate.Problem{Cost: c})
	for j := range 3 { // standard deviation 82
		require.InDelta(t, 10000, r.Plan.Count(j), 400)
	}
	require.NotEqual(t, r.Plan.Slice(), solve(t, allocate.Random{Seed: 2}, &allocate.Problem{Cost: c}).Plan.Slice())
}

func TestBaselinesStop(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	p := hard(1, 40, 5)
	cancel(why)
	for name, s := range baselines() {
		r, err := s.Allocate(ctx, p)
		require.Nil(t, r, name)
		require.Equal(t, why, err, name)
		_, err = s.Allocate(context.Background(), &allocate.Problem{})
		require.ErrorIs(t, err, partition.ErrInput, name)
	}
}
