package district_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// Five shops along a road, by their yearly sales: two are small, three are large.
func ExampleWard() {
	p := &partition.Problem{
		K:          2,
		Features:   [][]float64{{1.0}, {1.2}, {3.0}, {3.1}, {2.9}},
		Contiguity: partition.Adjacency{{1}, {0, 2}, {1, 3}, {2, 4}, {3}},
	}
	r, err := district.Ward{}.Partition(context.Background(), p)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.Plan.Slice())
	fmt.Printf("%.3f\n", r.Certificate.Objective)
	// Output:
	// [0 0 1 1 1]
	// 0.040
}

// The dendrogram: which join costs how much. The last one is by far the dearest, so
// that there are two kinds of shops.
func ExampleWard_Merges() {
	p := &partition.Problem{
		Features:   [][]float64{{1.0}, {1.2}, {3.0}, {3.1}, {2.9}},
		Contiguity: partition.Adjacency{{1}, {0, 2}, {1, 3}, {2, 4}, {3}},
	}
	merges, err := district.Ward{}.Merges(context.Background(), p)
	if err != nil {
		panic(err)
	}
	for _, m := range merges {
		fmt.Printf("%d and %d: %.3f\n", m.A, m.B, m.Growth)
	}
	// Output:
	// 2 and 3: 0.005
	// 4 and 5: 0.015
	// 0 and 1: 0.020
	// 6 and 7: 4.332
}

// squares is the definition, over pairs: Σ_i<j w_i·w_j·|x_i-x_j|² / W.
func squares(p *partition.Problem, plan partition.Assignment) float64 {
	weight := func(u int) float64 {
		if p.Weight == nil {
			return 1
		}
		return p.Weight[u]
	}
	at := func(u int) []float64 {
		if p.Features != nil {
			return p.Features[u]
		}
		lon, lat := p.Points[u][0]*math.Pi/180, p.Points[u][1]*math.Pi/180
		const r = 6371.0088
		return []float64{r * math.Cos(lat) * math.Cos(lon), r * math.Cos(lat) * math.Sin(lon), r * math.Sin(lat)}
	}
	total := 0.0
	for t := range plan.K() {
		mass, sum := 0.0, 0.0
		for u := range plan.Len() {
			if plan.Of(u) != t {
				continue
			}
			mass += weight(u)
			for v := range u {
				if plan.Of(v) == t {
					for d, x := range at(u) {
						sum += weight(u) * weight(v) * (x - at(v)[d]) * (x - at(v)[d])
					}
				}
			}
		}
		if mass > 0 {
			total += sum / mass
		}
	}
	return total
}

// likeness is a country whose units have features or places, and weights.
func likeness(seed uint64, rows, columns int) *partition.Problem {
	random := splitmix.Source(seed)
	n := rows * columns
	p := &partition.Problem{Contiguity: newCountry(rows, columns, 0, seed)}
	for range n {
		p.Weight = append(p.Weight, float64(random.Below(4)))
		if seed%2 == 0 {
			p.Features = append(p.Features, []float64{random.Float(), 100 + random.Float()})
		} else {
			p.Points = append(p.Points, orb.Point{random.Float()*360 - 180, random.Float()*180 - 90})
		}
	}
	return p
}

