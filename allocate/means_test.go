package allocate_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// aroundMeans is the objective of an assignment, computed in the plainest way.
func aroundMeans(p *partition.Problem, of []int, squared bool) float64 {
	const radius = 6371.0088
	at := func(i int) []float64 {
		if p.Features != nil {
			return p.Features[i]
		}
		lon, lat := p.Points[i][0]*math.Pi/180, p.Points[i][1]*math.Pi/180
		return []float64{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
	}
	weight := func(i int) float64 {
		if p.Weight == nil {
			return 1
		}
		return p.Weight[i]
	}
	cost := 0.0
	for t := range p.K {
		mean, total := make([]float64, len(at(0))), 0.0
		for i, o := range of {
			if o == t {
				for d, x := range at(i) {
					mean[d] += weight(i) * x
				}
				total += weight(i)
			}
		}
		if total == 0 {
			continue
		}
		by := total
		if p.Features == nil {
			by = math.Sqrt(mean[0]*mean[0] + mean[1]*mean[1] + mean[2]*mean[2])
		}
		for i, o := range of {
			if o != t {
				continue
			}
			away := 0.0
			for d, x := range at(i) {
				away += (x - mean[d]/by) * (x - mean[d]/by)
			}
			switch {
			case p.Features == nil && squared:
				away *= radius * radius
			case p.Features == nil:
				away = 2 * radius * math.Asin(math.Sqrt(away)/2)
			case !squared:
				away = math.Sqrt(away)
			}
			cost += weight(i) * away
		}
	}
	return cost
}

// outsideLimits is by how much an assignment breaks limits, locks and what is
// forbidden.
func outsideLimits(p *partition.Problem, of []int) float64 {
	out := 0.0
	count := make([]int, p.K)
	for i, t := range of {
		count[t]++
		if p.Fixed != nil && p.Fixed[i] >= 0 && p.Fixed[i] != t || slices.Contains(p.Forbidden, [2]int{i, t}) {
			out++
		}
	}
	for t, c := range count {
		if c == 0 || p.Seeds != nil && of[p.Seeds[t]] != t {
			out++
		}
	}
	for _, m := range p.Measures {
		lower, upper := m.Limits(p.K)
		load := make([]float64, p.K)
		for i, t := range of {
			load[t] += m.Value[i]
		}
		for t := range load {
			out += math.Max(0, math.Max(load[t]-upper[t], lower[t]-load[t]))
		}
	}
	return out
}

// randomMeans is a small problem with some of everything.
func randomMeans(rng *rand.Rand) *partition.Problem {
	n := 2 + rng.IntN(7)
	p := &partition.Problem{K: 1 + rng.IntN(min(3, n))}
	dim := 1 + rng.IntN(3)
	sphere := rng.IntN(3) == 0
	value, hours := make([]float64, n), make([]float64, n)
	total := 0.0
	for i := range n {
		if sphere {
			p.Points = append(p.Points, orb.Point{rng.Float64()*20 - 10, rng.Float64()*20 + 40})
		} else {
			row := make([]float64, dim)
			for d := range row {
				row[d] = math.Floor(rng.Float64()*100) * 1000
			}
			p.Features = append(p.Features, row)
		}
		value[i], hours[i] = float64(1+rng.IntN(5)), float64(rng.IntN(3))
		total += value[i]
	}
	if rng.IntN(2) == 0 {
		p.Weight = slices.Clone(value)
		p.Weight[rng.IntN(n)] = 0
	}
	m := partition.Measure{Name: "size", Value: value}
	switch rng.IntN(3) {
	case 0:
		m.Tolerance = 0.4
	case 1:
		m.Upper = slices.Repeat([]float64{math.Ceil(1.2 * total / float64(p.K))}, p.K)
	}
	p.Measures = []partition.Measure{m}
	if rng.IntN(3) == 0 {
		p.Measures = append(p.Measures, partition.Measure{Name: "hours", Value: hours, Tolerance: 0.7})
	}
	if rng.IntN(3) == 0 {
		p.Fixed = slices.Repeat([]int{partition.Unassigned}, n)
		p.Fixed[rng.IntN(n)] = rng.IntN(p.K)
	} else if rng.IntN(3) == 0 {
		p.Seeds = rng.Perm(n)[:p.K]
	} else if rng.IntN(3) == 0 {
		p.Forbidden = [][2]int{{rng.IntN(n), rng.IntN(p.K)}}
	}
	return p
}

// bestMeans tries every assignment.
func bestMeans(p *partition.Problem, squared bool) (best float64, feasible bool) {
	n := p.Len()
	of := make([]int, n)
	best = math.Inf(1)
	for {
		if outsideLimits(p, of) < 1e-9 {
			best = math.Min(best, aroundMeans(p, of, squared))
		}
		i := 0
		for ; i < n; i++ {
			if of[i]++; of[i] < p.K {
				break
			}
			of[i] = 0
		}
		if i == n {
			return best, !math.IsInf(best, 1)
		}
	}
}

func TestMeansAgainstEveryAssignment(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 1))
	solved, optimal, impossible := 0, 0, 0
	trials := unlessShort(250, 75)
	for trial := range trials {
		p := randomMeans(rng)
		c := allocate.Centers{Objective: allocate.Means, Seed: uint64(trial)}
		if trial%2 == 1 {
			c.Objective = allocate.SquaredMeans
		}
		best, feasible := bestMeans(p, trial%2 == 1)
		r, err := c.Partition(t.Context(), p)
		if !feasible {
			impossible++
			if err != nil {
				require.ErrorIs(t, err, partition.ErrInfeasible, "%d", trial)
			} else {
				require.False(t, r.Certificate.Feasible(), "%d", trial)
			}
			continue
		}
		require.NoError(t, err, "%d: %+v", trial, p)
		of := r.Plan.Slice()
		require.InDelta(t, aroundMeans(p, of, trial%2 == 1), r.Certificate.Objective, 1e-6*(1+best), "%d", trial)
		require.InDelta(t, outsideLimits(p, of), r.Certificate.Violation, 1e-9, "%d", trial)
		require.True(t, r.Certificate.Feasible(), "%d: %+v", trial, p)
		require.GreaterOrEqual(t, r.Certificate.Objective, best-1e-6*(1+best), "%d", trial)
		require.LessOrEqual(t, r.Certificate.Bound, best, "%d", trial)
		solved++
		if r.Certificate.Objective <= best+1e-6*(1+best) {
			optimal++
		}
	}
	t.Logf("%d of %d optimal, %d impossible", optimal, solved, impossible)
	require.Greater(t, impossible, trials/25)
	require.GreaterOrEqual(t, optimal, solved*98/100)
}

