package district_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// Six towns along a river. A branch needs 100 customers: how many branches can
// there be, and which towns are most alike in what they spend?
func ExampleMaxP() {
	p := &partition.Problem{
		Measures:   []partition.Measure{{Name: "customers", Value: []float64{60, 50, 70, 40, 90, 30}}},
		Features:   [][]float64{{8}, {7}, {9}, {5}, {2}, {1}},
		Contiguity: partition.Adjacency{{1}, {0, 2}, {1, 3}, {2, 4}, {3, 5}, {4}},
	}
	r, err := district.MaxP{Floor: []float64{100}}.Partition(context.Background(), p)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Plan.K(), "branches:", r.Plan.Slice())
	fmt.Println("more than", -r.Certificate.Bound, "there cannot be")
	// Output:
	// 3 branches: [0 0 1 1 2 2]
	// more than 3 there cannot be
}

// partitions calls f with every way to divide n units into connected territories.
func partitions(p *partition.Problem, f func(plan *partition.Plan)) {
	n := p.Len()
	of := make([]int, n)
	var next func(u, k int)
	next = func(u, k int) {
		if u == n {
			plan, err := partition.NewPlan(k, of)
			if err != nil {
				panic(err)
			}
			for t := range k {
				if len(partition.Fragments(p.Contiguity, plan, t)) != 1 {
					return
				}
			}
			f(plan)
			return
		}
		for t := range k + 1 {
			of[u] = t
			next(u+1, max(k, t+1))
		}
	}
	next(0, 0)
}

// floors makes measures and a floor for each.
func floors(p *partition.Problem, seed uint64, measures int) []float64 {
	random := splitmix.Source(seed)
	var floor []float64
	for range measures {
		var value []float64
		total := 0.0
		for range p.Len() {
			value = append(value, float64(random.Below(9)))
			total += value[len(value)-1]
		}
		p.Measures = append(p.Measures, partition.Measure{Value: value})
		floor = append(floor, math.Floor(total/(1.5+3*random.Float())))
	}
	return floor
}

// Against all plans: as many territories as there can be, never more than the
// bound says, and nearly the least sum of squares.
func TestMaxPAgainstAllPlans(t *testing.T) {
	ratio, count := 0.0, 0
	for seed := range uint64(40) {
		p := likeness(seed, 3, 3)
		floor := floors(p, seed, 1+int(seed)%2)
		most, least := 0, math.Inf(1)
		partitions(p, func(plan *partition.Plan) {
			for r, f := range floor {
				for _, load := range partition.Loads(plan, p.Measures[r].Value) {
					if load < f {
						return
					}
				}
			}
			if s := squares(p, plan); plan.K() > most || plan.K() == most && s < least {
				most, least = plan.K(), s
			}
		})
		r, err := district.MaxP{Floor: floor, Seed: seed, Budget: 200_000}.Partition(context.Background(), p)
		require.NoError(t, err)
		verify(t, p, r)
		require.Equal(t, most, r.Plan.K(), "seed %d", seed)
		require.Equal(t, -float64(most), r.Certificate.Objective)
		require.LessOrEqual(t, r.Certificate.Bound, -float64(most))
		for i, f := range floor {
			for _, load := range partition.Loads(r.Plan, p.Measures[i].Value) {
				require.GreaterOrEqual(t, load, f)
			}
		}
		got := squares(p, r.Plan)
		require.GreaterOrEqual(t, got, least*(1-1e-9))
		if least > 0 {
			ratio += got / least
			count++
		}
	}
	require.LessOrEqual(t, ratio/float64(count), 1.04)
}

// Components are served one by one, and floors of some measures only.
func TestMaxPOnIslands(t *testing.T) {
	p := &partition.Problem{
		Measures:   []partition.Measure{{Name: "calls", Value: []float64{1, 1, 1, 1, 1}}, {Name: "sales", Value: []float64{5, 5, 4, 6, 10}}},
		Contiguity: partition.Adjacency{{1}, {0}, {3}, {2}, {}},
	}
	r, err := district.MaxP{Floor: []float64{0, 10}}.Partition(context.Background(), p)
	require.NoError(t, err)
	verify(t, p, r)
	require.Equal(t, []int{0, 0, 1, 1, 2}, r.Plan.Slice())
	require.Equal(t, -3.0, r.Certificate.Bound)

	_, err = district.MaxP{Floor: []float64{2, 10}}.Partition(context.Background(), p)
	var none *partition.InfeasibleError
	require.ErrorAs(t, err, &none)
	require.Equal(t, []int{4}, none.Units)
	require.Equal(t, "calls", none.Measure)
	require.Equal(t, 2.0, none.Need)
	require.Equal(t, 1.0, none.Have)

	r, err = district.MaxP{}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, 5, r.Plan.K(), "without a floor every unit is a territory")
}

