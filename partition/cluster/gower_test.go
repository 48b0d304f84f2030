package cluster_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// gower2 of one attribute.
func gower2(t testing.TB, a partition.Attribute, of cluster.GowerAttribute) cluster.Distances {
	t.Helper()
	book, err := partition.NewTable(a)
	require.NoError(t, err)
	of.Name = a.Name()
	d, err := cluster.Gower{Attributes: []cluster.GowerAttribute{of}}.Distances(book)
	require.NoError(t, err)
	require.Equal(t, a.Len(), d.Len())
	return d
}

func TestGowerOfEachKind(t *testing.T) {
	nan := math.NaN()
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	check := func(d cluster.Distances, want [][]float64) {
		t.Helper()
		for i := range want {
			for j := range want {
				w := 0.0
				if i > j {
					w = want[i][j]
				} else if i < j {
					w = want[j][i]
				}
				require.InDelta(t, w, d.Between(i, j), 1e-9, "%d and %d", i, j)
			}
		}
	}
	numbers := partition.Numbers("a", []float64{-2, nan, 8, 3, 3})
	check(gower2(t, numbers, cluster.GowerAttribute{}), [][]float64{{}, {1}, {1, 1}, {0.5, 1, 0.5}, {0.5, 1, 0.5, 0}})
	check(gower2(t, numbers, cluster.GowerAttribute{Weight: 7}), [][]float64{{}, {1}, {1, 1}, {0.5, 1, 0.5}, {0.5, 1, 0.5, 0}})
	check(gower2(t, numbers, cluster.GowerAttribute{Scale: 8}), [][]float64{{}, {1}, {1, 1}, {0.625, 1, 0.625}, {0.625, 1, 0.625, 0}})
	skewed := partition.Numbers("a", []float64{1, 2, 2, 1e9})
	check(gower2(t, skewed, cluster.GowerAttribute{Ranked: true}), [][]float64{{}, {0.5}, {0.5, 0}, {1, 0.5, 0.5}})
	huge := partition.Numbers("a", []float64{-math.MaxFloat64, 0, math.MaxFloat64})
	check(gower2(t, huge, cluster.GowerAttribute{}), [][]float64{{}, {0.5}, {1, 0.5}})
	check(gower2(t, partition.Numbers("a", []float64{4, 4, nan}), cluster.GowerAttribute{}), [][]float64{{}, {0}, {1, 1}})
	dates := partition.Dates("a", []time.Time{day(1), day(3), {}, day(11)})
	check(gower2(t, dates, cluster.GowerAttribute{}), [][]float64{{}, {0.2}, {1, 1}, {1, 0.8, 1}})
	check(gower2(t, dates, cluster.GowerAttribute{Scale: 4}), [][]float64{{}, {0.5}, {1, 1}, {1, 1, 1}})
	names := partition.Categories("a", []string{"x", "y", "x", "", "w", "w"}, "x", "y")
	check(gower2(t, names, cluster.GowerAttribute{}), [][]float64{{}, {1}, {0, 1}, {1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1, 1}})
	codes := partition.Codes("a", regions(t), []string{"r0", "r00", "r01", "r000", "r010", "r1", "q", ""})
	check(gower2(t, codes, cluster.GowerAttribute{}), [][]float64{
		{},
		{1. / 2},
		{1. / 2, 2. / 3},
		{2. / 3, 1. / 3, 3. / 4},
		{2. / 3, 3. / 4, 1. / 3, 4. / 5},
		{1, 1, 1, 1, 1},
		{1, 1, 1, 1, 1, 1},
		{1, 1, 1, 1, 1, 1, 1},
	})
	// A quarter, and half, of the way around the earth; the middle is at 45° of one.
	places := partition.Places("a", []orb.Point{{0, 0}, {90, 0}, {nan, nan}, {45, 0}})
	check(gower2(t, places, cluster.GowerAttribute{}), [][]float64{{}, {1}, {1, 1}, {0.5, 0.5, 1}})
	check(gower2(t, places, cluster.GowerAttribute{Scale: math.Pi * 6371.0088}), [][]float64{{}, {0.5}, {1, 1}, {0.25, 0.25, 1}})
	poles := partition.Places("a", []orb.Point{{0, 90}, {0, -90}, {0, 0}, {180, 0}})
	check(gower2(t, poles, cluster.GowerAttribute{}), [][]float64{{}, {1}, {0.5, 0.5}, {0.5, 0.5, 1}})
}

