package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// scattered are n customers in a plane, some of them in towns, with loads of
// heavy tails.
func scattered(r *rand.Rand, n, k int, tolerance float64) *partition.Problem {
	p := &partition.Problem{K: k}
	me := partition.Measure{Name: "revenue", Tolerance: tolerance}
	for range n {
		at := []float64{10 * r.Float64(), 8 * r.Float64()}
		if r.IntN(2) == 0 {
			town := float64(r.IntN(5))
			at = []float64{2*town + r.NormFloat64()/4, math.Mod(3.7*town, 8) + r.NormFloat64()/4}
		}
		p.Features = append(p.Features, at)
		me.Value = append(me.Value, 1+r.ExpFloat64())
	}
	p.Measures = []partition.Measure{me}
	return p
}

func bisect(t testing.TB, b cluster.Bisection, p *partition.Problem) *partition.Result {
	t.Helper()
	r, err := b.Partition(context.Background(), p)
	require.NoError(t, err)
	return r
}

// lineBetween reports whether a line parts two sets of points in the plane: if
// any does, then one across to the line through two of all the points.
func lineBetween(a, b [][]float64) bool {
	all := slices.Concat(a, b)
	for i := range all {
		for j := range i {
			n := []float64{all[i][1] - all[j][1], all[j][0] - all[i][0]}
			along := func(x []float64) float64 { return n[0]*x[0] + n[1]*x[1] }
			aLow, aHigh := math.Inf(1), math.Inf(-1)
			for _, x := range a {
				aLow, aHigh = min(aLow, along(x)), max(aHigh, along(x))
			}
			bLow, bHigh := math.Inf(1), math.Inf(-1)
			for _, x := range b {
				bLow, bHigh = min(bLow, along(x)), max(bHigh, along(x))
			}
			const touch = 1e-9
			if aHigh <= bLow+touch || bHigh <= aLow+touch {
				return true
			}
		}
	}
	return false
}

func TestBisectionDrawsLines(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		k := 2 + r.IntN(6)
		p := scattered(r, k+r.IntN(30), k, float64(5*r.IntN(2)))
		plan := bisect(t, cluster.Bisection{Directions: 1 + r.IntN(9), Budget: 20_000}, p).Plan
		parts := make([][][]float64, k)
		for i, x := range p.Features {
			parts[plan.Of(i)] = append(parts[plan.Of(i)], x)
		}
		for a := range parts {
			require.NotEmpty(t, parts[a])
			for b := range a {
				require.True(t, lineBetween(parts[a], parts[b]), "%v and %v", parts[a], parts[b])
			}
		}
	}
}

// Two territories need one line: with many directions it is the best there is.
func TestBisectionInTwoIsTheBestLine(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		p := scattered(r, 4+r.IntN(7), 2, 0.4)
		lower, upper := p.Measures[0].Limits(2)
		best := math.Inf(1)
		for code := range 1 << (p.Len() - 1) {
			of := make([]int, p.Len())
			var sides [2][][]float64
			var load [2]float64
			for i := range of {
				of[i] = code >> i & 1
				sides[of[i]] = append(sides[of[i]], p.Features[i])
				load[of[i]] += p.Measures[0].Value[i]
			}
			if len(sides[0]) == 0 || len(sides[1]) == 0 || load[0] < lower[0] || load[0] > upper[0] || load[1] < lower[1] || load[1] > upper[1] ||
				!lineBetween(sides[0], sides[1]) {
				continue
			}
			plan, err := partition.NewPlan(2, of)
			require.NoError(t, err)
			best = math.Min(best, squared{}.Objective(p, plan))
		}
		c := bisect(t, cluster.Bisection{Directions: 4096}, p).Certificate
		if math.IsInf(best, 1) {
			require.False(t, c.Feasible())
			continue
		}
		require.True(t, c.Feasible())
		require.InEpsilon(t, best, c.Objective, 1e-9)
	}
}