func TestSumOfSquares(t *testing.T) {
	for seed := range uint64(20) {
		p := likeness(seed, 4, 5)
		of := make([]int, 20)
		random := splitmix.Source(seed)
		for u := range of {
			of[u] = random.Below(4) - 1
		}
		plan, err := partition.NewPlan(3, of)
		require.NoError(t, err)
		got, err := district.SumOfSquares(p, plan)
		require.NoError(t, err)
		require.InEpsilon(t, squares(p, plan), got, 1e-9)
	}
	p := likeness(0, 2, 2)
	_, err := district.SumOfSquares(p, new(partition.Plan))
	require.ErrorIs(t, err, partition.ErrInput)
	p.Between = func(int, int) float64 { return 1 }
	plan, err := partition.NewPlan(1, []int{0, 0, 0, 0})
	require.NoError(t, err)
	_, err = district.SumOfSquares(p, plan)
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

// At every number of territories the plan is the one that joining the cheapest pair
// of neighbours of the plan before makes, found by trying all.
func TestWardJoinsTheCheapestPair(t *testing.T) {
	for seed := range uint64(12) {
		p := likeness(seed, 4, 4)
		for u := range p.Weight {
			p.Weight[u]++ // without ties
		}
		merges, err := district.Ward{}.Merges(context.Background(), p)
		require.NoError(t, err)
		of := make([]int, p.Len()) // named after one of their units
		for u := range of {
			of[u] = u
		}
		plan := func(of []int) *partition.Plan {
			plan, err := partition.NewPlan(len(of), of)
			require.NoError(t, err)
			return plan
		}
		at := 0
		for k := p.Len() - 1; k >= 1; k-- {
			before := squares(p, plan(of))
			best, least := []int(nil), math.Inf(1)
			for u := range of {
				for _, v := range p.Contiguity.Neighbors(u) {
					if of[u] < of[v] {
						joined := slices.Clone(of)
						for x := range joined {
							if joined[x] == of[v] {
								joined[x] = of[u]
							}
						}
						if s := squares(p, plan(joined)); s < least {
							best, least = joined, s
						}
					}
				}
			}
			of = best
			require.InDelta(t, least-before, merges[at].Growth, 1e-7*(1+least))
			at++
			q := *p
			q.K = k
			r, err := district.Ward{}.Partition(context.Background(), &q)
			require.NoError(t, err)
			verify(t, &q, r)
			require.InDelta(t, least, r.Certificate.Objective, 1e-7*(1+least))
			for u := range of {
				for v := range u {
					require.Equal(t, of[u] == of[v], r.Plan.Of(u) == r.Plan.Of(v))
				}
			}
			refined, err := district.Ward{Refine: true}.Partition(context.Background(), &q)
			require.NoError(t, err)
			verify(t, &q, refined)
			require.LessOrEqual(t, refined.Certificate.Objective, r.Certificate.Objective)
			require.InDelta(t, squares(&q, refined.Plan), refined.Certificate.Objective, 1e-7*(1+least))
		}
		require.Len(t, merges, at)
	}
}

func TestWardSaysWhyNot(t *testing.T) {
	p := &partition.Problem{K: 1, Features: [][]float64{{1}, {2}, {3}}, Contiguity: partition.Adjacency{{1}, {0}, {}}}
	_, err := district.Ward{}.Partition(context.Background(), p)
	var none *partition.InfeasibleError
	require.ErrorAs(t, err, &none)
	require.Equal(t, []int{2}, none.Units, "the smallest part")
	merges, err := district.Ward{}.Merges(context.Background(), p)
	require.NoError(t, err)
	require.Len(t, merges, 1, "as far as neighbours go")

	q := *p
	q.K = 4
	_, err = district.Ward{}.Partition(context.Background(), &q)
	require.ErrorIs(t, err, partition.ErrInfeasible)
	for name, change := range map[string]func(*partition.Problem){
		"K":         func(p *partition.Problem) { p.K = 0 },
		"Fixed":     func(p *partition.Problem) { p.Fixed = []int{0, -1, -1} },
		"Seeds":     func(p *partition.Problem) { p.Seeds = []int{0, 2} },
		"Forbidden": func(p *partition.Problem) { p.Forbidden = [][2]int{{0, 1}} },
		"Between":   func(p *partition.Problem) { p.Between = func(int, int) float64 { return 0 } },
	} {
		q := *p
		q.K = 2
		change(&q)
		_, err = district.Ward{}.Partition(context.Background(), &q)
		require.ErrorIs(t, err, errors.ErrUnsupported, name)
		require.ErrorContains(t, err, name)
	}
	q = *p
	q.Features = [][]float64{{1e200}, {-1e200}, {0}}
	_, err = district.Ward{}.Partition(context.Background(), &q)
	require.ErrorIs(t, err, partition.ErrInput)
	q = *p
	q.Contiguity = nil
	_, err = district.Ward{}.Partition(context.Background(), &q)
	require.ErrorContains(t, err, "Contiguity")

	done, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("enough"))
	_, err = district.Ward{}.Partition(done, p)
	require.EqualError(t, err, "enough")
	r, err := district.Ward{}.Partition(context.Background(), &partition.Problem{K: 0, Contiguity: partition.Adjacency{}})
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.Nil(t, r)
}

func BenchmarkWard(b *testing.B) {
	p := likeness(2, 55, 55)
	p.K = 30
	for _, refine := range []bool{false, true} {
		b.Run(fmt.Sprintf("method=ward/refine=%v/n=3025", refine), func(b *testing.B) {
			for b.Loop() {
				r, err := district.Ward{Refine: refine}.Partition(context.Background(), p)
				require.NoError(b, err)
				b.ReportMetric(r.Certificate.Objective, "squares")
			}
		})
	}
}
