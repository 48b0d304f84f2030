package cluster_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

func linkages() []cluster.Linkage {
	return []cluster.Linkage{cluster.Average, cluster.Complete, cluster.Single, cluster.Ward}
}

// The heights of R 4.2's hclust, methods average, complete, single and ward.D2,
// and its cutree for 5 clusters, for the 24 units i of
//
//	(37·i² + 11·i) mod 101, (53·i + i³) mod 97, (7·i³ + i) mod 89.
func TestAgglomerativeAgreesWithR(t *testing.T) {
	var rows [][]float64
	for i := range 24 {
		rows = append(rows, []float64{float64((37*i*i + 11*i) % 101), float64((53*i + i*i*i) % 97), float64((7*i*i*i + i) % 89)})
	}
	for _, c := range []struct {
		linkage cluster.Linkage
		height  []float64
		five    []int
	}{
		{cluster.Average, []float64{4.123106, 6.708204, 12.206556, 18.248288, 19.104973, 19.519221, 20.504179, 24.002978, 25.884358, 27.280097, 30.215890, 32.382959, 35.510562, 36.696051, 39.229184, 40.746893, 41.254066, 43.990591, 52.315903, 53.160294, 66.902295, 77.677649, 85.762856},
			[]int{0, 1, 2, 1, 1, 2, 3, 3, 1, 3, 4, 4, 0, 4, 4, 4, 1, 4, 4, 2, 3, 4, 4, 0}},
		{cluster.Complete, []float64{4.123106, 6.708204, 12.206556, 18.248288, 19.104973, 19.519221, 20.784610, 25.884358, 26.776856, 30.215890, 33.301652, 35.510562, 39.572718, 41.484937, 43.520110, 45.793013, 45.814845, 45.923850, 68.095521, 79.107522, 106.235587, 106.681770, 139.301831},
			[]int{0, 1, 2, 1, 1, 2, 1, 1, 1, 1, 3, 3, 0, 4, 4, 4, 1, 3, 3, 2, 1, 3, 3, 0}},
		{cluster.Single, []float64{4.123106, 6.708204, 12.206556, 17.916473, 18.248288, 19.104973, 19.519221, 20.223748, 22.494444, 23.409400, 25.884358, 29.223278, 30.215890, 30.757113, 31.384710, 31.464265, 34.234486, 34.452866, 35.510562, 36.715120, 37.973675, 42.166337, 43.000000},
			[]int{0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 3, 1, 1, 1, 4, 1, 1, 1, 0}},
		{cluster.Ward, []float64{4.123106, 6.708204, 12.206556, 18.248288, 19.104973, 19.519221, 23.558438, 25.884358, 26.962938, 30.215890, 33.090784, 35.510562, 39.862263, 43.316663, 44.728812, 49.735970, 49.969991, 52.044212, 94.527480, 95.802227, 128.042962, 155.016343, 204.881443},
			[]int{0, 1, 2, 1, 1, 2, 3, 3, 1, 3, 4, 4, 0, 4, 4, 4, 1, 4, 4, 2, 3, 4, 4, 0}},
	} {
		tree, err := cluster.Agglomerative{Linkage: c.linkage}.Cluster(context.Background(), euclid(t, rows))
		require.NoError(t, err)
		for m, h := range c.height {
			require.InDelta(t, h, tree.Merges[m].Height, 1e-6)
		}
		plan, err := tree.Cut(5)
		require.NoError(t, err)
		require.Equal(t, c.five, plan.Slice())
	}
}

// apart is the definition of a linkage, for clusters as lists of units.
func apart(l cluster.Linkage, rows [][]float64, d cluster.Distances, weight []float64, a, b []int) float64 {
	least, most, sum, wa, wb := math.Inf(1), 0.0, 0.0, 0.0, 0.0
	ma, mb := make([]float64, len(rows[0])), make([]float64, len(rows[0]))
	for _, i := range a {
		wa += weight[i]
		for c, x := range rows[i] {
			ma[c] += weight[i] * x
		}
		for _, j := range b {
			x := d.Between(i, j)
			least, most = min(least, x), max(most, x)
			sum += weight[i] * weight[j] * x
		}
	}
	for _, j := range b {
		wb += weight[j]
		for c, x := range rows[j] {
			mb[c] += weight[j] * x
		}
	}
	switch l {
	case cluster.Single:
		return least
	case cluster.Complete:
		return most
	case cluster.Average:
		return sum / (wa * wb)
	}
	square := 0.0
	for c := range ma {
		x := ma[c]/wa - mb[c]/wb
		square += x * x
	}
	return math.Sqrt(2 * wa * wb / (wa + wb) * square)
}

