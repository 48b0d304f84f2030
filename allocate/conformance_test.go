package allocate_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/partitiontest"
)

// judged is a Centers whose objective is computed once more, in another way.
type judged struct{ allocate.Centers }

func (j judged) Objective(p *partition.Problem, a partition.Assignment) float64 {
	total := 0.0
	for t := range a.K() {
		var units []int
		for i := range a.Len() {
			if a.Of(i) == t {
				units = append(units, i)
			}
		}
		total += j.territory(p, units, t)
	}
	return total
}

func (j judged) territory(p *partition.Problem, units []int, t int) float64 {
	weight := func(i int) float64 {
		if p.Weight == nil {
			return 1
		}
		return p.Weight[i]
	}
	if len(units) == 0 {
		return 0
	}
	if j.Centers.Objective != allocate.Medians {
		return aroundMean(p, units, weight, j.Centers.Objective == allocate.SquaredMeans)
	}
	best := math.Inf(1)
	for _, center := range units {
		if p.Seeds != nil && p.Seeds[t] != center {
			continue
		}
		if p.CenterCapacity != nil {
			load := 0.0
			for _, i := range units {
				load += p.Measures[0].Value[i]
			}
			if load > p.CenterCapacity[center] {
				continue
			}
		}
		sum := 0.0
		for _, i := range units {
			if d := apart(p, i, center); d > 0 {
				sum += weight(i) * d
			}
		}
		best = math.Min(best, sum)
	}
	return best
}

func apart(p *partition.Problem, i, j int) float64 {
	switch {
	case p.Between != nil:
		return p.Between(i, j)
	case p.Features != nil:
		sum := 0.0
		for d := range p.Features[i] {
			sum += (p.Features[i][d] - p.Features[j][d]) * (p.Features[i][d] - p.Features[j][d])
		}
		return math.Sqrt(sum)
	case p.Distance != nil:
		return p.Distance(p.Points[i], p.Points[j])
	}
	x, y := p.Points[i], p.Points[j]
	return sphere.Distance(sphere.At(x[0], x[1]), sphere.At(y[0], y[1]))
}

// aroundMean adds up distances to the weighted mean, which on the sphere lies on it.
func aroundMean(p *partition.Problem, units []int, weight func(int) float64, squared bool) float64 {
	at := func(i int) []float64 {
		if p.Features != nil {
			return p.Features[i]
		}
		v := sphere.At(p.Points[i][0], p.Points[i][1])
		return []float64{v.X, v.Y, v.Z}
	}
	mean, total := make([]float64, len(at(units[0]))), 0.0
	for _, i := range units {
		total += weight(i)
		for d, x := range at(i) {
			mean[d] += weight(i) * x
		}
	}
	if total == 0 {
		return 0
	}
	length := 0.0
	for d := range mean {
		mean[d] /= total
		length += mean[d] * mean[d]
	}
	if p.Features == nil {
		for d := range mean {
			if length < 1e-24 { // any point is as near as another
				mean = []float64{1, 0, 0}
				break
			}
			mean[d] /= math.Sqrt(length)
		}
	}
	sum := 0.0
	for _, i := range units {
		d2 := 0.0
		for d, x := range at(i) {
			d2 += (x - mean[d]) * (x - mean[d])
		}
		switch {
		case squared && p.Features == nil:
			sum += weight(i) * sphere.Radius * sphere.Radius * d2
		case squared:
			sum += weight(i) * d2
		case p.Features == nil:
			sum += weight(i) * 2 * sphere.Radius * math.Asin(min(1, math.Sqrt(d2)/2))
		default:
			sum += weight(i) * math.Sqrt(d2)
		}
	}
	return sum
}

// Every method of the package keeps the contract of partition.Method.
func TestMethodsKeepTheContract(t *testing.T) {
	if testing.Short() {
		t.Skip("many small problems, one after the other")
	}
	all := []partitiontest.Promise{partitiontest.NoEmpty, partitiontest.WithinLimits}
	for _, c := range []struct {
		name     string
		method   partition.Method
		promises []partitiontest.Promise
	}{
		{"Medians", judged{allocate.Centers{Budget: 3000}}, all},
		{"Means", judged{allocate.Centers{Objective: allocate.Means, Budget: 3000}}, all},
		{"SquaredMeans", judged{allocate.Centers{Objective: allocate.SquaredMeans, Budget: 3000}}, all},
		{"Headcount", partition.MethodFunc(func(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
			h := allocate.Headcount{Reach: 150, Budget: 20_000}
			if p != nil && p.K == 0 && len(p.Measures) > 0 && p.Measures[0].Name == "hours" {
				h.Upper = slices.Repeat([]float64{math.Inf(1)}, len(p.Measures))
				h.Upper[0] = 0 // half of what there is
				for _, v := range p.Measures[0].Value {
					h.Upper[0] += v / 2
				}
			}
			return h.Partition(ctx, p)
		}), nil},
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