// clusters is a problem of some size: n units in the plane around k places.
func clusters(n, k int, seed uint64) *partition.Problem {
	rng := rand.New(rand.NewPCG(seed, 2))
	p := &partition.Problem{K: k}
	for i := range n {
		p.Features = append(p.Features, []float64{float64(i%k*37%11) + 1.5*rng.Float64(), float64(i%k*53%7) + 1.5*rng.Float64()})
	}
	return p
}

func TestSquaredMeansKeepExactSizes(t *testing.T) {
	p := clusters(120, 8, 1)
	p.Measures = []partition.Measure{{Name: "size", Value: slices.Repeat([]float64{1}, 120),
		Lower: slices.Repeat([]float64{15}, 8), Upper: slices.Repeat([]float64{15}, 8)}}
	for _, o := range []allocate.CenterObjective{allocate.Means, allocate.SquaredMeans} {
		r, err := allocate.Centers{Objective: o, Budget: 200_000}.Partition(t.Context(), p)
		require.NoError(t, err)
		require.Zero(t, r.Certificate.Violation)
		for c := range 8 {
			require.Equal(t, 15, r.Plan.Count(c))
		}
		require.Nil(t, r.Centers, "a mean is no unit")
		require.Equal(t, partition.BudgetSpent, r.Stop)
	}
}

func TestMeansAreTheSameOnAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	budget := unlessShort(400_000, 100_000)
	p := clusters(300, 25, 4)
	p.Measures = []partition.Measure{{Value: slices.Repeat([]float64{1}, 300), Upper: slices.Repeat([]float64{14}, 25)}}
	for _, o := range []allocate.CenterObjective{allocate.Means, allocate.SquaredMeans} {
		var first *partition.Result
		for _, procs := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(procs)
			r, err := allocate.Centers{Objective: o, Seed: 9, Budget: budget}.Partition(t.Context(), p)
			require.NoError(t, err)
			if first == nil {
				first = r
			}
			require.Equal(t, first.Plan.Slice(), r.Plan.Slice())
			require.Equal(t, math.Float64bits(first.Certificate.Objective), math.Float64bits(r.Certificate.Objective))
			require.Equal(t, first.Iterations, r.Iterations)
		}
		other, err := allocate.Centers{Objective: o, Seed: 10, Budget: budget}.Partition(t.Context(), p)
		require.NoError(t, err)
		require.Equal(t, uint64(10), other.Seed)
	}
}

