package district_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// Two rows of six towns, the big ones at the ends: two districts of equal
// population, each as near to its centre as can be.
func ExampleCompact() {
	p := &partition.Problem{
		K:        2,
		Weight:   []float64{60, 10, 10, 10, 10, 40, 20, 10, 10, 10, 10, 40},
		Distance: func(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) },
	}
	p.Measures = []partition.Measure{{Name: "people", Value: p.Weight, Tolerance: 0.05}}
	towns := make(partition.Adjacency, 12)
	for i := range towns {
		p.Points = append(p.Points, orb.Point{float64(i % 6), float64(i / 6)})
		if i >= 6 {
			towns[i] = append(towns[i], i-6)
		}
		if i%6 > 0 {
			towns[i] = append(towns[i], i-1)
		}
		if i%6 < 5 {
			towns[i] = append(towns[i], i+1)
		}
		if i < 6 {
			towns[i] = append(towns[i], i+6)
		}
	}
	p.Contiguity = towns

	r, err := district.Compact{Objective: district.Inertia}.Partition(context.Background(), p)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Plan.Slice()[:6])
	fmt.Println(r.Plan.Slice()[6:])
	fmt.Println("centres", r.Centers, "people", partition.Loads(r.Plan, p.Weight), "inertia", r.Certificate.Objective)
	// Output:
	// [0 0 0 1 1 1]
	// [0 0 0 1 1 1]
	// centres [0 4] people [120 120] inertia 300
}

// atlas is a random problem of rows × columns units.
func atlas(rows, columns, k int, drop float64, seed uint64) *partition.Problem {
	random := splitmix.Source(seed ^ 0x5eed)
	n := rows * columns
	p := &partition.Problem{K: k, Contiguity: newCountry(rows, columns, drop, seed), Weight: make([]float64, n),
		Distance: func(a, b orb.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }}
	first, second := make([]float64, n), make([]float64, n)
	for i := range n {
		p.Points = append(p.Points, orb.Point{float64(i%columns) + 0.8*random.Float(), float64(i/columns) + 0.8*random.Float()})
		p.Weight[i] = float64(random.Below(9))
		first[i], second[i] = float64(1+random.Below(9)), float64(1+random.Below(5))
	}
	p.Measures = []partition.Measure{
		{Name: "first", Value: first, Tolerance: 0.3},
		{Name: "second", Value: second, Tolerance: 0.5},
		{Name: "reported", Value: second},
	}
	for range k {
		p.Homes = append(p.Homes, orb.Point{float64(columns) * random.Float(), float64(rows) * random.Float()})
	}
	return p
}

// costOf is what the plan costs by the definition of Compact.
func costOf(c district.Compact, p *partition.Problem, plan partition.Assignment) float64 {
	distance := func(i, j int) float64 {
		if p.Between != nil {
			return p.Between(i, j)
		}
		return p.Distance(p.Points[i], p.Points[j])
	}
	weighted := func(i int, d float64) float64 {
		if p.Weight == nil || math.IsInf(d, 1) {
			return d
		}
		return p.Weight[i] * d
	}
	total := 0.0
	for t := range plan.K() {
		least := math.Inf(1)
		for u := range plan.Len() {
			if plan.Of(u) != t {
				continue
			}
			sum := 0.0
			for i := range plan.Len() {
				if plan.Of(i) != t {
					continue
				}
				switch c.Objective {
				case district.Inertia:
					sum += weighted(i, distance(i, u)*distance(i, u))
				case district.Distance:
					sum += weighted(i, distance(i, u))
				case district.Travel:
					sum += weighted(i, p.Distance(p.Points[i], p.Homes[t]))
				}
				if c.Preference != nil {
					sum += c.Preference(i, t)
				}
			}
			least = math.Min(least, sum)
		}
		total += least
	}
	return total + c.Penalty*outside(p, plan)
}

// least is the cost of the best connected plan that keeps the rules, by trying
// all; +Inf: there is none.
func least(c district.Compact, p *partition.Problem) float64 {
	n := p.Len()
	of := make([]int, n)
	best := math.Inf(1)
	var try func(i int)
	try = func(i int) {
		if i == n {
			plan, err := partition.NewPlan(p.K, of)
			if err != nil {
				panic(err)
			}
			for t := range p.K {
				if len(partition.Fragments(p.Contiguity, plan, t)) != 1 {
					return
				}
			}
			if c.Penalty > 0 || outside(p, plan) <= 1e-9 {
				best = math.Min(best, costOf(c, p, plan))
			}
			return
		}
		for t := range p.K {
			if p.Fixed != nil && p.Fixed[i] >= 0 && p.Fixed[i] != t {
				continue
			}
			bad := false
			for _, pair := range p.Forbidden {
				bad = bad || pair == [2]int{i, t}
			}
			for s, u := range p.Seeds {
				bad = bad || u == i && s != t
			}
			if !bad {
				of[i] = t
				try(i + 1)
			}
		}
	}
	try(0)
	return best
}

