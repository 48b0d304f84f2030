package cluster_test

import (
	"context"
	"errors"
	"math"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// pattern makes n rows x_ij = ((37i + 53j + 11ij) mod 101)/10, the first column of which is
// raised by 6 times the cluster, i mod k or i² mod k.
func pattern(n, dim, k int, square bool) (rows [][]float64, of []int) {
	for i := range n {
		t := i % k
		if square {
			t = i * i % k
		}
		row := make([]float64, dim)
		for j := range row {
			row[j] = float64((i*37+j*53+i*j*11)%101) / 10
		}
		row[0] += float64(6 * t)
		rows, of = append(rows, row), append(of, t)
	}
	return rows, of
}

// The figures are those of scikit-learn 1.2.1 (silhouette_samples) for the same rows.
func TestSilhouetteAgreesWithAnother(t *testing.T) {
	manhattan := func(rows [][]float64) cluster.Distances {
		return cluster.DistancesOf(len(rows), func(i, j int) float64 {
			sum := 0.0
			for d, x := range rows[i] {
				sum += math.Abs(x - rows[j][d])
			}
			return sum
		})
	}
	for _, c := range []struct {
		n, dim, k              int
		square, manhattan      bool
		mean, first, last, low float64
	}{
		{60, 2, 3, false, false, 0.159898861930675, 0.470101200187768, 0.461406903588953, -0.329733319578052},
		{97, 4, 7, true, false, 0.184445465656378, 0.368516058271141, 0.249689112213195, -0.245373949915406}, // clusters 3, 5, 6 are empty
		{200, 1, 2, false, false, 0.34435751497358, 0.538163355749374, 0.578598328226194, -0.480379061371841},
		{50, 3, 5, false, true, 0.0504425396778214, 0.0862528170456873, 0.259718775847808, -0.326634382566586},
	} {
		rows, of := pattern(c.n, c.dim, c.k, c.square)
		plan, err := partition.NewPlan(c.k, of)
		require.NoError(t, err)
		d, err := cluster.Euclidean(rows)
		require.NoError(t, err)
		if c.manhattan {
			d = manhattan(rows)
		}
		found, err := cluster.Silhouette{}.Of(context.Background(), plan, d)
		require.NoError(t, err)
		require.Nil(t, found.Units)
		low := 1.0
		for _, v := range found.Values {
			low = math.Min(low, v)
		}
		require.InDeltaSlice(t, []float64{c.mean, c.first, c.last, c.low}, []float64{found.Mean, found.Values[0], found.Values[c.n-1], low}, 1e-12)
		for k, mean := range found.Clusters {
			require.Equal(t, plan.Count(k) == 0, math.IsNaN(mean))
		}
	}

	rows, of := pattern(30, 2, 3, false)
	of[7] = 3 // alone
	plan, err := partition.NewPlan(4, of)
	require.NoError(t, err)
	d, err := cluster.Euclidean(rows)
	require.NoError(t, err)
	found, err := cluster.Silhouette{}.Of(context.Background(), plan, d)
	require.NoError(t, err)
	require.InDelta(t, 0.0298358898836847, found.Mean, 1e-12)
	require.Zero(t, found.Values[7])
}

func TestSilhouetteLeavesOutWhatIsInNoCluster(t *testing.T) {
	rows := [][]float64{{0}, {1}, {500}, {10}, {12}}
	plan, err := partition.NewPlan(2, []int{0, 0, -1, 1, 1})
	require.NoError(t, err)
	d, err := cluster.Euclidean(rows)
	require.NoError(t, err)
	found, err := cluster.Silhouette{}.Of(context.Background(), plan, d)
	require.NoError(t, err)
	// 0: a = 1, b = 11; 1: a = 1, b = 10; 10: a = 2, b = 9.5; 12: a = 2, b = 11.5.
	want := []float64{10. / 11, 9. / 10, 7.5 / 9.5, 9.5 / 11.5}
	require.InDeltaSlice(t, want, append(found.Values[:2:2], found.Values[3:]...), 1e-12)
	require.True(t, math.IsNaN(found.Values[2]))
	require.Equal(t, []int{1, 1, -1, 0, 0}, found.Nearest)
	require.InDelta(t, (want[0]+want[1]+want[2]+want[3])/4, found.Mean, 1e-12)

	// From the means, 0.5 and 11.
	simple, err := cluster.SimplifiedSilhouette(&partition.Problem{Features: rows}, plan)
	require.NoError(t, err)
	want = []float64{10.5 / 11, 9.5 / 10, 8.5 / 9.5, 10.5 / 11.5}
	require.InDeltaSlice(t, want, append(simple.Values[:2:2], simple.Values[3:]...), 1e-12)
	require.True(t, math.IsNaN(simple.Values[2]))
	require.Equal(t, found.Nearest, simple.Nearest)
}

func TestSilhouetteOfASampleIsNearThatOfAll(t *testing.T) {
	p := &partition.Problem{K: 5, Features: clouds(3000, 2, 5, 0.15, 8)}
	// A far cluster so small that a sample in proportion would miss it.
	for i := range 4 {
		p.Features = append(p.Features, []float64{9, 9 + 0.01*float64(i)})
	}
	found, err := cluster.KMeans{}.Cluster(context.Background(), p)
	require.NoError(t, err)
	d, err := cluster.Euclidean(p.Features)
	require.NoError(t, err)
	all, err := cluster.Silhouette{}.Of(context.Background(), found.Plan, d)
	require.NoError(t, err)
	some, err := cluster.Silhouette{Limit: 400, Seed: 2}.Of(context.Background(), found.Plan, d)
	require.NoError(t, err)
	require.InDelta(t, 400, len(some.Units), 10)
	require.IsIncreasing(t, some.Units)
	require.InDelta(t, all.Mean, some.Mean, 0.03)
	require.InDelta(t, all.Clusters[4], some.Clusters[4], 0.01)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	again, err := cluster.Silhouette{Limit: 400, Seed: 2}.Of(context.Background(), found.Plan, d)
	require.NoError(t, err)
	require.Equal(t, some, again)
}

func TestSilhouetteRefuses(t *testing.T) {
	rows := [][]float64{{0}, {1}, {2}}
	d, err := cluster.Euclidean(rows)
	require.NoError(t, err)
	two, err := partition.NewPlan(2, []int{0, 0, 1})
	require.NoError(t, err)
	one, err := partition.NewPlan(2, []int{0, 0, -1})
	require.NoError(t, err)
	short, err := partition.NewPlan(2, []int{0, 1})
	require.NoError(t, err)
	odd := cluster.DistancesOf(3, func(i, j int) float64 { return float64(1 - j) })
	for name, c := range map[string]struct {
		s    cluster.Silhouette
		plan partition.Assignment
		d    cluster.Distances
		text string
	}{
		"limit":    {cluster.Silhouette{Limit: -1}, two, d, "Silhouette.Limit = -1"},
		"no plan":  {cluster.Silhouette{}, nil, d, "plan: is nil"},
		"one":      {cluster.Silhouette{}, one, d, "plan = 1: is the number of clusters"},
		"lengths":  {cluster.Silhouette{}, short, d, "Distances = 3: are not of the 2 units"},
		"nowhere":  {cluster.Silhouette{}, two, nil, "Distances: are nil"},
		"negative": {cluster.Silhouette{}, two, odd, "Distances[0] = -1: is the distance to unit 2"},
	} {
		_, err := c.s.Of(context.Background(), c.plan, c.d)
		require.ErrorIs(t, err, partition.ErrInput, name)
		require.ErrorContains(t, err, c.text, name)
	}
	for name, c := range map[string]struct {
		p    *partition.Problem
		plan partition.Assignment
		text string
	}{
		"no problem": {nil, two, "Problem: is nil"},
		"no plan":    {&partition.Problem{Features: rows}, nil, "plan: is nil"},
		"lengths":    {&partition.Problem{Features: rows}, short, "plan = 2: is of another number"},
		"weightless": {&partition.Problem{Features: rows, Weight: []float64{1, 1, 0}}, two, "plan = 1: is the number of clusters with units of positive weight"},
		"nan":        {&partition.Problem{Features: [][]float64{{0}, {math.NaN()}, {1}}}, two, "Features[1]"},
	} {
		_, err := cluster.SimplifiedSilhouette(c.p, c.plan)
		require.ErrorIs(t, err, partition.ErrInput, name)
		require.ErrorContains(t, err, c.text, name)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = cluster.Silhouette{}.Of(ended, two, d)
	require.ErrorIs(t, err, context.Canceled)
}

func TestChooseFindsTheClouds(t *testing.T) {
	p := &partition.Problem{Features: clouds(400, 3, 4, 0.1, 5)}
	d, err := cluster.Euclidean(p.Features)
	require.NoError(t, err)
	choice, err := cluster.Choose(context.Background(), 2, 7, cluster.Plans(cluster.KMeans{}, p), cluster.Silhouette{}.Judge(d))
	require.NoError(t, err)
	require.Equal(t, 4, choice.K)
	require.Equal(t, partition.Converged, choice.Stop)
	require.Len(t, choice.Trials, 6)
	require.Same(t, choice.Trials[2].Plan, choice.Plan)
	for i, trial := range choice.Trials {
		require.Equal(t, i+2, trial.K)
		require.Equal(t, trial.K, trial.Plan.K())
		found, err := cluster.Silhouette{}.Of(context.Background(), trial.Plan, d)
		require.NoError(t, err)
		require.Equal(t, found.Mean, trial.Score)
		require.LessOrEqual(t, trial.Score, choice.Trials[2].Score)
	}

	choice, err = cluster.Gap{Seed: 1}.Choose(context.Background(), p, 1, 7)
	require.NoError(t, err)
	require.Equal(t, 4, choice.K)
}

// Where there is one cluster only, a silhouette cannot tell, but the gap can.
func TestGapFindsOneCluster(t *testing.T) {
	rnd := splitmix.Source(1)
	p := &partition.Problem{Features: make([][]float64, 200)}
	for i := range p.Features {
		p.Features[i] = []float64{rnd.Float(), 5 * rnd.Float()}
	}
	choice, err := cluster.Gap{}.Choose(context.Background(), p, 1, 6)
	require.NoError(t, err)
	require.Equal(t, 1, choice.K)
}

// The table computed by the formulas, from the sets that the method was given.
func TestGapIsWhatThePaperSays(t *testing.T) {
	p := &partition.Problem{Features: clouds(60, 2, 3, 0.1, 3)}
	for range p.Features {
		p.Weight = append(p.Weight, 2)
	}
	var mu sync.Mutex
	var asked []*partition.Problem
	method := partition.MethodFunc(func(ctx context.Context, q *partition.Problem) (*partition.Result, error) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, q)
		of := make([]int, q.Len()) // any plan will do
		for i := range of {
			of[i] = i % q.K
		}
		plan, err := partition.NewPlan(q.K, of)
		return &partition.Result{Plan: plan}, err
	})
	const sets = 5
	choice, err := cluster.Gap{Method: method, References: sets, Seed: 4}.Choose(context.Background(), p, 1, 4)
	require.NoError(t, err)
	for _, trial := range choice.Trials {
		var logs []float64
		for _, q := range asked {
			if q.K != trial.K {
				continue
			}
			logW := math.Log(squares(q, trial.Plan)) // all plans of a k are the same here
			if &q.Features[0][0] == &p.Features[0][0] {
				require.InDelta(t, logW, trial.Log, 1e-9)
				continue
			}
			require.Len(t, q.Features, 60)
			for _, row := range q.Features {
				for d, x := range row {
					low, high := math.Inf(1), math.Inf(-1)
					for _, own := range p.Features {
						low, high = math.Min(low, own[d]), math.Max(high, own[d])
					}
					require.True(t, low <= x && x <= high)
				}
			}
			logs = append(logs, logW)
		}
		require.Len(t, logs, sets)
		mean, square := 0.0, 0.0
		for _, l := range logs {
			mean += l / sets
		}
		for _, l := range logs {
			square += (l - mean) * (l - mean) / sets
		}
		require.InDelta(t, mean, trial.Expected, 1e-9)
		require.InDelta(t, math.Sqrt(square)*math.Sqrt(1+1./sets), trial.Error, 1e-9)
		require.InDelta(t, mean-trial.Log, trial.Score, 1e-9)
	}
	for i, trial := range choice.Trials[:3] {
		next := choice.Trials[i+1]
		if enough := trial.Score >= next.Score-next.Error; enough || trial.K == choice.K {
			require.Equal(t, trial.K, choice.K)
			require.True(t, enough)
			break
		}
	}
}

