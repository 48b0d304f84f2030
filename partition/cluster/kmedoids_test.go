package cluster_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// plane is random points around some middles, rounded so that ties occur.
func plane(r *rand.Rand, n int) [][]float64 {
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = []float64{math.Round(float64(10*(i%4)) + 3*r.NormFloat64()), math.Round(3 * r.NormFloat64())}
	}
	return rows
}

func euclid(t testing.TB, rows [][]float64) cluster.Distances {
	t.Helper()
	d, err := cluster.Euclidean(rows)
	require.NoError(t, err)
	return d
}

// lossOf medoids, and of weights that may be nil.
func lossOf(d cluster.Distances, medoids []int, weight []float64) float64 {
	sum := 0.0
	for i := range d.Len() {
		least := math.Inf(1)
		for _, m := range medoids {
			least = min(least, d.Between(i, m))
		}
		if weight != nil {
			least *= weight[i]
		}
		sum += least
	}
	return sum
}

// leastLoss budget all sets of medoids.
func leastLoss(d cluster.Distances, k int, weight []float64) float64 {
	least := math.Inf(1)
	var choose func(from int, medoids []int)
	choose = func(from int, medoids []int) {
		if len(medoids) == k {
			least = min(least, lossOf(d, medoids, weight))
			return
		}
		for i := from; i < d.Len(); i++ {
			choose(i+1, append(medoids, i))
		}
	}
	choose(0, nil)
	return least
}

// checkMedoids holds a result against its doc comment.
func checkMedoids(t testing.TB, got *cluster.Medoids, d cluster.Distances, k int, weight []float64) {
	t.Helper()
	require.Equal(t, d.Len(), got.Plan.Len())
	require.Equal(t, k, got.Plan.K())
	require.Len(t, got.Units, k)
	loss, next := 0.0, 0
	for i := range d.Len() {
		of := got.Plan.Of(i)
		require.LessOrEqual(t, of, next, "clusters are numbered by their first units")
		next = max(next, of+1)
		own := d.Between(i, got.Units[of])
		second := math.Inf(1)
		for c, m := range got.Units {
			require.LessOrEqual(t, own, d.Between(i, m))
			if m == i {
				require.Equal(t, c, of, "a medoid is in its own cluster")
			}
			if c != of {
				second = min(second, d.Between(i, m))
			}
		}
		if k == 1 {
			require.Equal(t, -1, got.Second[i])
		} else {
			require.NotEqual(t, of, got.Second[i])
			require.Equal(t, second, d.Between(i, got.Units[got.Second[i]]))
		}
		if weight != nil {
			own *= weight[i]
		}
		loss += own
	}
	require.Equal(t, k, next)
	require.InDelta(t, loss, got.Loss, 1e-9*(1+loss))
}

func TestKMedoidsOfFewUnitsIsOptimal(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 2))
	for trial := range 120 {
		n := 1 + r.IntN(10)
		k := 1 + r.IntN(n)
		d := euclid(t, plane(r, n))
		if trial%3 == 0 { // no metric at all
			x := make([]float64, n*n)
			for i := range x {
				x[i] = float64(r.IntN(20))
			}
			d = cluster.DistancesOf(n, func(i, j int) float64 {
				if i == j {
					return 0
				}
				return x[max(i, j)*n+min(i, j)]
			})
		}
		var weight []float64
		if trial%2 == 0 {
			for range n {
				weight = append(weight, float64(r.IntN(4)))
			}
		}
		m := cluster.KMedoids{Begin: cluster.MedoidStart(r.IntN(3)), Starts: r.IntN(3), Seed: uint64(trial), Weight: weight}
		got, err := m.Cluster(context.Background(), d, k)
		require.NoError(t, err)
		checkMedoids(t, got, d, k, weight)
		require.InDelta(t, leastLoss(d, k, weight), got.Loss, 1e-9*(1+got.Loss))
		if k == 1 || k == n {
			require.Equal(t, partition.ProvedOptimal, got.Stop)
		} else {
			require.Equal(t, partition.Converged, got.Stop)
		}
	}
}

// No exchange of one medoid for another unit lowers the sum, whatever the start.
func TestKMedoidsLeavesNothingToExchange(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 2))
	for trial := range 12 {
		n, k := 60, 2+r.IntN(8)
		d := euclid(t, plane(r, n))
		var weight []float64
		for range n {
			weight = append(weight, float64(1+r.IntN(4)))
		}
		m := cluster.KMedoids{Begin: cluster.MedoidStart(trial % 3), Budget: []int{-1, 300}[trial%2], Seed: uint64(trial), Weight: weight}
		if trial%4 == 3 {
			m.From = r.Perm(n)[:k]
		}
		got, err := m.Cluster(context.Background(), d, k)
		require.NoError(t, err)
		checkMedoids(t, got, d, k, weight)
		for c, was := range got.Units {
			for u := range n {
				got.Units[c] = u
				require.GreaterOrEqual(t, lossOf(d, got.Units, weight), got.Loss*(1-1e-6))
			}
			got.Units[c] = was
		}
	}
}