func TestMaxPIsTheSameEachTimeAndCanBeInterrupted(t *testing.T) {
	p := likeness(4, 20, 20)
	floor := floors(p, 4, 2)
	for r := range floor {
		floor[r] /= 40
	}
	x := district.MaxP{Floor: floor, Seed: 3, Budget: 3_000_000}
	a, err := x.Partition(context.Background(), p)
	require.NoError(t, err)
	b, err := x.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, a, b)
	require.Equal(t, partition.BudgetSpent, a.Stop)

	for _, phase := range []string{"packing", "smoothing"} {
		ctx, cancel := context.WithCancel(context.Background())
		x.Budget = 10_000_000
		x.Progress = func(g partition.Progress) {
			if g.Phase == phase {
				cancel()
			}
		}
		r, err := x.Partition(ctx, p)
		require.NoError(t, err)
		verify(t, p, r)
		require.Error(t, ctx.Err(), phase)
		require.Equal(t, partition.Interrupted, r.Stop)
		for i, f := range floor {
			for _, load := range partition.Loads(r.Plan, p.Measures[i].Value) {
				require.GreaterOrEqual(t, load, f)
			}
		}
		_, err = x.Partition(ctx, p)
		require.ErrorIs(t, err, context.Canceled, "before there is a plan")
	}
}

func TestMaxPNamesEveryFault(t *testing.T) {
	p := likeness(2, 2, 2)
	floors(p, 2, 1)
	_, err := district.MaxP{Floor: []float64{math.NaN(), -1}}.Partition(context.Background(), p)
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "MaxP.Floor[0]")
	require.ErrorContains(t, err, "MaxP.Floor[1]")
	require.ErrorContains(t, err, "more entries")
	p.K = 2
	_, err = district.MaxP{}.Partition(context.Background(), p)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	p.K = 0
	p.Measures[0].Tolerance = 0.1
	p.Measures[0].Target = []float64{}
	_, err = district.MaxP{}.Partition(context.Background(), p)
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

func BenchmarkMaxP(b *testing.B) {
	p := likeness(2, 55, 55)
	floor := floors(p, 2, 1)
	floor[0] /= 10
	b.Run("method=maxp/n=3025", func(b *testing.B) {
		for b.Loop() {
			r, err := district.MaxP{Floor: floor}.Partition(context.Background(), p)
			require.NoError(b, err)
			sum, err := district.SumOfSquares(p, r.Plan)
			require.NoError(b, err)
			b.ReportMetric(float64(r.Plan.K()), "territories")
			b.ReportMetric(-r.Certificate.Bound, "bound")
			b.ReportMetric(sum, "squares")
		}
	})
}

// The same plans on every platform: these have been computed on amd64.
func TestMaxPBits(t *testing.T) {
	h := fnv.New64a()
	for seed := range uint64(6) {
		p := likeness(seed, 12, 12)
		floor := floors(p, seed, 2)
		for r := range floor {
			floor[r] = math.Floor(floor[r] / 6)
		}
		r, err := district.MaxP{Floor: floor, Seed: seed, Budget: 400_000}.Partition(context.Background(), p)
		require.NoError(t, err)
		fmt.Fprint(h, r.Plan.Slice(), math.Float64bits(r.Certificate.Objective))
		q := *p
		q.K = r.Plan.K()
		w, err := district.Ward{Refine: true}.Partition(context.Background(), &q)
		require.NoError(t, err)
		fmt.Fprint(h, w.Plan.Slice(), math.Float64bits(w.Certificate.Objective))
	}
	require.Equal(t, uint64(0x3be10b34b12e0366), h.Sum64())
}

func TestMaxPWithoutUnits(t *testing.T) {
	r, err := district.MaxP{}.Partition(context.Background(), &partition.Problem{Contiguity: partition.Adjacency{}})
	require.NoError(t, err)
	require.Zero(t, r.Plan.K())
	_, err = district.Ward{}.Partition(context.Background(), &partition.Problem{K: 1, Contiguity: partition.Adjacency{}})
	require.ErrorIs(t, err, partition.ErrInfeasible)
}

func FuzzMaxP(f *testing.F) {
	f.Add([]byte{0, 1, 1, 2, 2, 3, 3, 0, 5, 6}, uint8(9), uint8(3))
	f.Add([]byte("any graph will do, with islands and all"), uint8(30), uint8(200))
	f.Fuzz(func(t *testing.T, data []byte, units, floor uint8) {
		n := int(units)%40 + 1
		var pairs [][2]int
		for i := 0; i+1 < len(data); i += 2 {
			if a, b := int(data[i])%n, int(data[i+1])%n; a != b {
				pairs = append(pairs, [2]int{a, b})
			}
		}
		g, err := geo.NewContiguity(n, pairs, nil)
		require.NoError(t, err)
		p := &partition.Problem{Contiguity: g, Measures: []partition.Measure{{Value: make([]float64, n)}}}
		for u := range n {
			p.Measures[0].Value[u] = float64((u*7 + len(data)) % 11)
			p.Features = append(p.Features, []float64{float64(u % 5), float64(len(data) % (u + 1))})
		}
		r, err := district.MaxP{Floor: []float64{float64(floor) / 4}, Budget: 20_000}.Partition(context.Background(), p)
		if err != nil {
			var none *partition.InfeasibleError
			require.ErrorAs(t, err, &none)
			for _, part := range g.Components() {
				if slices.Equal(part, none.Units) {
					return
				}
			}
			require.Fail(t, "the witness is no component")
		}
		verify(t, p, r)
		for _, load := range partition.Loads(r.Plan, p.Measures[0].Value) {
			require.GreaterOrEqual(t, load, float64(floor)/4)
		}
		require.LessOrEqual(t, r.Certificate.Bound, r.Certificate.Objective)
	})
}