// Moving and stretching the plane by powers of two changes nothing but the unit.
func TestMeansDoNotDependOnTheUnit(t *testing.T) {
	p := clusters(80, 6, 5)
	q := clusters(80, 6, 5)
	for _, row := range p.Features {
		for d := range row {
			row[d] = math.Round(row[d] * 1024)
		}
	}
	for i, row := range q.Features {
		for d := range row {
			row[d] = p.Features[i][d]*0x1p300 + 0x1p310
		}
	}
	c := allocate.Centers{Objective: allocate.SquaredMeans, Budget: 100_000}
	r, err := c.Partition(t.Context(), p)
	require.NoError(t, err)
	s, err := c.Partition(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, r.Plan.Slice(), s.Plan.Slice())
	require.InEpsilon(t, r.Certificate.Objective, s.Certificate.Objective*0x1p-600, 1e-9)
}

func TestMeansInterrupted(t *testing.T) {
	t.Parallel()
	p := clusters(300, 25, 6)
	c := allocate.Centers{Objective: allocate.Means, Budget: math.MaxInt}
	gone, cancel := context.WithCancelCause(context.Background())
	why := errors.New("lunch")
	cancel(why)
	_, err := c.Partition(gone, p)
	require.ErrorIs(t, err, why)

	ctx, cancel := context.WithCancelCause(context.Background())
	calls, last := 0, math.Inf(1)
	c.Progress = func(at partition.Progress) {
		require.LessOrEqual(t, at.Objective, last*(1+1e-12))
		last = at.Objective
		if calls++; calls == 3 {
			cancel(why)
		}
	}
	r, err := c.Partition(ctx, p)
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, r.Stop)
	require.InEpsilon(t, last, r.Certificate.Objective, 1e-9)
}

func TestMeansThatSettle(t *testing.T) {
	t.Parallel()
	p := clusters(12, 3, 7)
	r, err := allocate.Centers{Objective: allocate.SquaredMeans, Budget: math.MaxInt}.Partition(t.Context(), p)
	require.NoError(t, err)
	require.Equal(t, partition.Converged, r.Stop)
	require.True(t, math.IsInf(r.Certificate.Bound, -1))
	first := -1
	for c := range 3 {
		for i := range r.Plan.Units(c) {
			require.Greater(t, i, first, "territories are in the order of their first units")
			first = i
			break
		}
	}

	// Everyone alone costs nothing, and nothing costs less.
	p.K = 12
	r, err = allocate.Centers{Objective: allocate.Means}.Partition(t.Context(), p)
	require.NoError(t, err)
	require.Equal(t, partition.ProvedOptimal, r.Stop)
	require.Zero(t, r.Certificate.Objective)
	require.Zero(t, r.Certificate.Gap())

	r, err = allocate.Centers{Objective: allocate.Means}.Partition(t.Context(), &partition.Problem{K: 2})
	require.NoError(t, err)
	require.Zero(t, r.Plan.Len())
}

func TestMeansOfUnitsInOnePlace(t *testing.T) {
	p := &partition.Problem{K: 3, Features: slices.Repeat([][]float64{{4, 4}}, 9)}
	p.Measures = []partition.Measure{{Value: slices.Repeat([]float64{1}, 9), Upper: []float64{3, 3, 3}}}
	for _, o := range []allocate.CenterObjective{allocate.Means, allocate.SquaredMeans} {
		r, err := allocate.Centers{Objective: o}.Partition(t.Context(), p)
		require.NoError(t, err)
		require.Zero(t, r.Certificate.Objective)
		require.Zero(t, r.Certificate.Violation)
	}
}

