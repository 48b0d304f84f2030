package allocate_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// How many people does it take to see everybody within 250 km and 40 hours a week?
func ExampleHeadcount() {
	names := []string{"Frankfurt", "Karlsruhe", "Stuttgart", "Munich", "Nuremberg", "Berlin", "Hamburg", "Bremen", "Cologne", "Leipzig"}
	cities := []orb.Point{{8.68, 50.11}, {8.40, 49.01}, {9.18, 48.78}, {11.58, 48.14}, {11.08, 49.45}, {13.40, 52.52}, {9.99, 53.55}, {8.80, 53.08}, {6.96, 50.94}, {12.37, 51.34}}
	hours := []float64{15, 10, 12, 17, 10, 20, 15, 8, 15, 12}

	r, err := allocate.Headcount{Reach: 250, Upper: []float64{40}}.Partition(context.Background(), &partition.Problem{
		Points:   cities,
		Measures: []partition.Measure{{Name: "hours", Value: hours}},
		Weight:   hours,
	})
	if err != nil {
		panic(err)
	}
	for t, load := range partition.Loads(r.Plan, hours) {
		fmt.Printf("one in %s, %v hours:", names[r.Centers[t]], load)
		for name := range partition.Pick(names, r.Plan.Units(t)) {
			fmt.Print(" ", name)
		}
		fmt.Println()
	}
	c := r.Certificate
	fmt.Printf("%v people, at least %v by %s: %v\n", c.Objective, c.Bound, c.Proof, r.Stop)
	// Output:
	// one in Frankfurt, 40 hours: Frankfurt Karlsruhe Cologne
	// one in Munich, 39 hours: Stuttgart Munich Nuremberg
	// one in Berlin, 32 hours: Berlin Leipzig
	// one in Hamburg, 23 hours: Hamburg Bremen
	// 4 people, at least 4 by capacity: optimal
}

// Four people are at hand. Who of them is needed, if nobody is to travel more
// than 200 km to a customer?
func ExampleHeadcount_homes() {
	cities := []orb.Point{{8.68, 50.11}, {8.40, 49.01}, {9.18, 48.78}, {11.58, 48.14}, {11.08, 49.45}, {6.96, 50.94}}
	people := []string{"Mia in Würzburg", "Jan in Augsburg", "Eva in Wiesbaden", "Tom in Ulm"}
	homes := []orb.Point{{9.95, 49.79}, {10.90, 48.37}, {8.24, 50.08}, {9.99, 48.40}}

	r, err := allocate.Headcount{Reach: 200}.Partition(context.Background(), &partition.Problem{
		K: len(homes), Points: cities, Homes: homes,
	})
	if err != nil {
		panic(err)
	}
	for t, name := range people {
		fmt.Println(name, "serves", r.Plan.Count(t), "cities")
	}
	fmt.Printf("%v needed, at least %v by %q\n", r.Certificate.Objective, r.Certificate.Bound, r.Certificate.Proof)
	// Output:
	// Mia in Würzburg serves 0 cities
	// Jan in Augsburg serves 3 cities
	// Eva in Wiesbaden serves 3 cities
	// Tom in Ulm serves 0 cities
	// 2 needed, at least 2 by "out of reach"
}

// headProblem is a random problem on a plane, by its distances.
func headProblem(rng *rand.Rand, n, measures int, depots bool) *partition.Problem {
	at := make([]orb.Point, n)
	for i := range at {
		at[i] = orb.Point{100 * rng.Float64(), 100 * rng.Float64()}
	}
	p := &partition.Problem{Points: at, Distance: planar}
	for range measures {
		me := partition.Measure{Value: make([]float64, n)}
		for i := range me.Value {
			me.Value[i] = float64(1 + rng.IntN(9))
		}
		p.Measures = append(p.Measures, me)
	}
	if depots {
		p.CenterCapacity = make([]float64, n)
		for i := range p.CenterCapacity {
			p.CenterCapacity[i] = float64(rng.IntN(25))
		}
	}
	return p
}

