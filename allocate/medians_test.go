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

func planar(a, b orb.Point) float64 {
	dx, dy := a[0]-b[0], a[1]-b[1]
	return math.Sqrt(float64(dx*dx) + float64(dy*dy))
}

// medianCase draws a p-median problem of up to nine units that uses a few of
// the fields of a Problem. Distances come as a matrix that nobody but the test
// reads.
func medianCase(rng *rand.Rand) (*partition.Problem, [][]float64) {
	n := 2 + rng.IntN(6)
	k := 1 + rng.IntN(min(n, 3))
	chance := func(percent int) bool { return rng.IntN(100) < percent }
	p := &partition.Problem{K: k}
	demand, total := make([]float64, n), 0.0
	for i := range demand {
		demand[i] = float64(1 + rng.IntN(9))
		total += demand[i]
	}
	measure := partition.Measure{Name: "demand", Value: demand}
	if chance(70) {
		measure.Upper = make([]float64, k)
		same := math.Ceil(total / float64(k) * (1 + 0.5*rng.Float64()))
		for t := range measure.Upper {
			measure.Upper[t] = same
			if chance(20) {
				measure.Upper[t] += float64(rng.IntN(6) - 2)
			}
		}
	}
	if chance(20) {
		measure.Lower = make([]float64, k)
		for t := range measure.Lower {
			measure.Lower[t] = float64(rng.IntN(5))
			if measure.Upper != nil {
				measure.Lower[t] = min(measure.Lower[t], max(0, measure.Upper[t]))
			}
		}
	}
	p.Measures = []partition.Measure{measure}
	for t := range measure.Upper {
		measure.Upper[t] = max(measure.Upper[t], 0)
	}
	d := make([][]float64, n)
	points := make([]orb.Point, n)
	for i := range points {
		points[i] = orb.Point{float64(rng.IntN(30)), float64(rng.IntN(30))}
	}
	matrix := chance(40)
	for i := range d {
		d[i] = make([]float64, n)
		for j := range d[i] {
			d[i][j] = planar(points[i], points[j])
			if matrix {
				d[i][j] = float64(rng.IntN(30))
				if chance(10) {
					d[i][j] = math.Inf(1)
				}
			}
		}
	}
	switch {
	case matrix:
		p.Between = func(i, j int) float64 { return d[i][j] }
	case chance(50):
		p.Points, p.Distance = points, planar
	default:
		p.Features = make([][]float64, n)
		for i, pt := range points {
			p.Features[i] = []float64{pt[0], pt[1]}
		}
	}
	if chance(40) {
		p.Weight = make([]float64, n)
		for i := range p.Weight {
			p.Weight[i] = float64(rng.IntN(5))
		}
	}
	if chance(30) {
		p.CenterCapacity = make([]float64, n)
		for i := range p.CenterCapacity {
			p.CenterCapacity[i] = float64(rng.IntN(int(total) + 5))
		}
	}
	if chance(15) {
		p.Seeds = rng.Perm(n)[:k]
	} else if chance(30) {
		p.Fixed = make([]int, n)
		for i := range p.Fixed {
			p.Fixed[i] = partition.Unassigned
			if chance(20) {
				p.Fixed[i] = rng.IntN(k)
			}
		}
	}
	if chance(25) {
		for range 3 {
			pair := [2]int{rng.IntN(n), rng.IntN(k)}
			if (p.Fixed == nil || p.Fixed[pair[0]] != pair[1]) && (p.Seeds == nil || p.Seeds[pair[1]] != pair[0]) {
				p.Forbidden = append(p.Forbidden, pair)
			}
		}
	}
	return p, d
}