func TestMeansThatCannotBe(t *testing.T) {
	ones := slices.Repeat([]float64{1}, 6)
	for name, c := range map[string]struct {
		change func(p *partition.Problem)
		why    string
	}{
		"too little room": {func(p *partition.Problem) { p.Measures[0].Upper = []float64{2, 2} },
			"infeasible: size of the units that must be served is 6, but all 2 agents together may take 4\nMaybe raise the upper limits by 2 in all, or add an agent"},
		"too much wanted": {func(p *partition.Problem) { p.Measures[0].Lower = []float64{4, 4} },
			"infeasible: all 2 agents must get size 8 together, but that of all units is 6\nMaybe lower the lower limits by 2 in all"},
		"too many territories": {func(p *partition.Problem) { p.K = 7; p.Measures = nil },
			"infeasible: 7 territories are to hold a unit each, but there are only 6 units"},
		"all locked in one": {func(p *partition.Problem) { p.Fixed = make([]int, 6) },
			"infeasible: territory 1 must get number of units 1, but of what they may serve no unit brings any\nMaybe lower what they must get by 1, or let them serve more units"},
	} {
		p := &partition.Problem{K: 2, Features: [][]float64{{1}, {2}, {3}, {4}, {5}, {6}}}
		p.Measures = []partition.Measure{{Name: "size", Value: ones}}
		c.change(p)
		_, err := allocate.Centers{Objective: allocate.Means}.Partition(t.Context(), p)
		require.EqualError(t, err, c.why, name)
		var e *partition.InfeasibleError
		require.ErrorAs(t, err, &e)
		require.Greater(t, e.Need, e.Have, name)
	}

	// There is room enough, but not for three units of 5 in two halves of 8.
	p := &partition.Problem{K: 2, Features: [][]float64{{1}, {2}, {3}, {4}}}
	p.Measures = []partition.Measure{{Value: []float64{5, 5, 1, 5}, Upper: []float64{8, 8}}}
	r, err := allocate.Centers{Objective: allocate.Means}.Partition(t.Context(), p)
	require.NoError(t, err)
	require.InDelta(t, 2, r.Certificate.Violation, 1e-12)
	require.True(t, math.IsInf(r.Certificate.Gap(), 1))
}

func TestMeansRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		change      func(p *partition.Problem, c *allocate.Centers)
		unsupported bool
		why         string
	}{
		"no K": {func(p *partition.Problem, _ *allocate.Centers) { p.K = 0 }, true,
			"unsupported operation: K = 0: Means does not choose the number of territories"},
		"distance": {func(p *partition.Problem, _ *allocate.Centers) {
			p.Points, p.Features = make([]orb.Point, 3), nil
			p.Distance = func(a, b orb.Point) float64 { return 0 }
		}, true, "unsupported operation: Distance: a mean needs coordinates; those of a plane go into Features"},
		"between": {func(p *partition.Problem, _ *allocate.Centers) { p.Between = func(a, b int) float64 { return 0 } }, true,
			"unsupported operation: Between: a mean needs coordinates, which go into Features or Points"},
		"homes": {func(p *partition.Problem, _ *allocate.Centers) { p.Homes = make([]orb.Point, 2) }, true,
			"unsupported operation: Homes: Means puts the centres where the means are"},
		"contiguity": {func(p *partition.Problem, _ *allocate.Centers) { p.Contiguity = noEdges{} }, true,
			"unsupported operation: Contiguity: Means does not keep territories connected"},
		"center capacity": {func(p *partition.Problem, _ *allocate.Centers) { p.CenterCapacity = make([]float64, 3) }, true,
			"unsupported operation: CenterCapacity: the centre of a territory is not a unit; limits of territories go into Measures"},
		"no coordinates": {func(p *partition.Problem, _ *allocate.Centers) {
			p.Features = nil
			p.Measures = []partition.Measure{{Value: []float64{1, 1, 1}}}
		}, false, "Points = 0: are not one per unit (3), and there are no Features"},
		"options and numbers": {func(p *partition.Problem, c *allocate.Centers) {
			c.Gap, c.Budget = math.NaN(), -1
			p.Features[1][1] = 1e150
		}, false, "Centers.Gap = NaN: is not a number ≥ 0\nCenters.Budget = -1: is negative\n" +
			"Features[1] (Ulm) = 1e+150: is beyond ±1e+140, in coordinate 1: sums of squares would overflow"},
		"dimensions": {func(p *partition.Problem, _ *allocate.Centers) { p.Features[2] = []float64{1} }, false,
			"Features[2] (Ulm) = 1: has 1 coordinate, Features[0] has 2"},
	} {
		p := &partition.Problem{K: 2, Features: [][]float64{{1, 1}, {2, 2}, {3, 3}}, Label: func(int) string { return "Ulm" }}
		m := allocate.Centers{Objective: allocate.SquaredMeans}
		c.change(p, &m)
		_, err := m.Partition(t.Context(), p)
		require.EqualError(t, err, c.why, name)
		require.Equal(t, c.unsupported, errors.Is(err, errors.ErrUnsupported), name)
		require.Equal(t, !c.unsupported, errors.Is(err, partition.ErrInput), name)
	}
}

type noEdges struct{}

func (noEdges) Neighbors(int) []int { return nil }