// Every merge is of two clusters than which none are less apart, by definition;
// ties and weights included.
func TestAgglomerativeMergesTheNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 3))
	for trial := range 160 {
		n := 1 + r.IntN(14)
		rows := plane(r, n) // whole numbers, of which many are alike
		if trial%2 == 0 {
			for i := range rows {
				rows[i][0] += r.Float64()
			}
		}
		d := euclid(t, rows)
		ones, weight := slices.Repeat([]float64{1}, n), []float64(nil)
		l := linkages()[trial%4]
		if trial%8 >= 4 && (l == cluster.Average || l == cluster.Ward) {
			for i := range ones {
				ones[i] = float64(1 + r.IntN(5))
			}
			weight = ones
		}
		tree, err := cluster.Agglomerative{Linkage: l, Weight: weight}.Cluster(context.Background(), d)
		require.NoError(t, err)
		require.Equal(t, n, tree.Units)
		require.Len(t, tree.Merges, n-1)
		clusters := map[int][]int{}
		for i := range n {
			clusters[i] = []int{i}
		}
		for at, m := range tree.Merges {
			require.Less(t, m.A, m.B)
			least := math.Inf(1)
			for a := range clusters {
				for b := range clusters {
					if a < b {
						least = min(least, apart(l, rows, d, ones, clusters[a], clusters[b]))
					}
				}
			}
			require.InDelta(t, least, m.Height, 1e-9)
			require.InDelta(t, least, apart(l, rows, d, ones, clusters[m.A], clusters[m.B]), 1e-9)
			clusters[n+at] = append(clusters[m.A], clusters[m.B]...)
			require.Len(t, clusters[n+at], m.Size)
			delete(clusters, m.A)
			delete(clusters, m.B)

			// The cut after this merge.
			plan, err := tree.Cut(n - at - 1)
			require.NoError(t, err)
			require.Equal(t, len(clusters), plan.K())
			for _, units := range clusters {
				require.Equal(t, len(units), plan.Count(plan.Of(units[0])))
				for _, u := range units {
					require.Equal(t, plan.Of(units[0]), plan.Of(u))
				}
			}
			if at+1 == n-1 || tree.Merges[at+1].Height > m.Height {
				same, err := tree.CutAt(m.Height)
				require.NoError(t, err)
				require.True(t, plan.Equal(same))
			}
		}
	}
}

// A weight is as good as so many units at one place, once these are merged.
func TestAgglomerativeWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(22, 3))
	for _, l := range []cluster.Linkage{cluster.Average, cluster.Ward} {
		var rows, many [][]float64
		var weight []float64
		for range 30 {
			row := []float64{r.NormFloat64(), r.NormFloat64()}
			w := 1 + r.IntN(4)
			rows, weight = append(rows, row), append(weight, float64(w))
			for range w {
				many = append(many, row)
			}
		}
		a, err := cluster.Agglomerative{Linkage: l, Weight: weight}.Cluster(context.Background(), euclid(t, rows))
		require.NoError(t, err)
		b, err := cluster.Agglomerative{Linkage: l}.Cluster(context.Background(), euclid(t, many))
		require.NoError(t, err)
		for m := range a.Merges {
			require.InDelta(t, b.Merges[len(many)-30+m].Height, a.Merges[m].Height, 1e-9)
		}
	}
}

// Without ties the order of the units changes nothing but their names, and the
// heights of Single never depend on it.
func TestAgglomerativeOrderOfUnits(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 3))
	for _, l := range linkages() {
		n := 60
		rows := make([][]float64, n)
		for i := range rows {
			rows[i] = []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		}
		order := r.Perm(n)
		a, err := cluster.Agglomerative{Linkage: l}.Cluster(context.Background(), euclid(t, rows))
		require.NoError(t, err)
		b, err := cluster.Agglomerative{Linkage: l}.Cluster(context.Background(), euclid(t, permuted(rows, order)))
		require.NoError(t, err)
		for m := range a.Merges {
			require.InDelta(t, a.Merges[m].Height, b.Merges[m].Height, 1e-9)
		}
		p, err := a.Cut(7)
		require.NoError(t, err)
		q, err := b.Cut(7)
		require.NoError(t, err)
		for x, i := range order {
			for y, j := range order {
				require.Equal(t, p.Of(i) == p.Of(j), q.Of(x) == q.Of(y))
			}
		}
	}
}