// medianCost is what a plan with its centres costs; +Inf outside the rules.
func medianCost(p *partition.Problem, d [][]float64, of, centers []int) float64 {
	inf := math.Inf(1)
	load, cost := make([]float64, p.K), 0.0
	for i, t := range of {
		if p.Fixed != nil && p.Fixed[i] >= 0 && p.Fixed[i] != t {
			return inf
		}
		for _, pair := range p.Forbidden {
			if pair == [2]int{i, t} {
				return inf
			}
		}
		load[t] += p.Measures[0].Value[i]
		w := 1.0
		if p.Weight != nil {
			w = p.Weight[i]
		}
		if c := d[i][centers[t]]; math.IsInf(c, 1) {
			return inf
		} else {
			cost += float64(w * c)
		}
	}
	for t, c := range centers {
		switch m := p.Measures[0]; {
		case of[c] != t,
			p.Seeds != nil && p.Seeds[t] != c,
			m.Upper != nil && load[t] > m.Upper[t],
			m.Lower != nil && load[t] < m.Lower[t],
			p.CenterCapacity != nil && load[t] > p.CenterCapacity[c]:
			return inf
		}
	}
	return cost
}

// leastMedianCost tries every plan with every choice of centres.
func leastMedianCost(p *partition.Problem, d [][]float64) float64 {
	n, best := len(d), math.Inf(1)
	of, centers := make([]int, n), make([]int, p.K)
	var choose func(t int)
	choose = func(t int) {
		if t == p.K {
			best = math.Min(best, medianCost(p, d, of, centers))
			return
		}
		for c := range n {
			if of[c] == t {
				centers[t] = c
				choose(t + 1)
			}
		}
	}
	var assign func(i int)
	assign = func(i int) {
		if i == n {
			choose(0)
			return
		}
		for t := range p.K {
			of[i] = t
			assign(i + 1)
		}
	}
	assign(0)
	return best
}

func TestMediansAgainstEnumeration(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 14))
	cases := 300
	if testing.Short() {
		cases = 60
	}
	plans, none := 0, 0
	for k := range cases {
		p, d := medianCase(rng)
		if p.Validate() != nil {
			continue
		}
		best := leastMedianCost(p, d)
		r, err := allocate.Centers{Budget: 60_000}.Partition(context.Background(), p)
		if errors.Is(err, partition.ErrInfeasible) {
			require.True(t, math.IsInf(best, 1), "case %d: %v, but there is a plan of %v", k, err, best)
			none++
			continue
		}
		require.NoError(t, err, "case %d", k)
		require.LessOrEqual(t, r.Certificate.Bound, best+1e-9, "case %d", k)
		multipliers := r.Multipliers
		for range 4 {
			require.LessOrEqual(t, allocate.MediansBound(p, multipliers), best+1e-9, "case %d, multipliers %v", k, multipliers)
			multipliers = make([]float64, len(d))
			for i := range multipliers {
				multipliers[i] = 40*rng.Float64() - 5
			}
		}
		cost := medianCost(p, d, r.Plan.Slice(), r.Centers)
		if math.IsInf(best, 1) {
			require.True(t, r.Certificate.Violation > partition.FeasibleViolation || math.IsInf(r.Certificate.Objective, 1), "case %d", k)
			none++
			continue
		}
		require.InDelta(t, best, cost, 1e-9, "case %d", k)
		require.InDelta(t, cost, r.Certificate.Objective, 1e-9, "case %d", k)
		require.Zero(t, r.Certificate.Violation, "case %d", k)
		plans++
	}
	require.Greater(t, plans, cases/3)
	require.Greater(t, none, cases/20)
}

// The multipliers that come with a plan prove its bound, without what the
// search knew.
func TestMediansBoundReproduced(t *testing.T) {
	t.Parallel()
	for seed := range uint64(unlessShort(3, 1)) {
		p := spread(150, 15, 1.2, seed)
		r, err := allocate.Centers{Budget: 2_000_000}.Partition(context.Background(), p)
		require.NoError(t, err)
		require.Less(t, r.Certificate.Gap(), 0.03)
		require.InEpsilon(t, r.Certificate.Bound, allocate.MediansBound(p, r.Multipliers), 1e-12)
		require.Equal(t, math.Inf(-1), allocate.MediansBound(p, r.Multipliers[1:]))
		r.Multipliers[7] = math.NaN()
		require.Equal(t, math.Inf(-1), allocate.MediansBound(p, r.Multipliers))
	}
}