// fewest tries all plans: the fewest sites that serve all units, or 0.
func fewest(p *partition.Problem, h allocate.Headcount) int {
	n := p.Len()
	reach := h.Reach
	if reach == 0 {
		reach = math.Inf(1)
	}
	best := 0
	for set := 1; set < 1<<n; set++ {
		var sites []int
		for c := range n {
			if set>>c&1 == 1 {
				sites = append(sites, c)
			}
		}
		if best > 0 && len(sites) >= best {
			continue
		}
		load := make([][]float64, len(sites))
		for s := range load {
			load[s] = make([]float64, len(p.Measures))
		}
		var place func(i int) bool
		place = func(i int) bool {
			if i == n {
				return true
			}
			for s, c := range sites {
				if p.Distance(p.Points[i], p.Points[c]) > reach {
					continue
				}
				ok := true
				for r, me := range p.Measures {
					load[s][r] += me.Value[i]
					ok = ok && load[s][r] <= h.Upper[r] && (r > 0 || p.CenterCapacity == nil || load[s][r] <= p.CenterCapacity[c])
				}
				ok = ok && place(i+1)
				for r, me := range p.Measures {
					load[s][r] -= me.Value[i]
				}
				if ok {
					return true
				}
			}
			return false
		}
		if place(0) {
			best = len(sites)
		}
	}
	return best
}

// requireStaffed checks a headcount plan against the problem alone.
func requireStaffed(t *testing.T, p *partition.Problem, h allocate.Headcount, r *partition.Result) {
	t.Helper()
	require.Equal(t, float64(r.Plan.K()), r.Certificate.Objective)
	require.Len(t, r.Centers, r.Plan.K())
	seen := map[int]bool{}
	for at, c := range r.Centers {
		require.False(t, seen[c])
		seen[c] = true
		require.NotZero(t, r.Plan.Count(at))
	}
	for i := range r.Plan.Len() {
		at := r.Plan.Of(i)
		require.NotEqual(t, partition.Unassigned, at)
		if h.Reach > 0 {
			require.LessOrEqual(t, p.Distance(p.Points[i], p.Points[r.Centers[at]]), h.Reach)
		}
	}
	for m, me := range p.Measures {
		for at, load := range partition.Loads(r.Plan, me.Value) {
			if h.Upper != nil {
				require.LessOrEqual(t, load, h.Upper[m]+1e-6)
			}
			if m == 0 && p.CenterCapacity != nil {
				require.LessOrEqual(t, load, p.CenterCapacity[r.Centers[at]]+1e-6)
			}
		}
	}
	require.LessOrEqual(t, r.Certificate.Bound, r.Certificate.Objective)
	require.True(t, r.Certificate.Feasible())
}

func TestHeadcountBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	solved := 0
	for try := range 300 {
		p := headProblem(rng, 1+rng.IntN(8), rng.IntN(3), try%3 == 0)
		h := allocate.Headcount{}
		if try%5 > 0 {
			h.Reach = 20 + 60*rng.Float64()
		}
		for range p.Measures {
			h.Upper = append(h.Upper, float64(9+rng.IntN(20)))
		}
		want := fewest(p, h)
		r, err := h.Partition(context.Background(), p)
		if want == 0 {
			require.ErrorIs(t, err, partition.ErrInfeasible)
			continue
		}
		solved++
		require.NoError(t, err)
		requireStaffed(t, p, h, r)
		require.Equal(t, want, r.Plan.K(), "try %d", try)
		require.Equal(t, float64(want), r.Certificate.Bound)
		require.Equal(t, partition.ProvedOptimal, r.Stop)
	}
	require.Greater(t, solved, 100)
}

