package cluster_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/paulmach/orb"
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
		"too many": {partition.Problem{K: 4, Features: rows}, partition.ErrInfeasible, "4 clusters are to have a unit each, but there are only 3 units"},
		"nan":      {partition.Problem{K: 1, Features: [][]float64{{math.NaN()}}}, partition.ErrInput, "Features[0]"},
		"huge":     {partition.Problem{K: 1, Features: [][]float64{{1}, {1e200}}}, partition.ErrInput, "Features[1] = 1e+200: is beyond"},
		"ragged":   {partition.Problem{K: 1, Features: [][]float64{{1, 2}, {1}}}, partition.ErrInput, "Features[1]"},
		"weights":  {partition.Problem{K: 1, Features: rows, Weight: []float64{1e308, 1e308, 1}}, partition.ErrInput, "Weight"},
		"no k":     {partition.Problem{Features: rows}, errors.ErrUnsupported, "K = 0"},
		"seeds":    {partition.Problem{K: 1, Features: rows, Seeds: []int{0}}, errors.ErrUnsupported, "Seeds"},
		"fixed":    {partition.Problem{K: 1, Features: rows, Fixed: []int{0, -1, -1}}, errors.ErrUnsupported, "Fixed"},
		"limits":   {partition.Problem{K: 1, Features: rows, Measures: []partition.Measure{{Value: []float64{1, 1, 1}, Tolerance: .1}}}, errors.ErrUnsupported, "Measures[0]"},
		"nowhere":  {partition.Problem{K: 1, Measures: []partition.Measure{{Value: []float64{1, 1, 1}}}}, partition.ErrInput, "Features"},
		"nobody":   {partition.Problem{K: 1}, partition.ErrInfeasible, "only 0 units"},
	} {
		_, err := cluster.KMeans{}.Cluster(context.Background(), &c.p)
		require.ErrorIs(t, err, c.want, name)
		require.ErrorContains(t, err, c.text, name)
	}
}

func TestKMeansIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	p := &partition.Problem{K: 12, Features: clouds(15_000, 3, 10, 0.2, 1)}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one, err := cluster.KMeans{Seed: 3, Starts: 2}.Cluster(context.Background(), p)
	require.NoError(t, err)
	require.InEpsilon(t, squares(p, one.Plan), one.Squares, 1e-9)
	runtime.GOMAXPROCS(4)
	four, err := cluster.KMeans{Seed: 3, Starts: 2}.Cluster(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, one, four)
}

func TestKMeansOfWeightsIsThatOfCopies(t *testing.T) {
	rows := clouds(60, 2, 4, 0.2, 9)
	weighted := &partition.Problem{K: 4, Features: rows}
	copied := &partition.Problem{K: 4}
	for i, row := range rows {
		weighted.Weight = append(weighted.Weight, float64(i%4))
		for range i % 4 {
			copied.Features = append(copied.Features, row)
		}
	}
	a, err := cluster.KMeans{Starts: 5}.Cluster(context.Background(), weighted)
	require.NoError(t, err)
	b, err := cluster.KMeans{Starts: 5}.Cluster(context.Background(), copied)
	require.NoError(t, err)
	require.InEpsilon(t, b.Squares, a.Squares, 1e-9)
	for i, row := range rows { // those of weight 0 are where they are near
		for _, c := range a.Centers {
			require.LessOrEqual(t, distance2(row, a.Centers[a.Plan.Of(i)]), distance2(row, c)*(1+1e-12))
		}
	}
}

// Two groups on either side of the 180th meridian, and one about the pole.
func TestKMeansOnTheSphere(t *testing.T) {
	p := &partition.Problem{K: 2, Points: []orb.Point{{179, 0}, {-179, 0}, {0, 89}, {90, 89}, {180, 89}, {-90, 89}}}
	found, err := cluster.KMeans{}.Cluster(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, [][]int{{0, 1}, {2, 3, 4, 5}}, [][]int{slices.Collect(found.Plan.Units(0)), slices.Collect(found.Plan.Units(1))})
	require.InDelta(t, 180, math.Abs(found.Centers[0][0]), 1e-9)
	require.InDelta(t, 0, found.Centers[0][1], 1e-9)
	require.InDelta(t, 90, found.Centers[1][1], 1e-9)
	// Each is sin 1° of the radius away from the axis.
	off := 6371.0088 * math.Sin(math.Pi/180)
	require.InEpsilon(t, 6*off*off, found.Squares, 1e-9)
}

func TestKMeansAsAMethod(t *testing.T) {
	p := &partition.Problem{K: 3, Features: [][]float64{{1}, {2}, {9}}}
	r, err := cluster.KMeans{Seed: 7}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, partition.Certificate{Proof: "squares"}, r.Certificate)
	require.Equal(t, partition.ProvedOptimal, r.Stop)
	require.Equal(t, uint64(7), r.Seed)
	p.K = 2
	r, err = cluster.KMeans{}.Partition(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, partition.Certificate{Objective: 0.5, Bound: math.Inf(-1)}, r.Certificate)
	require.Equal(t, []int{0, 0, 1}, []int{r.Plan.Of(0), r.Plan.Of(1), r.Plan.Of(2)})
}

// ending is a context that ends after it has been asked so many times.
type ending struct {
	context.Context
	left int
}