// With so many clear groups that a random start misses some, exchanges and budget
// find them all.
func TestKMedoidsFindsGroups(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	var rows [][]float64
	for i := range 400 {
		rows = append(rows, []float64{float64(100 * (i % 20)), float64(100 * (i % 3)), r.Float64(), r.Float64()})
	}
	for begin := range 3 {
		got, err := cluster.KMedoids{Begin: cluster.MedoidStart(begin)}.Cluster(context.Background(), euclid(t, rows), 60)
		require.NoError(t, err)
		for i := range rows {
			for j := range i {
				require.Equal(t, i%60 == j%60, got.Plan.Of(i) == got.Plan.Of(j))
			}
		}
	}
}

// Clusters so far apart that rounding of what it costs to give one up exceeds all that can
// be gained within: the search ends, and the groups are found.
func TestKMedoidsOfGroupsFarApart(t *testing.T) {
	r := rand.New(rand.NewPCG(18, 2))
	for _, far := range []float64{1e6, 1e12, 1e18} {
		group := make([]int, 120)
		x := make([]float64, len(group))
		for i := range group {
			group[i], x[i] = i%6, r.Float64()
		}
		d := cluster.DistancesOf(len(group), func(i, j int) float64 {
			return math.Abs(x[i]-x[j]) + far*math.Abs(float64(group[i]-group[j]))
		})
		got, err := cluster.KMedoids{Budget: 2000}.Cluster(context.Background(), d, 6)
		require.NoError(t, err)
		checkMedoids(t, got, d, 6, nil)
		for i := range group {
			for j := range group {
				require.Equal(t, group[i] == group[j], got.Plan.Of(i) == got.Plan.Of(j))
			}
		}
	}
}

func TestKMedoidsIsTheSameAtAnySpeedAndScale(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	r := rand.New(rand.NewPCG(13, 2))
	rows := plane(r, 300)
	d := euclid(t, rows)
	want, err := cluster.KMedoids{Starts: 2}.Cluster(context.Background(), d, 7)
	require.NoError(t, err)
	for _, procs := range []int{1, 3} {
		runtime.GOMAXPROCS(procs)
		got, err := cluster.KMedoids{Starts: 2}.Cluster(context.Background(), d, 7)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	// Powers of two change no rounding.
	for _, e := range []int{-900, 900} {
		scaled := cluster.DistancesOf(300, func(i, j int) float64 { return math.Ldexp(d.Between(i, j), e) })
		got, err := cluster.KMedoids{Starts: 2}.Cluster(context.Background(), scaled, 7)
		require.NoError(t, err)
		require.Equal(t, want.Units, got.Units)
		require.InEpsilon(t, want.Loss, math.Ldexp(got.Loss, -e), 1e-12)
	}
}

// A whole weight is as good as so many units at one place.
func TestKMedoidsWeightsAreUnits(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 2))
	rows := plane(r, 40)
	var weight []float64
	var many [][]float64
	for _, row := range rows {
		w := 1 + r.IntN(3)
		weight = append(weight, float64(w))
		for range w {
			many = append(many, row)
		}
	}
	a, err := cluster.KMedoids{Weight: weight}.Cluster(context.Background(), euclid(t, rows), 4)
	require.NoError(t, err)
	b, err := cluster.KMedoids{}.Cluster(context.Background(), euclid(t, many), 4)
	require.NoError(t, err)
	require.InDelta(t, a.Loss, b.Loss, 1e-6)
}

func TestKMedoidsBySamples(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 2))
	d := euclid(t, plane(r, 900))
	all, err := cluster.KMedoids{}.Cluster(context.Background(), d, 4)
	require.NoError(t, err)
	got, err := cluster.KMedoids{Limit: 300, Sample: 200}.Cluster(context.Background(), d, 4)
	require.NoError(t, err)
	checkMedoids(t, got, d, 4, nil)
	require.InDelta(t, all.Loss, got.Loss, 0.03*all.Loss)
	require.GreaterOrEqual(t, got.Loss, all.Loss*(1-1e-9))
	more, err := cluster.KMedoids{Limit: 300, Sample: 200, Samples: 15}.Cluster(context.Background(), d, 4)
	require.NoError(t, err)
	require.InDelta(t, all.Loss, more.Loss, 0.01*all.Loss)
	_, err = cluster.KMedoids{Limit: 10, From: []int{899, 0, 5, 7}, Sample: 1}.Cluster(context.Background(), d, 4)
	require.NoError(t, err)
}