// Towns out of reach of each other need what their own work needs: the answer
// is known, whatever the size.
func TestHeadcountPlanted(t *testing.T) {
	for name, c := range map[string]struct {
		towns, size, hours int
		upper              float64
		want               int
		proof              string
	}{
		"reach alone":  {25, 12, 1, 1000, 25, "capacity"}, // one for each town
		"work alone":   {1, 150, 3, 30, 15, "capacity"},
		"both":         {20, 15, 2, 20, 40, "capacity"}, // two for each town of 30 hours
		"heavy halves": {1, 40, 6, 10, 40, "capacity"},  // no two go together
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(4, 4))
			p := &partition.Problem{Distance: planar, Measures: []partition.Measure{{Name: "hours"}}}
			for i := range c.towns * c.size {
				town := float64(i % c.towns)
				p.Points = append(p.Points, orb.Point{1000*town + 10*rng.Float64(), 10 * rng.Float64()})
				p.Measures[0].Value = append(p.Measures[0].Value, float64(c.hours))
			}
			h := allocate.Headcount{Reach: 15, Upper: []float64{c.upper}}
			r, err := h.Partition(context.Background(), p)
			require.NoError(t, err)
			requireStaffed(t, p, h, r)
			require.Equal(t, c.want, r.Plan.K())
			require.Equal(t, float64(c.want), r.Certificate.Bound)
			require.Equal(t, c.proof, r.Certificate.Proof)
			require.Equal(t, partition.ProvedOptimal, r.Stop)
		})
	}
}

// On a line every third place will do, as every third unit shows.
func TestHeadcountLine(t *testing.T) {
	p := &partition.Problem{Distance: planar}
	for i := range 40 {
		p.Points = append(p.Points, orb.Point{float64(i), 0})
	}
	h := allocate.Headcount{Reach: 1}
	r, err := h.Partition(context.Background(), p)
	require.NoError(t, err)
	requireStaffed(t, p, h, r)
	require.Equal(t, 14, r.Plan.K())
	require.Equal(t, partition.Certificate{Objective: 14, Bound: 14, Proof: "out of reach"}, r.Certificate)
}

// The same input gives the same plan, and the bound holds for every plan that is found.
func TestHeadcountRepeats(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 5))
	p := headProblem(rng, unlessShort(300, 120), 2, false)
	p.Weight = p.Measures[0].Value
	h := allocate.Headcount{Reach: 14, Upper: []float64{60, 70}, Budget: 3_000_000}
	var steps []partition.Progress
	h.Progress = func(s partition.Progress) { steps = append(steps, s) }
	r, err := h.Partition(context.Background(), p)
	require.NoError(t, err)
	requireStaffed(t, p, h, r)
	require.NotEmpty(t, steps)
	for k, s := range steps {
		require.GreaterOrEqual(t, s.Objective, r.Certificate.Bound)
		if k > 0 {
			require.LessOrEqual(t, s.Objective, steps[k-1].Objective)
			require.GreaterOrEqual(t, s.Bound, steps[k-1].Bound)
		}
	}
	h.Progress = nil
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 8} {
		runtime.GOMAXPROCS(procs)
		again, err := h.Partition(context.Background(), p)
		require.NoError(t, err)
		require.Equal(t, r, again, "GOMAXPROCS=%d", procs)
	}
}

// Distances by a function give what those of points give.
func TestHeadcountDistances(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(6, 6))
	p := headProblem(rng, 120, 1, false)
	h := allocate.Headcount{Reach: 20, Upper: []float64{50}, Budget: 100_000}
	want, err := h.Partition(context.Background(), p)
	require.NoError(t, err)
	features, between := *p, *p
	features.Points, features.Distance = nil, nil
	for _, at := range p.Points {
		features.Features = append(features.Features, []float64{at[0], at[1]})
	}
	between.Points, between.Distance = nil, nil
	between.Between = func(i, j int) float64 { return planar(p.Points[i], p.Points[j]) }
	for _, other := range []*partition.Problem{&features, &between} {
		r, err := h.Partition(context.Background(), other)
		require.NoError(t, err)
		require.Equal(t, want, r)
	}
}

