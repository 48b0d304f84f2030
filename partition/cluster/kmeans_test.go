package cluster_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// clouds draws n points about k places of the unit cube.
func clouds(n, dim, k int, spread float64, seed uint64) [][]float64 {
	rnd := splitmix.Source(seed)
	middle := make([]float64, k*dim)
	for i := range middle {
		middle[i] = rnd.Float()
	}
	rows := make([][]float64, n)
	for i := range rows {
		t := rnd.Below(k)
		rows[i] = make([]float64, dim)
		for d := range rows[i] {
			sum := -2.0
			for range 4 {
				sum += rnd.Float()
			}
			rows[i][d] = middle[t*dim+d] + float64(spread*sum)
		}
	}
	return rows
}

// squares is the objective, computed from the plan alone.
func squares(p *partition.Problem, plan partition.Assignment) float64 {
	total := 0.0
	for t := range plan.K() {
		mean, weight := make([]float64, len(p.Features[0])), 0.0
		for i, row := range p.Features {
			if plan.Of(i) == t {
				w := weightOf(p, i)
				weight += w
				for d, x := range row {
					mean[d] += w * x
				}
			}
		}
		for d := range mean {
			mean[d] /= weight
		}
		for i, row := range p.Features {
			if plan.Of(i) == t {
				total += weightOf(p, i) * distance2(row, mean)
			}
		}
	}
	return total
}

func weightOf(p *partition.Problem, i int) float64 {
	if p.Weight == nil {
		return 1
	}
	return p.Weight[i]
}

func distance2(a, b []float64) float64 {
	sum := 0.0
	for d := range a {
		sum += (a[d] - b[d]) * (a[d] - b[d])
	}
	return sum
}

// least is the smallest sum of squares of all clusterings.
func least(p *partition.Problem) float64 {
	of := make([]int, p.Len())
	best := math.Inf(1)
	var try func(i, used int)
	try = func(i, used int) {
		if i == len(of) {
			if used == p.K {
				plan, _ := partition.NewPlan(p.K, of)
				best = math.Min(best, squares(p, plan))
			}
			return
		}
		for t := range min(used+1, p.K) {
			of[i] = t
			try(i+1, max(used, t+1))
		}
	}
	try(0, 0)
	return best
}

func TestKMeansOfFewPointsIsOptimal(t *testing.T) {
	for seed := range uint64(60) {
		rnd := splitmix.Source(seed)
		p := &partition.Problem{K: 1 + rnd.Below(4), Features: clouds(5+rnd.Below(4), 1+rnd.Below(3), 3, 0.1, seed)}
		if seed%2 == 0 {
			p.Weight = make([]float64, p.Len())
			for i := range p.Weight {
				p.Weight[i] = 0.1 + rnd.Float()
			}
		}
		found, err := cluster.KMeans{Starts: 5, Seed: seed}.Cluster(context.Background(), p)
		require.NoError(t, err)
		require.InEpsilon(t, 1+squares(p, found.Plan), 1+found.Squares, 1e-12)
		require.InEpsilon(t, 1+least(p), 1+found.Squares, 1e-9, "seed %d", seed)
	}
}

func TestKMeansLeavesNothingToGain(t *testing.T) {
	for seed := range uint64(30) {
		rnd := splitmix.Source(seed)
		p := &partition.Problem{K: 2 + rnd.Below(100), Features: clouds(200+rnd.Below(3000), 1+rnd.Below(5), 10, 0.2, seed)}
		found, err := cluster.KMeans{Seed: seed}.Cluster(context.Background(), p)
		require.NoError(t, err)
		require.Equal(t, partition.Converged, found.Stop)
		require.InEpsilon(t, squares(p, found.Plan), found.Squares, 1e-9)
		counts := make([]float64, p.K)
		for i := range p.Len() {
			counts[found.Plan.Of(i)]++
		}
		for i, row := range p.Features {
			a := found.Plan.Of(i)
			own := distance2(row, found.Centers[a])
			for b, c := range found.Centers {
				if b == a {
					continue
				}
				if distance2(row, c) < own*(1-1e-9) {
					t.Fatalf("seed %d: point %d is nearer to cluster %d", seed, i, b)
				}
				loss := own * counts[a] / (counts[a] - 1)
				if gain := distance2(row, c) * counts[b] / (counts[b] + 1); counts[a] > 1 && gain < loss*(1-1e-9) {
					t.Fatalf("seed %d: point %d would rather be in cluster %d", seed, i, b)
				}
			}
		}
	}
}

func TestKMeansRefuses(t *testing.T) {
	rows := [][]float64{{0}, {1}, {1}}
	for name, c := range map[string]struct {
		p    partition.Problem
		want error
		text string
	}{
		"too many": {partition.Problem{K: 3, Features: rows}, partition.ErrInput, "K = 3: is more than there are different points of positive weight: 2"},
		"nan":      {partition.Problem{K: 1, Features: [][]float64{{math.NaN()}}}, partition.ErrInput, "Features[0]"},
		"huge":     {partition.Problem{K: 1, Features: [][]float64{{1}, {1e200}}}, partition.ErrInput, "Features[1] = 1e+200: is beyond"},
		"ragged":   {partition.Problem{K: 1, Features: [][]float64{{1, 2}, {1}}}, partition.ErrInput, "Features[1]"},
		"light":    {partition.Problem{K: 1, Features: rows, Weight: []float64{0, 0, 0}}, partition.ErrInput, "positive weight: 0"},
		"weights":  {partition.Problem{K: 1, Features: rows, Weight: []float64{1e308, 1e308, 1}}, partition.ErrInput, "Weight"},
		"no k":     {partition.Problem{Features: rows}, errors.ErrUnsupported, "K = 0"},
		"seeds":    {partition.Problem{K: 1, Features: rows, Seeds: []int{0}}, errors.ErrUnsupported, "Seeds"},
		"fixed":    {partition.Problem{K: 1, Features: rows, Fixed: []int{0, -1, -1}}, errors.ErrUnsupported, "Fixed"},
		"limits":   {partition.Problem{K: 1, Features: rows, Measures: []partition.Measure{{Value: []float64{1, 1, 1}, Tolerance: .1}}}, errors.ErrUnsupported, "Measures[0]"},
		"nowhere":  {partition.Problem{K: 1, Measures: []partition.Measure{{Value: []float64{1, 1, 1}}}}, partition.ErrInput, "Features"},
		"nobody":   {partition.Problem{K: 1}, partition.ErrInput, "K = 1"},
	} {
		_, err := cluster.KMeans{}.Cluster(context.Background(), &c.p)
		require.ErrorIs(t, err, c.want, name)
		require.ErrorContains(t, err, c.text, name)
	}
}