// Units that are all at one place, or weigh nothing.
func TestKMedoidsOfNothingToGain(t *testing.T) {
	rows := make([][]float64, 9)
	for i := range rows {
		rows[i] = []float64{5}
	}
	d := euclid(t, rows)
	for begin := range 3 {
		got, err := cluster.KMedoids{Begin: cluster.MedoidStart(begin)}.Cluster(context.Background(), d, 3)
		require.NoError(t, err)
		checkMedoids(t, got, d, 3, nil)
		require.Zero(t, got.Loss)
		got, err = cluster.KMedoids{Begin: cluster.MedoidStart(begin), Weight: make([]float64, 9)}.Cluster(context.Background(), euclid(t, plane(rand.New(rand.NewPCG(1, 1)), 9)), 3)
		require.NoError(t, err)
		require.Zero(t, got.Loss)
	}
}

func TestKMedoidsFaults(t *testing.T) {
	d := euclid(t, [][]float64{{1}, {2}, {3}})
	_, err := cluster.KMedoids{
		Begin: 9, From: []int{3, 0, 0, -1}, Starts: -1, Weight: []float64{1, math.NaN(), -1, math.Inf(1)}, Limit: -2, Samples: -3, Sample: -4,
	}.Cluster(context.Background(), d, 5)
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"k = 5: is not between 1 and the 3 units", "KMedoids.Begin = 9: is none of Build, Lab and Spread",
		"KMedoids.From = 4: are not 5 medoids", "KMedoids.From[0] = 3: is none of the 3 units", "KMedoids.From[2] = 0: is the medoid at 1 too",
		"KMedoids.From[3] = -1", "KMedoids.Starts = -1: is negative", "KMedoids.Limit = -2", "KMedoids.Samples = -3", "KMedoids.Sample = -4",
		"KMedoids.Weight = 4: is not the number of units, 3", "KMedoids.Weight[1] = NaN", "KMedoids.Weight[2] = -1", "KMedoids.Weight[3] = +Inf",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = cluster.KMedoids{Limit: 2}.Cluster(context.Background(), d, 3)
	require.ErrorContains(t, err, "k = 3: is above the 2 units that are compared with all others; see Limit")
	_, err = cluster.KMedoids{Limit: 46_341}.Cluster(context.Background(), d, 3)
	require.ErrorContains(t, err, "KMedoids.Limit = 46341: is above 46340: 8.6 GB")
	_, err = cluster.KMedoids{}.Cluster(context.Background(), nil, 1)
	require.ErrorContains(t, err, "Distances: are nil")
	_, err = cluster.KMedoids{}.Cluster(context.Background(), cluster.DistancesOf(0, nil), 0)
	require.ErrorContains(t, err, "k = 0")

	wrong := cluster.DistancesOf(200, func(i, j int) float64 { return float64(i - 2*j) })
	for _, limit := range []int{0, 50} {
		_, err = cluster.KMedoids{Limit: limit}.Cluster(context.Background(), wrong, 2)
		require.ErrorIs(t, err, partition.ErrInput)
	}
	_, err = cluster.KMedoids{}.Cluster(context.Background(), wrong, 2)
	require.ErrorContains(t, err, "Distances[3] = -1: is the distance to unit 2; it must be finite and at least 0")
	require.ErrorContains(t, err, "faults more")
}

func TestKMedoidsCanBeInterrupted(t *testing.T) {
	d := euclid(t, plane(rand.New(rand.NewPCG(16, 2)), 400))
	cause := errors.New("enough")
	// The context ends when so many distances have been asked for.
	run := func(after int64, m cluster.KMedoids) (*cluster.Medoids, error) {
		ctx, cancel := context.WithCancelCause(context.Background())
		defer cancel(nil)
		var calls atomic.Int64
		return m.Cluster(ctx, cluster.DistancesOf(400, func(i, j int) float64 {
			if calls.Add(1) == after {
				cancel(cause)
			}
			return d.Between(i, j)
		}), 5)
	}
	_, err := run(1000, cluster.KMedoids{})
	require.ErrorIs(t, err, cause)
	// One sample is clustered and compared with all units; the next one is not.
	got, err := run(100*99/2+5*400+100, cluster.KMedoids{Limit: 100})
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, got.Stop)
	checkMedoids(t, got, d, 5, nil)
}

// Medoids of samples give way to better ones of their clusters: of clusters so small that
// all of their units are compared hardly one has a better medoid.
func TestKMedoidsBySamplesFitTheirClusters(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 2))
	clusters, better := 0, 0
	for trial := range 30 {
		d := euclid(t, plane(r, 80))
		got, err := cluster.KMedoids{Limit: 15, Sample: 12, Samples: 1, Seed: uint64(trial)}.Cluster(context.Background(), d, 5)
		require.NoError(t, err)
		checkMedoids(t, got, d, 5, nil)
		for c, medoid := range got.Units {
			units := slices.Collect(got.Plan.Units(c))
			cost := func(of int) (sum float64) {
				for _, i := range units {
					sum += d.Between(of, i)
				}
				return sum
			}
			clusters++
			if slices.ContainsFunc(units, func(u int) bool { return cost(u) < cost(medoid)*(1-1e-9) }) {
				better++
			}
		}
	}
	require.Less(t, 10*better, clusters)
}