// Whom of the people that are there does it take?
func TestHeadcountHomes(t *testing.T) {
	p := &partition.Problem{
		K:        4,
		Points:   []orb.Point{{0, 0}, {2, 0}, {10, 0}, {12, 0}, {13, 0}},
		Homes:    []orb.Point{{1, 0}, {6, 0}, {11, 0}, {12, 0}},
		Distance: planar,
		Measures: []partition.Measure{{Name: "hours", Value: []float64{5, 5, 5, 5, 5}, Upper: []float64{10, 99, 10, 20}}},
	}
	r, err := allocate.Headcount{Reach: 3}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, []int{0, 0, 3, 3, 3}, r.Plan.Slice())
	require.Nil(t, r.Centers)
	require.Equal(t, 4, r.Plan.K())
	require.Equal(t, 2.0, r.Certificate.Objective)
	require.Equal(t, 2.0, r.Certificate.Bound)

	p.Measures[0].Upper[3] = 0
	r, err = allocate.Headcount{Reach: 7}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 1, 1, 1}, r.Plan.Slice())

	_, err = allocate.Headcount{Reach: 1}.Partition(context.Background(), p)
	require.EqualError(t, err, "infeasible: hours of unit 4 is 5, and no territory that can hold it takes more than 0")
	p.Homes[3] = orb.Point{40, 0}
	_, err = allocate.Headcount{Reach: 1}.Partition(context.Background(), p)
	require.EqualError(t, err, "infeasible: unit 4 is out of reach of every home")
}

func TestHeadcountWitness(t *testing.T) {
	line := []orb.Point{{0, 0}, {1, 0}, {2, 0}, {50, 0}}
	hours := partition.Measure{Name: "hours", Value: []float64{6, 6, 6, 6}}
	for name, c := range map[string]struct {
		h     allocate.Headcount
		depot []float64
		want  string
		units []int
	}{
		"heavier than a territory": {
			allocate.Headcount{Upper: []float64{5}}, nil,
			"infeasible: hours of unit 0 is 6, and no territory that can hold it takes more than 5; 3 more units have no place", []int{0, 1, 2, 3},
		},
		"no depot in reach": {
			allocate.Headcount{Reach: 5}, []float64{99, 99, 99, 3},
			"infeasible: hours of unit 3 is 6, and no territory that can hold it takes more than 3", []int{3},
		},
		"too little in reach": {
			allocate.Headcount{Reach: 5}, []float64{10, 7, 0, 6},
			"infeasible: hours of unit 0, unit 1 and unit 2 is 18, and territories around all 2 sites in reach take 17 together", []int{0, 1, 2},
		},
		"only if units were split": {
			allocate.Headcount{Reach: 5}, []float64{10, 8, 0, 6},
			"infeasible: a complete search found no plan within the limits, even with a territory around every site", []int{0, 1, 2, 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := c.h.Partition(context.Background(), &partition.Problem{
				Points: line, Distance: planar, Measures: []partition.Measure{hours}, CenterCapacity: c.depot,
			})
			var e *partition.InfeasibleError
			require.ErrorAs(t, err, &e)
			require.EqualError(t, err, c.want)
			require.Equal(t, c.units, e.Units)
		})
	}
}