func compacts() map[string]district.Compact {
	wish := func(u, t int) float64 { return float64((u*7+t*5)%4) - 1 }
	return map[string]district.Compact{
		"inertia":  {Objective: district.Inertia},
		"distance": {Objective: district.Distance},
		"travel":   {Objective: district.Travel},
		"wishes":   {Objective: district.Distance, Preference: wish},
		"price":    {Objective: district.Inertia, Penalty: 0.7},
		"all":      {Objective: district.Travel, Preference: wish, Penalty: 2},
	}
}

// On maps that are small enough to try all plans, the best one is found.
func TestCompactAgainstAllPlans(t *testing.T) {
	for name, c := range compacts() {
		t.Run(name, func(t *testing.T) {
			c.Budget = 100_000
			for seed := range uint64(8) {
				p := atlas(2+int(seed%2), 4, 2, 0.15, seed)
				if c.Objective != district.Travel {
					p.Homes = nil
				}
				switch seed % 4 {
				case 1:
					p.Fixed = make([]int, p.Len())
					for i := range p.Fixed {
						p.Fixed[i] = partition.Unassigned
					}
					p.Fixed[seed%7] = 1
				case 2:
					p.Seeds = []int{int(seed % 5), 6}
					p.Between = func(from, to int) float64 { return float64((from*5+to*3)%11) * min(1, math.Abs(float64(from-to))) }
				case 3:
					p.Forbidden = [][2]int{{1, 0}, {4, 1}}
				}
				want := least(c, p)
				r, err := c.Partition(context.Background(), p)
				if math.IsInf(want, 1) {
					if err == nil {
						require.Positive(t, r.Certificate.Violation)
						verify(t, p, r)
					} else {
						require.NotErrorIs(t, err, partition.ErrInput)
					}
					continue
				}
				require.NoError(t, err, "seed %d", seed)
				if c.Penalty > 0 {
					require.Zero(t, r.Certificate.Violation)
				} else {
					verify(t, p, r)
				}
				require.InDelta(t, costOf(c, p, r.Plan), r.Certificate.Objective, 1e-9*(1+want))
				require.InDelta(t, want, r.Certificate.Objective, 1e-9*(1+want), "seed %d", seed)
			}
		})
	}
}

// Larger maps: all rules are kept, centres are the best ones, and the answer
// does not depend on the number of processors.
func TestCompactIsTheSameEachTime(t *testing.T) {
	for name, c := range compacts() {
		c.Seed, c.Budget = 7, 150_000
		p := atlas(9, 11, 5, 0.1, 3)
		p.Seeds = []int{0, 10, 50, 88, 98}
		p.Forbidden = [][2]int{{20, 1}, {21, 1}, {22, 1}}
		var first *partition.Result
		for _, procs := range []int{1, 3} {
			func() {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				r, err := c.Partition(context.Background(), p)
				require.NoError(t, err, name)
				if c.Penalty == 0 {
					verify(t, p, r)
				}
				require.InEpsilon(t, costOf(c, p, r.Plan), r.Certificate.Objective, 1e-9)
				if first == nil {
					first = r
				}
				require.Equal(t, first, r, name)
			}()
		}
		if c.Objective != district.Travel {
			for d, u := range first.Centers {
				require.Equal(t, d, first.Plan.Of(u))
			}
		} else {
			require.Nil(t, first.Centers)
		}
	}
}

func TestCompactCanBeInterrupted(t *testing.T) {
	p := atlas(8, 8, 4, 0, 1)
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("enough")
	reports := 0
	c := district.Compact{Budget: math.MaxInt, Progress: func(g partition.Progress) {
		require.False(t, math.IsInf(g.Objective, 0))
		if reports++; reports == 5 {
			cancel(why)
		}
	}}
	r, err := c.Partition(ctx, p)
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, r.Stop)
	verify(t, p, r)

	_, err = c.Partition(ctx, p)
	require.ErrorIs(t, err, why)
}