func TestAgglomerativeFaults(t *testing.T) {
	ctx := context.Background()
	_, err := cluster.Agglomerative{Linkage: 9, Weight: []float64{0, math.NaN()}}.Cluster(ctx, euclid(t, [][]float64{{1}, {2}, {3}}))
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"Agglomerative.Linkage = 9: is none of Average, Complete, Single and Ward", "Agglomerative.Weight = 2: is not the number of units, 3",
		"Agglomerative.Weight[0] = 0: is not a finite number above 0", "Agglomerative.Weight[1] = NaN",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = cluster.Agglomerative{}.Cluster(ctx, nil)
	require.ErrorContains(t, err, "Distances: are nil")
	_, err = cluster.Agglomerative{}.Cluster(ctx, euclid(t, nil))
	require.ErrorContains(t, err, "Distances = 0: are of no units")
	_, err = cluster.Agglomerative{}.Cluster(ctx, cluster.DistancesOf(30_001, nil))
	require.ErrorContains(t, err, "Distances = 30001: are of more than 30000 units")
	for _, l := range linkages() {
		for _, wrong := range []float64{-1, math.NaN(), math.Inf(1), 1e200} {
			_, err = cluster.Agglomerative{Linkage: l}.Cluster(ctx, cluster.DistancesOf(5, func(i, j int) float64 {
				if i == 3 && j == 1 {
					return wrong
				}
				return float64(i - j)
			}))
			if wrong == 1e200 && l != cluster.Ward {
				require.NoError(t, err)
				continue
			}
			require.ErrorIs(t, err, partition.ErrInput)
			require.ErrorContains(t, err, "Distances[3] = ")
			require.ErrorContains(t, err, "is the distance to unit 1")
		}
		done, cancel := context.WithCancel(ctx)
		var calls atomic.Int64
		_, err = cluster.Agglomerative{Linkage: l}.Cluster(done, cluster.DistancesOf(300, func(i, j int) float64 {
			if calls.Add(1) == 10_000 {
				cancel()
			}
			return float64(i - j)
		}))
		require.ErrorIs(t, err, context.Canceled)
	}
}

func TestDendrogramFaults(t *testing.T) {
	good := cluster.Dendrogram{Units: 3, Merges: []cluster.Merge{{A: 0, B: 2, Height: 1}, {A: 1, B: 3, Height: 2}}}
	data, err := json.Marshal(good)
	require.NoError(t, err)
	require.JSONEq(t, `{"units": 3, "merges": [{"a": 0, "b": 2, "height": 1, "size": 0}, {"a": 1, "b": 3, "height": 2, "size": 0}]}`, string(data))
	var back cluster.Dendrogram
	require.NoError(t, json.Unmarshal(data, &back))
	plan, err := back.Cut(2)
	require.NoError(t, err)
	require.Equal(t, []int{0, 1, 0}, plan.Slice())
	for k, want := range map[int]string{0: "k = 0", 4: "k = 4"} {
		_, err := good.Cut(k)
		require.ErrorIs(t, err, partition.ErrInput)
		require.ErrorContains(t, err, want)
	}
	_, err = good.CutAt(math.NaN())
	require.ErrorContains(t, err, "height = NaN")
	for _, c := range []struct {
		tree cluster.Dendrogram
		want string
	}{
		{cluster.Dendrogram{}, "Dendrogram.Merges = 0: are not one less than the 0 units"},
		{cluster.Dendrogram{Units: 3}, "Dendrogram.Merges = 0: are not one less than the 3 units"},
		{cluster.Dendrogram{Units: 2, Merges: []cluster.Merge{{A: 0, B: 2}}}, "Dendrogram.Merges[0] = 2: is no cluster yet"},
		{cluster.Dendrogram{Units: 2, Merges: []cluster.Merge{{A: -1, B: 1}}}, "Dendrogram.Merges[0] = -1: is no cluster yet"},
		{cluster.Dendrogram{Units: 3, Merges: []cluster.Merge{{A: 0, B: 1}, {A: 1, B: 2}}}, "Dendrogram.Merges[1] = 1: is merged already"},
		{cluster.Dendrogram{Units: 3, Merges: []cluster.Merge{{A: 0, B: 1, Height: 2}, {A: 2, B: 3, Height: 1}}}, "Dendrogram.Merges[1] = 1: is a height below"},
	} {
		_, err := c.tree.Cut(1)
		require.ErrorIs(t, err, partition.ErrInput)
		require.ErrorContains(t, err, c.want)
		_, err = c.tree.CutAt(1)
		require.ErrorContains(t, err, c.want)
	}
}

// Many equal distances, near ones, and distances that no points have: every unit is
// merged, once.
func TestAgglomerativeOfAnyDistances(t *testing.T) {
	r := rand.New(rand.NewPCG(24, 3))
	for trial := range 200 {
		n := 2 + r.IntN(40)
		x := make([]float64, n*n)
		for i := range x {
			switch trial % 3 {
			case 0:
				x[i] = float64(r.IntN(3))
			case 1:
				x[i] = 1 + float64(r.IntN(4))*0x1p-52
			default:
				x[i] = 0.1 * float64(r.IntN(5))
			}
		}
		d := cluster.DistancesOf(n, func(i, j int) float64 { return x[max(i, j)*n+min(i, j)] })
		for _, l := range linkages() {
			tree, err := cluster.Agglomerative{Linkage: l}.Cluster(context.Background(), d)
			require.NoError(t, err)
			require.Len(t, tree.Merges, n-1)
			_, err = tree.Cut(1) // which checks that it is a tree
			require.NoError(t, err)
			require.Equal(t, n, tree.Merges[n-2].Size)
		}
	}
}