func TestHeadcountFaults(t *testing.T) {
	line := []orb.Point{{0, 0}, {1, 0}}
	two := partition.Measure{Value: []float64{1, 1}}
	for name, c := range map[string]struct {
		h    allocate.Headcount
		p    *partition.Problem
		want string
	}{
		"nil":       {allocate.Headcount{}, nil, "Problem: is nil"},
		"reach":     {allocate.Headcount{Reach: -1}, &partition.Problem{Points: line}, "Headcount.Reach = -1: is not a number ≥ 0"},
		"budget":    {allocate.Headcount{Budget: -1}, &partition.Problem{Points: line}, "Headcount.Budget = -1: is negative"},
		"upper":     {allocate.Headcount{Upper: []float64{1}}, &partition.Problem{Points: line}, "Headcount.Upper: has length 1, want 0, one per measure"},
		"NaN":       {allocate.Headcount{Upper: []float64{math.NaN()}}, &partition.Problem{Points: line, Measures: []partition.Measure{two}}, "Headcount.Upper[0] = NaN: is not a number ≥ 0"},
		"nowhere":   {allocate.Headcount{}, &partition.Problem{Measures: []partition.Measure{two}}, "Points = 0: are not one per unit (2), and there are no Features and no Between"},
		"distance":  {allocate.Headcount{}, &partition.Problem{Points: line, Distance: func(a, b orb.Point) float64 { return a[0] - b[0] }}, "Distance[0] = -1: is negative, to unit 1"},
		"homes far": {allocate.Headcount{}, &partition.Problem{Points: line, K: 1, Homes: line[:1], Between: func(i, j int) float64 { return 0 }}, "Between: knows the distances of units only, not of Homes"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := c.h.Partition(context.Background(), c.p)
			require.Nil(t, r)
			require.ErrorIs(t, err, partition.ErrInput)
			require.EqualError(t, err, c.want)
		})
	}
	for name, p := range map[string]*partition.Problem{
		"k":          {Points: line, K: 2},
		"contiguity": {Points: line, Contiguity: partition.Adjacency{{1}, {0}}},
		"fixed":      {Points: line, Fixed: []int{-1, 0}},
		"forbidden":  {Points: line, K: 1, Homes: line[:1], Forbidden: [][2]int{{0, 0}}},
		"seeds":      {Points: line, K: 2, Homes: line, Seeds: []int{0, 1}},
		"lower":      {Points: line, K: 1, Homes: line[:1], Measures: []partition.Measure{{Value: []float64{1, 1}, Lower: []float64{1}}}},
		"tolerance":  {Points: line, Measures: []partition.Measure{{Value: []float64{1, 1}, Tolerance: 0.1}}},
	} {
		_, err := allocate.Headcount{}.Partition(context.Background(), p)
		require.ErrorIs(t, err, errors.ErrUnsupported, name)
	}
}

func TestHeadcountExtremes(t *testing.T) {
	r, err := allocate.Headcount{}.Partition(context.Background(), &partition.Problem{})
	require.NoError(t, err)
	require.Zero(t, r.Plan.Len())
	require.Equal(t, partition.ProvedOptimal, r.Stop)

	r, err = allocate.Headcount{}.Partition(context.Background(), &partition.Problem{Points: make([]orb.Point, 50)})
	require.NoError(t, err)
	require.Equal(t, 1, r.Plan.K())
	require.Equal(t, partition.ProvedOptimal, r.Stop)
}

func TestHeadcountInterrupted(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	p := headProblem(rng, 400, 0, false)
	stop := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	h := allocate.Headcount{Reach: 8, Progress: func(partition.Progress) { cancel(stop) }}
	r, err := h.Partition(ctx, p) // after the first plan
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, r.Stop)
	requireStaffed(t, p, h, r)
	r, err = h.Partition(ctx, p)
	require.Nil(t, r)
	require.ErrorIs(t, err, stop)
}

func FuzzHeadcount(f *testing.F) {
	f.Add(uint64(1), uint8(5), uint8(30), uint8(12))
	f.Add(uint64(2), uint8(6), uint8(0), uint8(9))
	f.Fuzz(func(t *testing.T, seed uint64, n, reach, upper uint8) {
		rng := rand.New(rand.NewPCG(seed, 0))
		p := headProblem(rng, 1+int(n%7), 1, n%2 == 0)
		h := allocate.Headcount{Reach: float64(reach), Upper: []float64{float64(upper % 40)}}
		want := fewest(p, h)
		r, err := h.Partition(context.Background(), p)
		if want == 0 {
			require.ErrorIs(t, err, partition.ErrInfeasible)
			return
		}
		require.NoError(t, err)
		requireStaffed(t, p, h, r)
		require.Equal(t, want, r.Plan.K())
		require.Equal(t, float64(want), r.Certificate.Bound)
	})
}

func BenchmarkHeadcount(b *testing.B) {
	for _, c := range []struct {
		n            int
		reach, upper float64
	}{{1000, 10, 50}, {10_000, 10, 400}} {
		b.Run(fmt.Sprintf("n=%d", c.n), func(b *testing.B) {
			p := headProblem(rand.New(rand.NewPCG(5, 5)), c.n, 1, false)
			for b.Loop() {
				r, err := allocate.Headcount{Reach: c.reach, Upper: []float64{c.upper}}.Partition(context.Background(), p)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(100*r.Certificate.Gap(), "gap%")
			}
		})
	}
}