// Large parts are sorted into slices first; that must not show.
func TestBisectionOfManyIsTheBestLine(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	p := scattered(r, 3000, 2, 0.1)
	const directions = 6
	lower, upper := p.Measures[0].Limits(2)
	total := 0.0
	for _, v := range p.Measures[0].Value {
		total += v
	}
	best := math.Inf(1)
	for j := range directions {
		sin, cos := math.Sincos(math.Pi * float64(j) / directions)
		order := make([]int, p.Len())
		for i := range order {
			order[i] = i
		}
		key := func(i int) float64 { return p.Features[i][0]*cos + p.Features[i][1]*sin }
		slices.SortFunc(order, func(a, b int) int { return int(math.Copysign(1, key(a)-key(b))) })
		load := 0.0
		near, far := moments{}, moments{}
		for _, i := range order {
			far.add(p.Features[i], 1)
		}
		for _, i := range order {
			near.add(p.Features[i], 1)
			far.add(p.Features[i], -1)
			if load += p.Measures[0].Value[i]; load >= lower[0] && load <= upper[0] && total-load >= lower[1] && total-load <= upper[1] {
				best = math.Min(best, near.squares()+far.squares())
			}
		}
	}
	c := bisect(t, cluster.Bisection{Directions: directions}, p).Certificate
	require.True(t, c.Feasible())
	require.InEpsilon(t, best, c.Objective, 1e-6)
}

// moments are n, Σx, Σy and Σ(x² + y²).
type moments [4]float64

func (m *moments) add(x []float64, sign float64) {
	m[0] += sign
	m[1] += sign * x[0]
	m[2] += sign * x[1]
	m[3] += sign * (x[0]*x[0] + x[1]*x[1])
}

func (m *moments) squares() float64 {
	if m[0] == 0 {
		return 0
	}
	return m[3] - (m[1]*m[1]+m[2]*m[2])/m[0]
}

// Loads of many units are as even as asked for, whatever the shape of the data,
// and several measures at once.
func TestBisectionBalances(t *testing.T) {
	few := cluster.Bisection{Budget: 300_000}
	r := rand.New(rand.NewPCG(7, 8))
	for _, c := range []struct {
		n, k      int
		tolerance float64
	}{{2000, 7, 0.03}, {5000, 13, 0.02}, {20_000, 50, 0.03}} {
		p := scattered(r, c.n, c.k, c.tolerance)
		second := partition.Measure{Name: "visits", Tolerance: 0.25}
		for range c.n {
			second.Value = append(second.Value, 1)
		}
		p.Measures = append(p.Measures, second)
		require.True(t, bisect(t, few, p).Certificate.Feasible(), "%d into %d", c.n, c.k)
	}

	// Targets of their own, in more than two dimensions.
	p := scattered(r, 4000, 4, 0)
	for i, x := range p.Features {
		p.Features[i] = append(x, r.NormFloat64(), 3*r.Float64(), 0)
	}
	total := 0.0
	for _, v := range p.Measures[0].Value {
		total += v
	}
	p.Measures[0].Target = []float64{0.1 * total, 0.4 * total, 0.2 * total, 0.3 * total}
	p.Measures[0].Tolerance = 0.02
	require.True(t, bisect(t, few, p).Certificate.Feasible())

	// Nobody asks for anything, and loads are near to each other all the same.
	p = scattered(r, 4000, 8, 0)
	for _, load := range partition.Loads(bisect(t, few, p).Plan, p.Measures[0].Value) {
		share := 0.0
		for _, v := range p.Measures[0].Value {
			share += v / 8
		}
		require.InEpsilon(t, share, load, 0.16)
	}
}

func TestBisectionInOnePlace(t *testing.T) {
	p := &partition.Problem{K: 5, Points: slices.Repeat([]orb.Point{{7, 50}}, 2000)}
	plan := bisect(t, cluster.Bisection{Budget: 100_000}, p).Plan
	for k := range 5 {
		require.InDelta(t, 400, plan.Count(k), 1)
	}
}