// Of several attributes the distance is the mean of the single ones, over those
// that say something of both units.
func TestGowerIsAMeanOverWhatIsKnown(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	for range 20 {
		n := 2 + r.IntN(20)
		book := randomBook(r, n, 0.3).table(t)
		var attributes []cluster.GowerAttribute
		var single []cluster.Distances
		for _, a := range book.Attributes() {
			attributes = append(attributes, cluster.GowerAttribute{Name: a.Name(), Weight: float64(1 + r.IntN(5))})
			single = append(single, gower2(t, a, cluster.GowerAttribute{}))
		}
		d, err := cluster.Gower{Attributes: attributes}.Distances(book)
		require.NoError(t, err)
		says := func(a partition.Attribute, i, j int) bool {
			for _, hole := range []int{i, j} {
				missing, err := partition.Box{partition.Missing(a.Name())}.Matcher(book)
				require.NoError(t, err)
				if missing(hole) {
					return false
				}
			}
			known := func(i int) bool {
				switch a.Kind() {
				case partition.Category:
					class, _, _ := book.Categories(a.Name())
					return class[i] >= 0
				case partition.Code:
					node, _, _ := book.Codes(a.Name())
					return node[i] >= 0
				}
				return true
			}
			return known(i) || known(j)
		}
		for i := range n {
			for j := range n {
				sum, weights := 0.0, 0.0
				for k, a := range book.Attributes() {
					if says(a, i, j) {
						sum += attributes[k].Weight * single[k].Between(i, j)
						weights += attributes[k].Weight
					}
				}
				want := 1.0
				if weights > 0 {
					want = sum / weights
				}
				if i == j {
					want = 0
				}
				require.InDelta(t, want, d.Between(i, j), 1e-12)
				require.Equal(t, d.Between(i, j), d.Between(j, i))
			}
		}
	}
}

func TestGowerIsAMetricWithoutHoles(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 3))
	d, err := cluster.Gower{}.Distances(randomBook(r, 40, 0).table(t))
	require.NoError(t, err)
	for i := range 40 {
		for j := range 40 {
			for k := range 40 {
				require.LessOrEqual(t, d.Between(i, k), d.Between(i, j)+d.Between(j, k)+1e-12)
			}
		}
	}
}

func TestGowerFaults(t *testing.T) {
	book := randomBook(rand.New(rand.NewPCG(1, 1)), 3, 0).table(t)
	_, err := cluster.Gower{Attributes: []cluster.GowerAttribute{
		{Name: "numbr"}, {Name: "number", Weight: -1}, {Name: "number"}, {Name: "coarse", Scale: math.NaN()}, {Name: "name", Ranked: true},
		{Name: "code", Scale: 3}, {Name: "date", Weight: math.Inf(1), Scale: 2, Ranked: true},
	}}.Distances(book)
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"Gower.Attributes[0] (numbr): is not in the table; did you mean number?",
		"Gower.Attributes[1] (number) = -1: is a Weight that is negative or not finite",
		"Gower.Attributes[2] (number): is named twice",
		"Gower.Attributes[3] (coarse) = NaN: is a Scale that is negative or not finite",
		"Gower.Attributes[4] (name): is Ranked, but it is a category",
		"Gower.Attributes[5] (code) = 3: is a Scale, but the attribute is a code",
		"Gower.Attributes[6] (date) = +Inf: is a Weight that is negative or not finite",
		"Gower.Attributes[6] (date) = 2: is a Scale, which ranks do not have",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = cluster.Gower{}.Distances(nil)
	require.ErrorContains(t, err, "table: is nil")
	none, err := partition.NewTable()
	require.NoError(t, err)
	_, err = cluster.Gower{}.Distances(none)
	require.ErrorContains(t, err, "table: has no attribute to compare by")
}

func TestEuclidean(t *testing.T) {
	d, err := cluster.Euclidean([][]float64{{0, 0}, {3, 4}, {3, 0}})
	require.NoError(t, err)
	require.Equal(t, 3, d.Len())
	require.Equal(t, 5.0, d.Between(0, 1))
	require.Equal(t, 4.0, d.Between(2, 1))
	require.Equal(t, 0.0, d.Between(1, 1))
	_, err = cluster.Euclidean([][]float64{{0, 0}, {math.NaN(), 1e141}, {1}})
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "rows[1] = NaN: is not a finite number within ±1e140")
	require.ErrorContains(t, err, "rows[1] = 1e+141: is not a finite number within ±1e140")
	require.ErrorContains(t, err, "rows[2] = 1: is not the number of columns that the first row has")
	d, err = cluster.Euclidean(nil)
	require.NoError(t, err)
	require.Zero(t, d.Len())
}