func TestChoiceRefusesAndEnds(t *testing.T) {
	p := &partition.Problem{Features: [][]float64{{0}, {1}, {1}, {5}}}
	find := cluster.Plans(cluster.KMeans{}, p)
	constant := func(context.Context, *partition.Plan) (float64, error) { return 1, nil }
	choice, err := cluster.Choose(context.Background(), 1, 3, find, constant)
	require.NoError(t, err)
	require.Equal(t, 1, choice.K) // of equal ones the fewest
	for name, c := range map[string]struct {
		err  error
		text string
	}{
		"range":  {second(cluster.Choose(context.Background(), 0, -1, find, constant)), "from = 0: is below 1\nto = -1: is below from"},
		"finder": {second(cluster.Choose(context.Background(), 4, 4, cluster.Plans(cluster.KMeans{Starts: -1}, p), constant)), "k = 4: KMeans.Starts = -1"},
		"nobody": {second(cluster.Choose(context.Background(), 1, 1, cluster.Plans(cluster.KMeans{}, nil), constant)), "Problem: is nil"},
		"judge": {second(cluster.Choose(context.Background(), 1, 1, find, func(context.Context, *partition.Plan) (float64, error) {
			return math.NaN(), nil
		})), "Judge = NaN"},
		"gap range":      {second(cluster.Gap{}.Choose(context.Background(), p, 1, 4)), "to = 4: is above 3, one less than there are units"},
		"gap references": {second(cluster.Gap{References: -1}.Choose(context.Background(), p, 1, 2)), "Gap.References = -1"},
		"gap nobody":     {second(cluster.Gap{}.Choose(context.Background(), nil, 1, 2)), "Problem: is nil"},
	} {
		require.ErrorIs(t, c.err, partition.ErrInput, name)
		require.ErrorContains(t, c.err, c.text, name)
	}
	gone := errors.New("gone")
	ended, cancel := context.WithCancelCause(context.Background())
	judge := func(ctx context.Context, plan *partition.Plan) (float64, error) {
		if plan.K() == 3 {
			cancel(gone)
		}
		return float64(plan.K()), nil
	}
	choice, err = cluster.Choose(ended, 1, 3, find, judge)
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, choice.Stop)
	require.Equal(t, 2, choice.K)
	require.ErrorIs(t, second(cluster.Choose(ended, 1, 3, find, judge)), gone)
	require.ErrorIs(t, second(cluster.Gap{}.Choose(ended, p, 1, 3)), gone)

	ended, stop := context.WithCancel(context.Background())
	choice, err = cluster.Gap{Method: partition.MethodFunc(func(ctx context.Context, q *partition.Problem) (*partition.Result, error) {
		if q.K == 3 {
			stop()
		}
		return cluster.KMeans{}.Partition(ctx, q)
	})}.Choose(ended, p, 1, 3)
	require.NoError(t, err)
	require.Equal(t, partition.Interrupted, choice.Stop)
	require.Len(t, choice.Trials, 2)

	all := &partition.Problem{Features: [][]float64{{2}, {2}, {2}}}
	choice, err = cluster.Gap{References: 3}.Choose(context.Background(), all, 1, 1)
	require.NoError(t, err)
	require.Zero(t, choice.Trials[0].Score)
}

