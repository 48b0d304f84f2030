package gap_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/gap"
)

// random draws a problem: costs and loads whole or real, some pairs forbidden,
// rooms that hold fill times what the units need on average.
func random(rng *rand.Rand, n, m int, whole bool, forbid int, fill float64) *gap.Problem {
	p := &gap.Problem{Units: n, Agents: m, Room: make([]float64, m)}
	draw := func(most int) float64 {
		if whole {
			return float64(1 + rng.IntN(most))
		}
		return float64(most) * rng.Float64()
	}
	total := 0.0
	for range n * m {
		load := draw(20)
		total += load
		cost := 120 - load + draw(20) // dear where it is light: the hard kind
		if rng.IntN(100) < forbid {
			cost = math.Inf(1)
		}
		p.Cost, p.Load = append(p.Cost, cost), append(p.Load, load)
	}
	for j := range p.Room {
		p.Room[j] = fill * total / float64(m*m)
		if whole {
			p.Room[j] = math.Floor(p.Room[j])
		}
	}
	return p
}

// enumerate is the least cost of all plans, +Inf where there is none.
func enumerate(p *gap.Problem, i int, free []float64, cost float64) float64 {
	if i == p.Units {
		return cost
	}
	best := math.Inf(1)
	for j := range p.Agents {
		e := j*p.Units + i
		if math.IsInf(p.Cost[e], 1) || p.Load[e] > free[j] {
			continue
		}
		free[j] -= p.Load[e]
		best = math.Min(best, enumerate(p, i+1, free, cost+p.Cost[e]))
		free[j] += p.Load[e]
	}
	return best
}

func search(p *gap.Problem, whole bool) *gap.Search {
	s := &gap.Search{
		Problem: p, Price: make([]float64, p.Units), Seed: 1, Budget: 400_000,
		Stop:  func() bool { return false },
		Bound: func(_ []float64, value float64) float64 { return value - 1e-7 },
	}
	if whole {
		s.Grain = 1
		s.Bound = func(_ []float64, value float64) float64 { return math.Ceil(value - 1e-6) }
	}
	return s
}

// cost recomputes the cost of a plan and demands that it keeps the rooms.
func cost(t *testing.T, p *gap.Problem, of []int32) float64 {
	t.Helper()
	load, sum := make([]float64, p.Agents), 0.0
	for i, j := range of {
		e := int(j)*p.Units + i
		load[j] += p.Load[e]
		sum += p.Cost[e]
	}
	for j := range load {
		require.LessOrEqual(t, load[j], p.Room[j]+1e-9)
	}
	require.False(t, math.IsInf(sum, 1))
	return sum
}

// Small problems are solved to the optimum, or found to have no plan, and the
// bound meets what all plans together say.
func TestSearchAgainstEnumeration(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 9))
	solved, hopeless := 0, 0
	cases, plans := 600, 300
	if testing.Short() { // all of them take a minute under the race detector
		cases, plans = 120, 50
	}
	for k := range cases {
		whole := k%2 == 0
		p := random(rng, 1+rng.IntN(7), 1+rng.IntN(4), whole, []int{0, 20, 40}[rng.IntN(3)], 0.7+rng.Float64())
		best := enumerate(p, 0, append([]float64(nil), p.Room...), 0)
		out := search(p, whole).Run(nil)
		if math.IsInf(best, 1) {
			require.Nil(t, out.Of, "case %d", k)
			hopeless++
			continue
		}
		solved++
		require.True(t, out.Done, "case %d", k)
		require.InDelta(t, best, cost(t, p, out.Of), 1e-6, "case %d", k)
		require.LessOrEqual(t, out.Lower, best+1e-6, "case %d", k)
		require.LessOrEqual(t, out.Dual, best+1e-6, "case %d", k)
	}
	require.Greater(t, solved, plans)
	require.Greater(t, hopeless, cases/10)
}

// A plan to start from is never made worse, the outcome does not depend on the
// number of processors, and more work never hurts.
func TestSearchOfManyUnits(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	p := random(rng, 80, 8, true, 10, 0.85)
	var first, worse gap.Outcome
	for k, procs := range []int{1, 2, 5} {
		before := runtime.GOMAXPROCS(procs)
		s := search(p, true)
		s.Budget = 60_000
		out := s.Run(nil)
		runtime.GOMAXPROCS(before)
		require.NotNil(t, out.Of)
		require.Equal(t, out.Cost, cost(t, p, out.Of))
		require.LessOrEqual(t, out.Lower, out.Cost)
		if k == 0 {
			first = out
		}
		require.Equal(t, first, out)
	}
	s := search(p, true)
	s.Budget = 1
	worse = s.Run(first.Of)
	require.LessOrEqual(t, worse.Cost, first.Cost)
	s.Budget = 120_000
	require.LessOrEqual(t, s.Run(nil).Cost, first.Cost)
}

// Stopped anywhere it returns what it has.
func TestSearchStops(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	p := random(rng, 60, 6, false, 0, 0.9)
	full := search(p, false)
	full.Budget = 30_000
	start := full.Run(nil)
	require.NotNil(t, start.Of)
	for _, after := range []int64{0, 1, 10, 100, 1000} {
		s := search(p, false)
		var asked counter
		s.Stop = func() bool { return asked.next() > after }
		out := s.Run(start.Of)
		require.True(t, out.Stopped)
		require.LessOrEqual(t, cost(t, p, out.Of), start.Cost+1e-9)
	}
}

// Nobody has room for a unit: there is nothing to search.
func TestSearchWithoutRoom(t *testing.T) {
	p := &gap.Problem{Units: 2, Agents: 1, Cost: []float64{1, 1}, Load: []float64{5, 1}, Room: []float64{4}}
	out := search(p, true).Run(nil)
	require.True(t, out.Done)
	require.Nil(t, out.Of)
	require.True(t, math.IsInf(out.Lower, 1))
}

// counter counts, whoever asks.
type counter struct{ n atomic.Int64 }

func (c *counter) next() int64 { return c.n.Add(1) }
