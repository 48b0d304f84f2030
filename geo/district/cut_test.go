package district_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// bestPlan tries every assignment of units to territories: the least that a
// feasible one cuts, +Inf where there is none.
func bestPlan(p *partition.Problem, border bool) float64 {
	n, k := p.Len(), p.K
	of := make([]int, n)
	best := math.Inf(1)
	var assign func(u int)
	assign = func(u int) {
		if u < n {
			for of[u] = range k {
				assign(u + 1)
			}
			of[u] = 0
			return
		}
		for v, t := range p.Fixed {
			if t != partition.Unassigned && t != of[v] {
				return
			}
		}
		for t, v := range p.Seeds {
			if of[v] != t {
				return
			}
		}
		for _, pair := range p.Forbidden {
			if of[pair[0]] == pair[1] {
				return
			}
		}
		plan, err := partition.NewPlan(k, of)
		if err != nil || outside(p, plan) > 1e-9 {
			return
		}
		edges, length := cutOf(p, plan)
		cut := float64(edges)
		if border {
			cut = length
		}
		if cut >= best {
			return
		}
		for t := range k {
			if len(partition.Fragments(p.Contiguity, plan, t)) != 1 {
				return
			}
		}
		best = cut
	}
	assign(0)
	return best
}

// smallProblem is a map of 8 or 9 units with limits and rules of all kinds,
// often too many of them.
func smallProblem(seed uint64) *partition.Problem {
	random := splitmix.Source(seed)
	rows := 2 + random.Below(2)
	columns := 9 / rows
	n := rows * columns
	c := newCountry(rows, columns, 0.25*random.Float(), seed)
	p := &partition.Problem{K: 2 + random.Below(2), Contiguity: c}
	for range 1 + random.Below(2) {
		me := partition.Measure{Name: "visits", Tolerance: 0.1 + 0.5*random.Float()}
		for range n {
			me.Value = append(me.Value, float64(random.Below(20)))
		}
		switch random.Below(4) {
		case 0:
			for range p.K {
				me.Target = append(me.Target, float64(10*n/p.K)*(0.6+0.8*random.Float()))
			}
		case 1:
			me.Tolerance = 0
		case 2:
			me.Tolerance = 0
			for range p.K {
				me.Lower = append(me.Lower, float64(random.Below(8*n/p.K)))
				me.Upper = append(me.Upper, math.Inf(1))
			}
		}
		p.Measures = append(p.Measures, me)
	}
	if random.Below(3) == 0 {
		p.Fixed = make([]int, n)
		for u := range p.Fixed {
			p.Fixed[u] = partition.Unassigned
			if random.Below(4) == 0 {
				p.Fixed[u] = random.Below(p.K)
			}
		}
	} else if random.Below(3) == 0 {
		for t := range p.K {
			p.Seeds = append(p.Seeds, t*(n/p.K)+random.Below(n/p.K))
		}
	}
	if random.Below(3) == 0 {
		for range 1 + random.Below(6) {
			u, t := random.Below(n), random.Below(p.K)
			if (p.Fixed == nil || p.Fixed[u] != t) && (p.Seeds == nil || p.Seeds[t] != u) {
				p.Forbidden = append(p.Forbidden, [2]int{u, t})
			}
		}
	}
	return p
}

// On small maps the result is the best of all assignments, proved, and
// infeasible exactly where no assignment will do.
func TestCutIsOptimalOnSmallMaps(t *testing.T) {
	feasible, infeasible := 0, 0
	for seed := range uint64(600) {
		p := smallProblem(seed)
		border := seed%2 == 1
		want := bestPlan(p, border)
		c := district.Cut{Seed: seed, Chains: 2, Budget: 1 << 20}
		if border {
			c.Objective = district.CutBorder
		}
		r, err := c.Partition(t.Context(), p)
		if math.IsInf(want, 1) {
			infeasible++
			var e *partition.InfeasibleError
			require.ErrorAs(t, err, &e, "seed %d", seed)
			require.NotEmpty(t, e.Why)
			continue
		}
		feasible++
		require.NoError(t, err, "seed %d", seed)
		verify(t, p, r)
		require.Equal(t, want, r.Certificate.Objective, "seed %d", seed)
		require.Zero(t, r.Certificate.Violation)
		require.Equal(t, partition.ProvedOptimal, r.Stop, "seed %d", seed)
		require.LessOrEqual(t, r.Certificate.Bound, want)
		require.LessOrEqual(t, r.Certificate.Gap(), 1e-9, "seed %d", seed)
		edges, length := cutOf(p, r.Plan)
		if border {
			require.InDelta(t, length, r.Certificate.Objective, 1e-9)
		} else {
			require.Equal(t, float64(edges), r.Certificate.Objective)
		}
	}
	require.Greater(t, feasible, 200)
	require.Greater(t, infeasible, 200)
}

// hours is a measure of random values.
func hours(n int, tolerance float64, seed uint64) partition.Measure {
	random := splitmix.Source(seed)
	m := partition.Measure{Name: "hours", Tolerance: tolerance}
	for range n {
		m.Value = append(m.Value, float64(10+random.Below(50)))
	}
	return m
}

func TestCutIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, p := range []*partition.Problem{
		{K: 4, Contiguity: newCountry(10, 12, 0, 1), Measures: []partition.Measure{hours(120, 0.02, 1), hours(120, 0.1, 2)}}, // also searched exhaustively
		{K: 6, Contiguity: newCountry(14, 14, 0, 2), Measures: []partition.Measure{hours(196, 0.01, 3)}},
	} {
		var first *partition.Result
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			r, err := district.Cut{Seed: 7, Budget: 500_000}.Partition(t.Context(), p)
			require.NoError(t, err)
			verify(t, p, r)
			if first == nil {
				first = r
			}
			require.Equal(t, first, r, "%d processors", processors)
		}
	}
}

// Another seed goes another way, and a longer search is not worse.
func TestCutSearches(t *testing.T) {
	p := &partition.Problem{K: 8, Contiguity: newCountry(20, 20, 0.05, 3), Measures: []partition.Measure{hours(400, 0.02, 3)}}
	cut := func(seed uint64, budget int) *partition.Result {
		r, err := district.Cut{Seed: seed, Budget: budget, Chains: 2}.Partition(t.Context(), p)
		require.NoError(t, err)
		verify(t, p, r)
		require.True(t, r.Certificate.Feasible())
		require.Equal(t, partition.BudgetSpent, r.Stop)
		return r
	}
	short, long := cut(1, 1), cut(1, 1_000_000)
	require.Less(t, long.Certificate.Objective, short.Certificate.Objective)
	require.False(t, short.Plan.Equal(cut(2, 1).Plan))
}

// expiring is a context that ends when it has been asked so many times.
type expiring struct {
	context.Context
	left int
}

var errExpired = errors.New("asked too often")

func (e *expiring) Err() error {
	if e.left--; e.left < 0 {
		return errExpired
	}
	return nil
}

func TestCutIsInterruptedAtAnyMoment(t *testing.T) {
	before := runtime.GOMAXPROCS(1) // the context counts without a lock
	defer runtime.GOMAXPROCS(before)
	p := &partition.Problem{K: 5, Contiguity: newCountry(10, 12, 0.05, 3), Measures: []partition.Measure{hours(120, 0.02, 3)}}
	fixed := *p
	fixed.Fixed = make([]int, 120)
	for u := range fixed.Fixed {
		fixed.Fixed[u] = partition.Unassigned
	}
	fixed.Fixed[0], fixed.Fixed[119] = 3, 3
	plans := 0
	for _, q := range []*partition.Problem{p, &fixed} {
		for left := 0; left < 300; left += 1 + left/8 {
			ctx, cancel := context.WithCancelCause(context.Background())
			r, err := district.Cut{Chains: 2}.Partition(&expiring{ctx, left}, q)
			cancel(nil)
			if err != nil {
				require.Nil(t, r)
				continue
			}
			plans++
			verify(t, q, r)
			require.Equal(t, partition.Interrupted, r.Stop)
		}
	}
	require.Greater(t, plans, 20)

	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errExpired)
	_, err := district.Cut{}.Partition(ctx, p)
	require.ErrorIs(t, err, errExpired)

	ctx, cancel = context.WithCancelCause(context.Background())
	r, err := district.Cut{Progress: func(partition.Progress) { cancel(errExpired) }}.Partition(ctx, p)
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, r.Stop)
	verify(t, p, r)
}

// Two islands of 4 × 4 and one of 2 × 4 units take 2, 2 and 1 territories.
func TestCutOnIslands(t *testing.T) {
	c := newCountry(10, 4, 0, 5)
	for u, near := range c.Adjacency {
		var keep []int
		for _, v := range near {
			if island(u) == island(v) {
				keep = append(keep, v)
			}
		}
		c.Adjacency[u] = keep
	}
	me := partition.Measure{Name: "units", Tolerance: 0.1}
	for range 40 {
		me.Value = append(me.Value, 1)
	}
	p := &partition.Problem{K: 5, Contiguity: c, Measures: []partition.Measure{me}}
	r, err := district.Cut{}.Partition(t.Context(), p)
	require.NoError(t, err)
	verify(t, p, r)
	require.Zero(t, r.Certificate.Violation)
	require.Equal(t, partition.ProvedOptimal, r.Stop)
	for d := range 5 {
		require.Equal(t, 8, r.Plan.Count(d))
	}
}

func island(u int) int {
	switch row := u / 4; {
	case row < 4:
		return 0
	case row < 8:
		return 1
	}
	return 2
}