func second(_ *cluster.Choice, err error) error { return err }

func BenchmarkSilhouette(b *testing.B) {
	for _, n := range []int{2000, 10_000, 100_000} {
		p := &partition.Problem{K: 10, Features: clouds(n, 2, 10, 0.2, 1)}
		found, err := cluster.KMeans{}.Cluster(context.Background(), p)
		require.NoError(b, err)
		d, err := cluster.Euclidean(p.Features)
		require.NoError(b, err)
		b.Run("method=exact/n="+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				_, err = cluster.Silhouette{}.Of(context.Background(), found.Plan, d)
			}
		})
		b.Run("method=simplified/n="+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				_, err = cluster.SimplifiedSilhouette(p, found.Plan)
			}
		})
		require.NoError(b, err)
	}
}

func TestChooseOfNothing(t *testing.T) {
	ctx, d := context.Background(), cluster.DistancesOf(2, func(i, j int) float64 { return 1 })
	_, err := cluster.KMedoids{}.Cluster(ctx, cluster.DistancesOf(2, nil), 1)
	require.ErrorContains(t, err, "NaN")
	_, err = cluster.Silhouette{}.Judge(d)(ctx, nil)
	require.ErrorContains(t, err, "plan: is nil")
	_, err = cluster.Choose(ctx, 2, 1, nil, nil)
	for _, want := range []string{"Finder: is nil", "Judge: is nil", "to = 1: is below from, which is 2"} {
		require.ErrorContains(t, err, want)
	}
	_, err = cluster.Choose(ctx, 1, 1, cluster.Plans(nil, &partition.Problem{Features: [][]float64{{1}}}), cluster.Silhouette{}.Judge(d))
	require.ErrorContains(t, err, "k = 1: Method: is nil")
	_, err = cluster.Choose(ctx, 1, 1, func(context.Context, int) (*partition.Plan, error) { return nil, nil }, cluster.Silhouette{}.Judge(d))
	require.ErrorContains(t, err, "k = 1: Finder: has found no plan")
}