// Costs are not negative, so that no bound need be, however far units are fixed
// from where they would be cheap.
func TestMediansBoundIsNotNegative(t *testing.T) {
	p := spread(120, 6, 1.5, 2)
	for i := range 120 {
		p.Fixed = append(p.Fixed, i%6)
	}
	r, err := allocate.Centers{Budget: 1}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, 0.0, r.Certificate.Bound)
	require.Equal(t, "costs are not negative", r.Certificate.Proof)
	require.Nil(t, r.Multipliers, "they prove less")
}

// spread is a problem of n units on a square of 1000 with room to spare.
func spread(n, k int, slack float64, seed uint64) *partition.Problem {
	rng := rand.New(rand.NewPCG(seed, 1))
	p := &partition.Problem{K: k, Distance: planar, Measures: []partition.Measure{{Name: "demand", Upper: make([]float64, k)}}}
	total := 0.0
	for range n {
		p.Points = append(p.Points, orb.Point{1000 * rng.Float64(), 1000 * rng.Float64()})
		v := float64(1 + rng.IntN(100))
		p.Measures[0].Value = append(p.Measures[0].Value, v)
		total += v
	}
	for t := range k {
		p.Measures[0].Upper[t] = math.Ceil(slack * total / float64(k))
	}
	return p
}

func TestMediansSameAtAnyGOMAXPROCS(t *testing.T) {
	p := spread(700, 90, 1.2, 5)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first *partition.Result
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		r, err := allocate.Centers{Seed: 7, Budget: unlessShort(1_200_000, 200_000)}.Partition(context.Background(), p)
		require.NoError(t, err)
		require.Zero(t, r.Certificate.Violation)
		if first == nil {
			first = r
		}
		require.Equal(t, first, r, "GOMAXPROCS=%d", procs)
	}
}

// A unit of length is no more than a name: with powers of two even the bits stay.
func TestMediansScale(t *testing.T) {
	t.Parallel()
	p := spread(120, 12, 1.15, 6)
	q := spread(120, 12, 1.15, 6)
	q.Distance = func(a, b orb.Point) float64 { return 8 * planar(a, b) }
	for i := range q.Measures[0].Value {
		q.Measures[0].Value[i] *= 4
	}
	for k := range q.Measures[0].Upper {
		q.Measures[0].Upper[k] *= 4
	}
	solver := allocate.Centers{Budget: 1_000_000}
	a, err := solver.Partition(context.Background(), p)
	require.NoError(t, err)
	b, err := solver.Partition(context.Background(), q)
	require.NoError(t, err)
	require.True(t, a.Plan.Equal(b.Plan))
	require.Equal(t, a.Centers, b.Centers)
	require.Equal(t, 8*a.Certificate.Objective, b.Certificate.Objective)
}

func TestMediansInterrupted(t *testing.T) {
	t.Parallel()
	p := spread(400, 40, 1.2, 8)
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	_, err := allocate.Centers{}.Partition(ctx, p)
	require.ErrorIs(t, err, cause)

	ctx, cancel = context.WithCancelCause(context.Background())
	defer cancel(nil)
	told := 0
	solver := allocate.Centers{Budget: math.MaxInt, Progress: func(partition.Progress) {
		if told++; told == 3 {
			cancel(cause)
		}
	}}
	r, err := solver.Partition(ctx, p)
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, r.Stop)
	require.Zero(t, r.Certificate.Violation)
}

func TestMediansGreatCircle(t *testing.T) {
	cities := []orb.Point{{13.4, 52.5}, {11.6, 48.1}, {9.99, 53.55}, {179.5, -16.5}, {-179.8, -17}, {178.4, -18.1}}
	r, err := allocate.Centers{}.Partition(context.Background(), &partition.Problem{K: 2, Points: cities})
	require.NoError(t, err)
	for i := range cities {
		require.Equal(t, r.Plan.Of(3*(i/3)), r.Plan.Of(i), "across the date line")
	}
}