// Seeds, units that are fixed or forbidden, two measures and territories of
// different sizes on a map that is too large to try everything.
func TestCutKeepsTheRules(t *testing.T) {
	const n, k = 400, 8
	seeds := uint64(4)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		random := splitmix.Source(seed)
		p := &partition.Problem{K: k, Contiguity: newCountry(20, 20, 0, seed), Measures: []partition.Measure{hours(n, 0.1, seed), hours(n, 0.5, seed+1)}}
		total := 0.0
		for _, v := range p.Measures[0].Value {
			total += v
		}
		for d := range k {
			p.Measures[0].Target = append(p.Measures[0].Target, total*float64(d+4)/60) // 4..11 of 60 parts
			p.Seeds = append(p.Seeds, 20*(5+10*(d%2))+2+5*(d/2))
		}
		p.Fixed = make([]int, n)
		for u := range p.Fixed {
			p.Fixed[u] = partition.Unassigned
		}
		for d, u := range p.Seeds {
			for _, v := range [3]int{u + 1, u + 20, u - 42} { // some apart from the seed
				p.Fixed[v] = d
			}
		}
		for range 100 {
			u, d := random.Below(n), random.Below(k)
			if p.Fixed[u] == partition.Unassigned && p.Seeds[d] != u {
				p.Forbidden = append(p.Forbidden, [2]int{u, d})
			}
		}
		r, err := district.Cut{Seed: seed, Budget: 1_500_000, Chains: 2}.Partition(t.Context(), p)
		require.NoError(t, err, "seed %d", seed)
		verify(t, p, r)
		require.Zero(t, r.Certificate.Violation, "seed %d", seed)
		edges, _ := cutOf(p, r.Plan)
		require.Equal(t, float64(edges), r.Certificate.Objective)
	}
}

// Units fixed after a plan that winds through the map: there is a plan that keeps
// them, though most ways to tie them together are in each other's way.
func TestCutFindsPlansAroundFixedUnits(t *testing.T) {
	const n = 225
	for seed := range uint64(8) {
		p := &partition.Problem{K: 9, Contiguity: newCountry(15, 15, 0, seed), Measures: []partition.Measure{hours(n, 0, seed)}}
		winding, err := district.Cut{Seed: seed, Budget: 1, Chains: 1}.Partition(t.Context(), p)
		require.NoError(t, err)
		random := splitmix.Source(seed)
		p.Fixed = make([]int, n)
		for u := range p.Fixed {
			if p.Fixed[u] = partition.Unassigned; random.Below(4) == 0 {
				p.Fixed[u] = winding.Plan.Of(u)
			}
		}
		r, err := district.Cut{Seed: seed, Budget: 1, Chains: 1}.Partition(t.Context(), p)
		require.NoError(t, err, "seed %d", seed)
		verify(t, p, r)
	}
}

// Two territories that would have to cross: ruled out on a small map, on a large
// one merely not found.
func TestCutOfTerritoriesThatCross(t *testing.T) {
	for _, side := range []int{5, 6, 12} {
		n := side * side
		p := &partition.Problem{K: 2, Contiguity: newCountry(side, side, 0, 1), Measures: []partition.Measure{hours(n, 0, 1)}, Fixed: make([]int, n)}
		for u := range p.Fixed {
			p.Fixed[u] = partition.Unassigned
		}
		p.Fixed[0], p.Fixed[n-1] = 0, 0
		p.Fixed[side-1], p.Fixed[n-side] = 1, 1
		_, err := district.Cut{}.Partition(t.Context(), p)
		require.Error(t, err)
		require.NotErrorIs(t, err, partition.ErrInput)
		if side < 9 {
			require.ErrorIs(t, err, partition.ErrInfeasible, "side %d", side)
		} else {
			require.NotErrorIs(t, err, partition.ErrInfeasible)
			require.EqualError(t, err, "district: no connected plan was found that keeps Fixed, Forbidden and Seeds, and none was ruled out")
		}
	}
}

// A long thin map, on which random walks get lost, and one large hub.
func TestCutOnOddGraphs(t *testing.T) {
	path := line(3000)
	star := make(partition.Adjacency, 300)
	for u := 1; u < 300; u++ {
		star[0] = append(star[0], u)
		star[u] = []int{0}
	}
	for _, p := range []*partition.Problem{
		{K: 7, Contiguity: path, Measures: []partition.Measure{hours(3000, 0.05, 1)}},
		{K: 7, Contiguity: star, Measures: []partition.Measure{hours(300, 0, 1)}},
	} {
		r, err := district.Cut{Budget: 200_000, Chains: 2}.Partition(t.Context(), p)
		require.NoError(t, err)
		verify(t, p, r)
		require.Zero(t, r.Certificate.Violation)
		require.Equal(t, 6.0, r.Certificate.Objective)
		require.Equal(t, partition.ProvedOptimal, r.Stop, "no connected territories cut less than one edge each but one")
	}
}

func BenchmarkCut(b *testing.B) {
	for _, side := range []int{10, 24, 56} {
		n := side * side
		p := &partition.Problem{K: max(4, n/100), Contiguity: newCountry(side, side, 0, 1), Measures: []partition.Measure{hours(n, 0.02, 1)}}
		b.Run("method=Cut/n="+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				r, err := district.Cut{Budget: 2_000_000}.Partition(b.Context(), p)
				require.NoError(b, err)
				b.ReportMetric(r.Certificate.Objective, "cut")
			}
		})
	}
}