func TestCompactNamesEveryFault(t *testing.T) {
	ctx := context.Background()
	p := atlas(3, 3, 2, 0, 1)
	for want, change := range map[string]func(c *district.Compact, p *partition.Problem){
		"Compact.Objective": func(c *district.Compact, p *partition.Problem) { c.Objective = 9 },
		"Compact.Penalty":   func(c *district.Compact, p *partition.Problem) { c.Penalty = math.NaN() },
		"Compact.Budget":    func(c *district.Compact, p *partition.Problem) { c.Budget = -1 },
		"Compact.Preference": func(c *district.Compact, p *partition.Problem) {
			c.Preference = func(u, t int) float64 { return math.Inf(1) }
		},
		"Contiguity": func(c *district.Compact, p *partition.Problem) { p.Contiguity = nil },
		"Homes":      func(c *district.Compact, p *partition.Problem) { c.Objective, p.Homes = district.Travel, nil },
		"Points":     func(c *district.Compact, p *partition.Problem) { p.Points = nil },
		"Between":    func(c *district.Compact, p *partition.Problem) { p.Between = func(i, j int) float64 { return -1 } },
		"Distance": func(c *district.Compact, p *partition.Problem) {
			c.Objective, p.Distance = district.Travel, func(a, b orb.Point) float64 { return math.NaN() }
		},
		"Weight": func(c *district.Compact, p *partition.Problem) {
			p.Between = func(i, j int) float64 { return 1e160 }
		},
	} {
		c, q := district.Compact{}, *p
		change(&c, &q)
		_, err := c.Partition(ctx, &q)
		var fault *partition.InputError
		require.ErrorAs(t, err, &fault, want)
		require.Equal(t, want, fault.Field)
	}
	q := *p
	q.CenterCapacity = make([]float64, 9)
	_, err := district.Compact{}.Partition(ctx, &q)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	q = *p
	q.K = 0
	q.Homes = nil
	_, err = district.Compact{}.Partition(ctx, &q)
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

// Out of reach is allowed, but not chosen; where it must be, the objective says so.
func TestCompactOutOfReach(t *testing.T) {
	p := atlas(3, 3, 2, 0, 1)
	p.Measures, p.Homes = nil, nil
	p.Between = func(i, j int) float64 {
		if (i < 4) != (j < 4) {
			return math.Inf(1)
		}
		return math.Abs(float64(i - j))
	}
	c := district.Compact{Objective: district.Distance, Budget: 100_000}
	r, err := c.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, costOf(c, p, r.Plan), r.Certificate.Objective)
	require.Equal(t, []int{0, 0, 0, 0, 1, 1, 1, 1, 1}, r.Plan.Slice())

	p.K = 1
	r, err = c.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, math.Inf(1), r.Certificate.Objective)
}

// Whatever the multipliers, no plan costs less than the bound, and the bound of
// the result is what its multipliers prove.
func TestCompactBound(t *testing.T) {
	for name, c := range compacts() {
		t.Run(name, func(t *testing.T) {
			c.Budget = 50_000
			random := splitmix.Source(11)
			closed := 0
			for seed := range uint64(10) {
				p := atlas(2+int(seed%2), 4, 2, 0.15, seed)
				if c.Objective != district.Travel {
					p.Homes = nil
				}
				if seed%3 == 1 {
					p.Measures = p.Measures[:seed%2]
				}
				if seed%3 == 2 {
					p.Forbidden = [][2]int{{1, 0}, {4, 1}}
					p.Measures[0].Upper = []float64{float64(20 + random.Below(20)), 40}
					p.Measures[0].Lower = []float64{0, float64(random.Below(15))}
				}
				want := least(c, p)
				if math.IsInf(want, 1) {
					continue
				}
				scale := want / float64(p.Len())
				for trial := range 40 {
					u := make([]float64, p.Len())
					for i := range u {
						u[i] = scale * float64(trial) / 10 * (2*random.Float() - 0.3)
					}
					require.LessOrEqual(t, c.Bound(p, u), want, "seed %d, multipliers %v", seed, u)
				}
				r, err := c.Partition(context.Background(), p)
				require.NoError(t, err)
				require.LessOrEqual(t, r.Certificate.Bound, want)
				if r.Certificate.Proof == "search" {
					require.Equal(t, partition.ProvedOptimal, r.Stop)
				} else {
					require.Equal(t, "multipliers", r.Certificate.Proof)
					require.Equal(t, math.Min(c.Bound(p, r.Multipliers), r.Certificate.Objective), r.Certificate.Bound)
				}
				if r.Certificate.Gap() < 0.5 {
					closed++
				}
				if r.Stop == partition.ProvedOptimal {
					require.InDelta(t, want, r.Certificate.Objective, 1e-8*(1+math.Abs(want)))
				}
			}
			require.Greater(t, closed, 2, "bounds that say something")
		})
	}
}

func TestCompactBoundOfFaultyInput(t *testing.T) {
	p := atlas(2, 3, 2, 0, 1)
	c := district.Compact{}
	require.Equal(t, math.Inf(-1), c.Bound(nil, nil))
	require.Equal(t, math.Inf(-1), c.Bound(p, make([]float64, 5)))
	require.Equal(t, math.Inf(-1), c.Bound(p, []float64{0, 0, math.NaN(), 0, 0, 0}))
	require.False(t, math.IsInf(c.Bound(p, make([]float64, 6)), 0))
	p.Measures = []partition.Measure{{Value: []float64{9, 1, 1, 1, 1, 1}, Lower: []float64{20, 20}, Upper: []float64{30, 30}}}
	require.Equal(t, math.Inf(1), c.Bound(p, make([]float64, 6)), "limits that no centre can keep")
}