// The date line and the pole are places like others.
func TestBisectionOnTheSphere(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b func(r *rand.Rand) orb.Point
	}{
		{"across the date line", func(r *rand.Rand) orb.Point {
			return orb.Point{math.Copysign(179+r.Float64(), r.Float64()-0.5), r.Float64()}
		}, func(r *rand.Rand) orb.Point { return orb.Point{170 + r.Float64(), r.Float64()} }},
		{"around the pole", func(r *rand.Rand) orb.Point { return orb.Point{360*r.Float64() - 180, 89 + r.Float64()} },
			func(r *rand.Rand) orb.Point { return orb.Point{10 * r.Float64(), 80 + r.Float64()} }},
		{"antipodes", func(r *rand.Rand) orb.Point { return orb.Point{20 + r.Float64(), 30 + r.Float64()} },
			func(r *rand.Rand) orb.Point { return orb.Point{-160 + r.Float64(), -30 + r.Float64()} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(9, 10))
			p := &partition.Problem{K: 2}
			for range 50 {
				p.Points = append(p.Points, c.a(r), c.b(r))
			}
			plan := bisect(t, cluster.Bisection{}, p).Plan
			for i := range p.Points {
				require.Equal(t, i%2, plan.Of(i), "%v", p.Points[i])
			}
		})
	}
}

func TestBisectionMoreWorkIsNotWorse(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	few, many := 0.0, 0.0
	for range 5 {
		p := scattered(r, 300, 12, 0.1)
		few += bisect(t, cluster.Bisection{Budget: 1}, p).Certificate.Objective
		many += bisect(t, cluster.Bisection{Budget: 200_000}, p).Certificate.Objective
	}
	require.Less(t, many, 0.97*few)
}

func TestBisectionFaults(t *testing.T) {
	sound := func() *partition.Problem { return scattered(rand.New(rand.NewPCG(1, 1)), 9, 3, 0.5) }
	for _, c := range []struct {
		name   string
		method cluster.Bisection
		change func(p *partition.Problem)
		is     error
		says   string
	}{
		{"directions", cluster.Bisection{Directions: -1}, nil, partition.ErrInput, "Bisection.Directions = -1: is not in 0..4096"},
		{"all at once", cluster.Bisection{Directions: 1 << 20, Budget: -2}, nil, partition.ErrInput,
			"Bisection.Directions = 1048576: is not in 0..4096\nBisection.Budget = -2: is negative"},
		{"far away", cluster.Bisection{}, func(p *partition.Problem) { p.Features[2][1] = 1e200 }, partition.ErrInput,
			"Features[2] = 1e+200: is beyond ±1e+120: squares would overflow"},
		{"nowhere", cluster.Bisection{}, func(p *partition.Problem) { p.Features = nil }, partition.ErrInput,
			"Points = 0: are not one per unit (9), and there are no Features"},
		{"weight", cluster.Bisection{}, func(p *partition.Problem) { p.Weight = slices.Repeat([]float64{1e60}, 9) }, partition.ErrInput, "Weight[0] = 1e+60"},
		{"fixed", cluster.Bisection{}, func(p *partition.Problem) { p.Fixed = slices.Repeat([]int{-1}, 9) }, errors.ErrUnsupported, "Fixed"},
		{"number", cluster.Bisection{}, func(p *partition.Problem) { p.K = 0 }, errors.ErrUnsupported, "K = 0: Bisection does not choose"},
		{"too many", cluster.Bisection{}, func(p *partition.Problem) { p.K = 10 }, partition.ErrInfeasible, "10 territories need a unit each, but there are 9 units"},
		{"too heavy", cluster.Bisection{}, func(p *partition.Problem) { p.Measures[0].Value[4] = 1e6; p.Label = func(int) string { return "Acme" } },
			partition.ErrInfeasible, "Acme has 1000000 of revenue, more than the upper limit"},
		{"too much", cluster.Bisection{}, func(p *partition.Problem) { p.Measures[0].Tolerance, p.Measures[0].Upper = 0, []float64{1, 1, 1} }, partition.ErrInfeasible, "the territories can take 3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := sound()
			if c.change != nil {
				c.change(p)
			}
			r, err := c.method.Partition(context.Background(), p)
			require.Nil(t, r)
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, c.says)
		})
	}
}

func BenchmarkBisection(b *testing.B) {
	for _, n := range []int{1000, 100_000, 1_000_000} {
		k := min(100, n/50)
		p := scattered(rand.New(rand.NewPCG(1, 1)), n, k, 0.03)
		b.Run(fmt.Sprintf("method=bisection/n=%d/k=%d", n, k), func(b *testing.B) {
			for b.Loop() {
				r := bisect(b, cluster.Bisection{}, p)
				b.ReportMetric(r.Certificate.Objective, "squares")
				b.ReportMetric(r.Certificate.Violation, "violation")
			}
		})
	}
}
