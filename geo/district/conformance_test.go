package district_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo/district"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/partitiontest"
)

// judged is a method whose objective is computed once more, in another way.
type judged struct {
	partition.Method
	objective func(p *partition.Problem, a partition.Assignment) float64
}

func (j judged) Objective(p *partition.Problem, a partition.Assignment) float64 {
	return j.objective(p, a)
}

func cutEdges(p *partition.Problem, a partition.Assignment) float64 {
	cut := 0.0
	for i := range a.Len() {
		for _, j := range p.Contiguity.Neighbors(i) {
			if i < j && a.Of(i) != a.Of(j) {
				cut++
			}
		}
	}
	return cut
}

// aroundUnits adds up what the best centre of each territory costs.
func aroundUnits(cost func(d float64) float64) func(p *partition.Problem, a partition.Assignment) float64 {
	return func(p *partition.Problem, a partition.Assignment) float64 {
		total := 0.0
		for t := range a.K() {
			best, held := math.Inf(1), false
			for center := range a.Len() {
				if a.Of(center) != t {
					continue
				}
				held = true
				sum := 0.0
				for i := range a.Len() {
					if a.Of(i) == t {
						sum += weigh(p, i, cost(apart(p, i, center)))
					}
				}
				best = math.Min(best, sum)
			}
			if held {
				total += best
			}
		}
		return total
	}
}

func weigh(p *partition.Problem, i int, x float64) float64 {
	if p.Weight == nil {
		return x
	}
	return p.Weight[i] * x
}

func apart(p *partition.Problem, i, j int) float64 {
	if p.Between != nil {
		return p.Between(i, j)
	}
	x, y := p.Points[i], p.Points[j]
	if p.Distance != nil {
		return p.Distance(x, y)
	}
	return sphere.Distance(sphere.At(x[0], x[1]), sphere.At(y[0], y[1]))
}

func travel(p *partition.Problem, a partition.Assignment) float64 {
	total := 0.0
	for i := range a.Len() {
		if t := a.Of(i); t >= 0 {
			x, y := p.Points[i], p.Homes[t]
			total += weigh(p, i, sphere.Distance(sphere.At(x[0], x[1]), sphere.At(y[0], y[1])))
		}
	}
	return total
}

// Every method of the package keeps the contract of partition.Method.
func TestMethodsKeepTheContract(t *testing.T) {
	if testing.Short() {
		t.Skip("many small problems, one after the other")
	}
	const budget = 4000
	full := []partitiontest.Promise{partitiontest.NoEmpty, partitiontest.WithinLimits}
	nonempty := full[:1]
	square := func(d float64) float64 { return d * d }
	same := func(d float64) float64 { return d }
	for _, c := range []struct {
		name     string
		method   partition.Method
		promises []partitiontest.Promise
	}{
		{"Cut", judged{district.Cut{Budget: budget}, cutEdges}, full},
		{"Compact", judged{district.Compact{Budget: budget}, aroundUnits(square)}, full},
		{"Compact-Distance", judged{district.Compact{Objective: district.Distance, Budget: budget}, aroundUnits(same)}, full},
		{"Compact-Travel", judged{district.Compact{Objective: district.Travel, Budget: budget}, travel}, full},
		{"Ward", district.Ward{}, nonempty},
		{"Ward-Refine", district.Ward{Refine: true}, nonempty},
		{"MaxP", partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			x := district.MaxP{Budget: budget}
			if p != nil && len(p.Measures) > 0 && p.Measures[0].Name == "hours" {
				x.Floor = make([]float64, 1) // a quarter of what there is
				for _, v := range p.Measures[0].Value {
					x.Floor[0] += v / 4
				}
			}
			return x.Partition(ctx, p)
		}), nonempty},
		{"Range", partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			r := district.Range{Min: 1, Max: 3, Method: district.Cut{Budget: budget / 4}}
			if p != nil && p.K > 0 {
				r.Min, r.Max = p.K, p.K
			}
			return r.Partition(ctx, p)
		}), full},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, check := range partitiontest.Checks(c.promises...) {
				if err := check(c.method); !errors.Is(err, errors.ErrUnsupported) {
					require.NoError(t, err, name)
				}
			}
		})
	}
}