func BenchmarkCompact(b *testing.B) {
	for _, n := range []int{10, 20, 30} {
		p := atlas(n, n, n/2, 0.05, 1)
		for _, objective := range []struct {
			name string
			of   district.CompactObjective
		}{{"inertia", district.Inertia}, {"distance", district.Distance}, {"travel", district.Travel}} {
			b.Run(fmt.Sprintf("method=%s/n=%d", objective.name, n*n), func(b *testing.B) {
				gap := 0.0
				for b.Loop() {
					r, err := district.Compact{Objective: objective.of, Budget: 2_000_000}.Partition(context.Background(), p)
					require.NoError(b, err)
					gap = r.Certificate.Gap()
				}
				b.ReportMetric(100*gap, "gap%")
			})
		}
	}
}

// Small maps with narrow limits are solved to the end: the optimum is proved, or
// that there is no plan.
func TestCompactProvesSmallMaps(t *testing.T) {
	none := 0
	for seed := range uint64(30) {
		p := atlas(3, 3+int(seed%2), 3-int(seed%2), 0.2, seed)
		p.Homes = nil
		p.Measures[0].Tolerance = 0.05 + 0.02*float64(seed%5)
		p.Measures[1].Tolerance = 0.15
		c := district.Compact{Objective: district.CompactObjective(seed % 2), Budget: 1_000_000}
		want := least(c, p)
		r, err := c.Partition(context.Background(), p)
		if math.IsInf(want, 1) {
			none++
			require.ErrorIs(t, err, partition.ErrInfeasible, "seed %d", seed)
			continue
		}
		require.NoError(t, err, "seed %d", seed)
		verify(t, p, r)
		require.Equal(t, partition.ProvedOptimal, r.Stop, "seed %d", seed)
		require.InDelta(t, want, r.Certificate.Objective, 1e-9*want)
		require.LessOrEqual(t, r.Certificate.Bound, want*(1+1e-12))
		require.Less(t, r.Certificate.Gap(), 1e-7)
	}
	require.Positive(t, none)
	require.Less(t, none, 25)
}

// Whatever the problem, there is a plan that keeps what is guaranteed, or an
// error of a known kind.
func FuzzCompact(f *testing.F) {
	for seed := range uint64(24) {
		f.Add(seed, byte(seed*11), byte(seed*7))
	}
	f.Fuzz(func(t *testing.T, seed uint64, shape, options byte) {
		rows, columns := 1+int(shape&3), 1+int(shape>>2&7)
		p := atlas(rows, columns, 1+int(shape>>5), []float64{0, 0.3, 0.6, 1}[seed%4], seed)
		random := splitmix.Source(seed)
		c := district.Compact{Objective: district.CompactObjective(options % 3), Seed: seed, Budget: 20_000}
		if options&4 != 0 {
			c.Penalty = 3 * random.Float()
		}
		if options&8 != 0 {
			c.Preference = func(u, t int) float64 { return float64((u*3+t)%5) - 2 }
		}
		if options&16 != 0 {
			p.Fixed = make([]int, p.Len())
			for i := range p.Fixed {
				p.Fixed[i] = max(partition.Unassigned, random.Below(12)-12+p.K)
			}
		}
		if options&32 != 0 {
			p.Weight = make([]float64, p.Len())
		}
		if options&64 != 0 {
			p.Measures[1].Value = make([]float64, p.Len())
		}
		if options&128 != 0 {
			p.Between = func(from, to int) float64 {
				if (from+to)%7 == 5 {
					return math.Inf(1)
				}
				return float64(from*to) * 1e100
			}
		}
		r, err := c.Partition(context.Background(), p)
		if err != nil {
			require.True(t, errors.Is(err, partition.ErrInput) || errors.Is(err, partition.ErrInfeasible) || p.Fixed != nil, "%v", err)
			return
		}
		if c.Penalty > 0 {
			require.Zero(t, r.Certificate.Violation)
			r.Certificate.Violation = outside(p, r.Plan)
		}
		verify(t, p, r)
		want := costOf(c, p, r.Plan)
		require.False(t, math.IsNaN(r.Certificate.Objective))
		if math.IsInf(want, 1) {
			require.Equal(t, want, r.Certificate.Objective)
			require.False(t, math.IsNaN(r.Certificate.Bound))
			return
		}
		require.InDelta(t, want, r.Certificate.Objective, 1e-9*(1+math.Abs(want)))
		if c.Penalty > 0 || outside(p, r.Plan) == 0 {
			require.LessOrEqual(t, r.Certificate.Bound, r.Certificate.Objective)
		}
	})
}