func TestMediansRefuses(t *testing.T) {
	square := []orb.Point{{0, 0}, {0, 1}, {1, 0}, {1, 1}}
	ones := []float64{1, 1, 1, 1}
	tests := []struct {
		name    string
		problem *partition.Problem
		class   error
		says    string
	}{
		{"nil", nil, partition.ErrInput, "Problem: is nil"},
		{"nowhere", &partition.Problem{K: 1, Measures: []partition.Measure{{Value: ones}}}, partition.ErrInput, "Points"},
		{"no number", &partition.Problem{K: 1, Points: square, Weight: []float64{1, 1, math.NaN(), 1}}, partition.ErrInput, "Weight[2]"},
		{"no distance", &partition.Problem{K: 2, Measures: []partition.Measure{{Value: ones}}, Between: func(i, j int) float64 { return math.NaN() }},
			partition.ErrInput, "Between = NaN: is not a number, from unit 0 to unit 0"},
		{"no label", &partition.Problem{K: 2, Between: func(i, j int) float64 { return -1 }, Measures: []partition.Measure{{Value: ones}}, Label: func(int) string { return "" }},
			partition.ErrInput, "Between = -1: is negative, from unit 0 to unit 0"},
		{"how many", &partition.Problem{Points: square}, errors.ErrUnsupported, "K = 0"},
		{"connected", &partition.Problem{K: 1, Points: square, Contiguity: partition.Adjacency{{}, {}, {}, {}}}, errors.ErrUnsupported, "Contiguity"},
		{"homes", &partition.Problem{K: 1, Points: square, Homes: square[:1]}, errors.ErrUnsupported, "Homes"},
		{"two measures", &partition.Problem{K: 1, Points: square, Measures: []partition.Measure{{Value: ones}, {Name: "revenue", Value: ones, Tolerance: 0.1}}},
			errors.ErrUnsupported, "Measures[1] (revenue)"},
		{"too many territories", &partition.Problem{K: 5, Points: square}, partition.ErrInfeasible, "5 territories need a unit each"},
		{"too heavy", &partition.Problem{K: 2, Points: square, Measures: []partition.Measure{{Name: "pallets", Value: []float64{1, 7, 1, 1}, Upper: []float64{5, 6}}}},
			partition.ErrInfeasible, "unit 1 brings 7 of pallets, but no territory that may hold it can take more than 6"},
		{"too much", &partition.Problem{K: 2, Points: square, CenterCapacity: []float64{1, 2, 1, 1}, Measures: []partition.Measure{{Name: "pallets", Value: ones}}},
			partition.ErrInfeasible, "all units together bring 4 of pallets, but the 2 largest capacities add up to 3"},
		{"too much fixed", &partition.Problem{K: 2, Points: square, Fixed: []int{0, 0, -1, -1}, Measures: []partition.Measure{{Name: "pallets", Value: ones, Upper: []float64{1, 3}}}},
			partition.ErrInfeasible, "the units fixed in territory 0 bring 2 of pallets, but it can take 1"},
		{"all fixed elsewhere", &partition.Problem{K: 3, Points: square, Fixed: []int{0, 0, 0, -1}},
			partition.ErrInfeasible, "2 territories need a unit each, but all units but 1 are fixed elsewhere"},
		{"too little", &partition.Problem{K: 2, Points: square, Measures: []partition.Measure{{Name: "pallets", Value: ones, Lower: []float64{3, 2}}}},
			partition.ErrInfeasible, "must get 5 of pallets together, but all units bring 4"},
		{"no centres", &partition.Problem{K: 2, Points: square, CenterCapacity: []float64{0.5, 4, 0.5, 0.5}, Measures: []partition.Measure{{Name: "pallets", Value: ones}}},
			partition.ErrInfeasible, "2 territories need a unit at their centre"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := allocate.Centers{}.Partition(context.Background(), test.problem)
			require.Nil(t, r)
			require.ErrorIs(t, err, test.class)
			require.ErrorContains(t, err, test.says)
		})
	}
}