func (e *ending) Err() error {
	if e.left--; e.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestKMeansInterrupted(t *testing.T) {
	ended, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("closing time")
	cancel(cause)
	p := &partition.Problem{K: 10, Features: clouds(400, 2, 10, 0.2, 1)}
	_, err := cluster.KMeans{}.Cluster(ended, p)
	require.ErrorIs(t, err, cause)

	plans := 0
	for left := range 40 {
		found, err := cluster.KMeans{}.Cluster(&ending{context.Background(), left}, p)
		if err != nil {
			require.ErrorIs(t, err, context.Canceled)
			require.Zero(t, plans, "no plan after %d", left)
			continue
		}
		plans++
		require.InEpsilon(t, squares(p, found.Plan), found.Squares, 1e-9)
		if found.Stop != partition.Converged {
			require.Equal(t, partition.Interrupted, found.Stop)
		}
	}
	require.Positive(t, plans)

	found, err := cluster.KMeans{Rounds: 1}.Cluster(context.Background(), p)
	require.NoError(t, err)
	require.Equal(t, partition.BudgetSpent, found.Stop)
	require.Equal(t, 1, found.Iterations)
}

func TestKMeansOfFewerPlacesThanClusters(t *testing.T) {
	for name, c := range map[string]struct {
		p       partition.Problem
		of      []int
		centers [][]float64
	}{
		"copies":     {partition.Problem{K: 4, Features: [][]float64{{1}, {1}, {5}, {1}, {5}}}, []int{0, 1, 2, 3, 2}, [][]float64{{1}, {1}, {5}, {1}}},
		"each":       {partition.Problem{K: 2, Features: [][]float64{{1}, {1}}}, []int{0, 1}, [][]float64{{1}, {1}}},
		"weightless": {partition.Problem{K: 2, Features: [][]float64{{1}, {3}, {5}}, Weight: []float64{0, 0, 0}}, []int{0, 1, 1}, [][]float64{{1}, {4}}},
	} {
		found, err := cluster.KMeans{}.Cluster(context.Background(), &c.p)
		require.NoError(t, err, name)
		require.Zero(t, found.Squares, name)
		require.Equal(t, partition.ProvedOptimal, found.Stop, name)
		require.Equal(t, c.centers, found.Centers, name)
		for i, want := range c.of {
			require.Equal(t, want, found.Plan.Of(i), name)
		}
	}
	p := &partition.Problem{K: 3, Features: make([][]float64, 20_000), Weight: make([]float64, 20_000)}
	for i := range p.Features {
		p.Features[i] = []float64{float64(i % 2)}
	}
	for range 2 { // without weights, and with
		found, err := cluster.KMeans{}.Cluster(context.Background(), p)
		require.NoError(t, err)
		require.Zero(t, found.Squares)
		require.Positive(t, found.Plan.Count(2))
		for i := range p.Weight {
			p.Weight[i] = 1
		}
	}
}

func FuzzKMeans(f *testing.F) {
	f.Add([]byte("\x02\x03abcdefgh"), 1.0)
	f.Add([]byte("\x01\x02\x00\x00\x00\xff"), 1e-300)
	f.Add([]byte("\x03\x04aaabbbcccdddeeefff"), 1e130)
	f.Fuzz(func(t *testing.T, data []byte, scale float64) {
		if len(data) < 3 || len(data) > 200 {
			return
		}
		dim, p := 1+int(data[0]%4), &partition.Problem{K: int(data[1]%6) - 1}
		for rest := data[2:]; len(rest) > dim; rest = rest[dim+1:] {
			row := make([]float64, dim)
			for d := range row {
				row[d] = float64(rest[d]) * scale
			}
			p.Features = append(p.Features, row)
			p.Weight = append(p.Weight, float64(rest[dim]%5))
		}
		found, err := cluster.KMeans{Starts: 2}.Cluster(context.Background(), p)
		if err != nil {
			require.True(t, errors.Is(err, partition.ErrInput) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, partition.ErrInfeasible), "%v", err)
			return
		}
		require.Equal(t, p.K, found.Plan.K())
		for c, center := range found.Centers {
			require.Positive(t, found.Plan.Count(c))
			for _, x := range center {
				require.False(t, math.IsNaN(x) || math.IsInf(x, 0))
			}
		}
		require.GreaterOrEqual(t, found.Squares, 0.0)
		require.False(t, math.IsInf(found.Squares, 0))
	})
}

// BenchmarkKMeans measures one start on uniform points, where rounds are many, and on
// clouds.
func BenchmarkKMeans(b *testing.B) {
	for _, c := range []struct {
		name string
		p    partition.Problem
	}{
		{"data=uniform/n=100000/d=2/k=50", partition.Problem{K: 50, Features: clouds(100_000, 2, 100_000, 0, 1)}},
		{"data=clouds/n=100000/d=2/k=50", partition.Problem{K: 50, Features: clouds(100_000, 2, 50, 0.05, 1)}},
		{"data=clouds/n=100000/d=10/k=8", partition.Problem{K: 8, Features: clouds(100_000, 10, 8, 0.3, 1)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for seed := uint64(0); b.Loop(); seed++ {
				found, err := cluster.KMeans{Seed: seed}.Cluster(context.Background(), &c.p)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(found.Iterations), "rounds")
			}
		})
	}
}
