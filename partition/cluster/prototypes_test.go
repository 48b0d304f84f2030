package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/cluster"
)

// prototypeLoss is the objective of KPrototypes, from the values themselves; "" and NaN are
// missing.
func prototypeLoss(numbers [][]float64, names [][]string, weight []float64, gamma float64, k int, of func(int) int) float64 {
	loss := 0.0
	for _, column := range numbers {
		w, sum, square := 0.0, 0.0, 0.0
		for i, x := range column {
			if !math.IsNaN(x) {
				w += weight[i]
				sum += weight[i] * x
				square += weight[i] * x * x
			}
		}
		variance := square/w - sum/w*sum/w
		for t := range k {
			w, sum, square = 0, 0, 0
			for i, x := range column {
				if of(i) == t && !math.IsNaN(x) {
					w += weight[i]
					sum += weight[i] * x
					square += weight[i] * x * x
				}
			}
			if w > 0 {
				loss += (square - sum*sum/w) / variance
			}
		}
	}
	for _, column := range names {
		for t := range k {
			having := map[string]float64{}
			total, most := 0.0, 0.0
			for i, name := range column {
				if of(i) == t && name != "" {
					having[name] += weight[i]
					total += weight[i]
					most = math.Max(most, having[name])
				}
			}
			loss += gamma * (total - most)
		}
	}
	return loss
}

func mixedColumns(rnd *splitmix.Source, n int) (numbers [][]float64, names [][]string, weight []float64) {
	for range 1 + rnd.Below(2) {
		column := make([]float64, n)
		for i := range column {
			if column[i] = rnd.Float(); rnd.Below(6) == 0 {
				column[i] = math.NaN()
			}
		}
		column[0], column[1] = 0, 1
		numbers = append(numbers, column)
	}
	for range 1 + rnd.Below(3) {
		column := make([]string, n)
		for i := range column {
			column[i] = []string{"", "a", "b", "c"}[rnd.Below(4)]
		}
		names = append(names, column)
	}
	for range n {
		weight = append(weight, 0.5+rnd.Float())
	}
	return numbers, names, weight
}

func mixedTable(t testing.TB, numbers [][]float64, names [][]string) *partition.Table {
	var attributes []partition.Attribute
	for c, column := range numbers {
		attributes = append(attributes, partition.Numbers("number "+strconv.Itoa(c), column))
	}
	for c, column := range names {
		attributes = append(attributes, partition.Categories("name "+strconv.Itoa(c), column))
	}
	book, err := partition.NewTable(attributes...)
	require.NoError(t, err)
	return book
}

func TestKPrototypesOfFewUnitsIsOptimal(t *testing.T) {
	for seed := range uint64(60) {
		rnd := splitmix.Source(seed)
		n, k := 4+rnd.Below(5), 1+rnd.Below(3)
		numbers, names, weight := mixedColumns(&rnd, n)
		gamma := 0.1 + rnd.Float()
		book := mixedTable(t, numbers, names)
		found, err := cluster.KPrototypes{Weight: weight, Gamma: gamma, Starts: 30, Seed: seed}.Cluster(context.Background(), book, k)
		require.NoError(t, err)
		require.InDelta(t, prototypeLoss(numbers, names, weight, gamma, k, found.Plan.Of), found.Loss, 1e-9)

		of := make([]int, n)
		best := math.Inf(1)
		var try func(i, used int)
		try = func(i, used int) {
			if i == n {
				if used == k {
					best = math.Min(best, prototypeLoss(numbers, names, weight, gamma, k, func(i int) int { return of[i] }))
				}
				return
			}
			for c := range min(used+1, k) {
				of[i] = c
				try(i+1, max(used, c+1))
			}
		}
		try(0, 0)
		require.InDelta(t, best, found.Loss, 1e-9, "seed %d", seed)
	}
}

func TestKPrototypesLeavesNothingToGain(t *testing.T) {
	for seed := range uint64(12) {
		rnd := splitmix.Source(seed)
		n, k := 60, 3+2*int(seed)
		numbers, names, weight := mixedColumns(&rnd, n)
		found, err := cluster.KPrototypes{Weight: weight, Seed: seed, Starts: 1}.Cluster(context.Background(), mixedTable(t, numbers, names), k)
		require.NoError(t, err)
		require.Equal(t, partition.Converged, found.Stop)
		loss := prototypeLoss(numbers, names, weight, 0.5, k, found.Plan.Of)
		require.InEpsilon(t, loss, found.Loss, 1e-9)
		for i := range n {
			for to := range k {
				moved := prototypeLoss(numbers, names, weight, 0.5, k, func(j int) int {
					if j == i {
						return to
					}
					return found.Plan.Of(j)
				})
				require.GreaterOrEqual(t, moved, loss*(1-1e-9), "unit %d to cluster %d", i, to)
			}
		}
	}
}

func TestKPrototypesOfNumbersIsKMeans(t *testing.T) {
	rows := clouds(300, 2, 6, 0.1, 4)
	columns := make([][]float64, 2)
	for _, row := range rows {
		for d, x := range row {
			columns[d] = append(columns[d], x)
		}
	}
	found, err := cluster.KPrototypes{}.Cluster(context.Background(), mixedTable(t, columns, nil), 6)
	require.NoError(t, err)
	standard := make([][]float64, len(rows))
	for i := range rows {
		for _, column := range columns {
			mean, square := 0.0, 0.0
			for _, x := range column {
				mean += x / 300
			}
			for _, x := range column {
				square += (x - mean) * (x - mean) / 300
			}
			standard[i] = append(standard[i], (column[i]-mean)/math.Sqrt(square))
		}
	}
	means, err := cluster.KMeans{}.Cluster(context.Background(), &partition.Problem{K: 6, Features: standard})
	require.NoError(t, err)
	require.InEpsilon(t, means.Squares, found.Loss, 1e-9)
}

func TestKPrototypesTraits(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2024, 1, d, 0, 0, 0, 0, time.UTC) }
	tree, err := partition.NewTree([]partition.Node{{Code: "33"}, {Code: "3301", Parent: "33"}, {Code: "44"}})
	require.NoError(t, err)
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{1, 2, math.NaN(), 100, 104}),
		partition.Dates("since", []time.Time{day(1), day(3), {}, day(20), day(22)}),
		partition.Codes("region", tree, []string{"33", "33", "3301", "44", "99"}),
		partition.Flags("active", []bool{true, true, true, false, false}),
		partition.Numbers("constant", []float64{0.1, 0.1, 0.1, 0.1, 0.1}),
		partition.Numbers("nothing", []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()}),
	)
	require.NoError(t, err)
	found, err := cluster.KPrototypes{Gamma: 0.1}.Cluster(context.Background(), book, 2)
	require.NoError(t, err)
	require.Equal(t, 0, found.Plan.Of(1))
	require.Equal(t, 1, found.Plan.Of(3))
	require.Equal(t, 1, found.Plan.Of(4))
	var text []string
	for _, trait := range found.Prototypes[1] {
		text = append(text, trait.String())
	}
	require.Equal(t, []string{"revenue 102", "since 2024-01-21", "region 44 (100 %)", "active no (100 %)", "constant 0.1", "nothing unknown"}, text[:6])
	require.True(t, math.IsNaN(found.Prototypes[0][5].Mean))
}

func TestKPrototypesRefuses(t *testing.T) {
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{1, 2, 1e150}),
		partition.Places("place", []orb.Point{{0, 0}, {0, 1}, {1, 1}}),
		partition.Categories("kind", []string{"a", "a", "b"}),
	)
	require.NoError(t, err)
	_, err = cluster.KPrototypes{
		Attributes: []string{"kind", "kind", "place", "kin", "revenue"}, Gamma: -1, Starts: -1, Rounds: -1, Weight: []float64{math.NaN(), -1},
	}.Cluster(context.Background(), book, 4)
	require.ErrorIs(t, err, partition.ErrInput)
	for _, text := range []string{
		`= kind: is named twice`, `= place: is a place`, `= kin: is not in the table; did you mean kind?`, `revenue[2] = 1e+150`,
		`KPrototypes.Gamma = -1`, `KPrototypes.Starts = -1`, `KPrototypes.Rounds = -1`, `KPrototypes.Weight = 2: are not`,
		`KPrototypes.Weight[0] = NaN`, `KPrototypes.Weight[1] = -1`, `k = 4: is more than there are units: 3`,
	} {
		require.ErrorContains(t, err, text)
	}
	for name, c := range map[string]struct {
		attributes []string
		book       *partition.Table
		k          int
		text       string
	}{
		"no table":   {nil, nil, 1, "table: is nil"},
		"no column":  {[]string{}, book, 1, "Attributes: are none"},
		"no cluster": {[]string{"kind"}, book, 0, "k = 0: is below 1"},
	} {
		_, err := cluster.KPrototypes{Attributes: c.attributes}.Cluster(context.Background(), c.book, c.k)
		require.ErrorIs(t, err, partition.ErrInput, name)
		require.ErrorContains(t, err, c.text, name)
	}
}

func TestKPrototypesOfCopies(t *testing.T) {
	book, err := partition.NewTable(partition.Categories("kind", []string{"a", "a", "b", ""}))
	require.NoError(t, err)
	found, err := cluster.KPrototypes{}.Cluster(context.Background(), book, 3)
	require.NoError(t, err)
	require.Zero(t, found.Loss)
	require.Equal(t, partition.ProvedOptimal, found.Stop)
	for c := range 3 {
		require.Positive(t, found.Plan.Count(c))
	}
}

func TestKPrototypesInterruptedAndOnAnyNumberOfProcessors(t *testing.T) {
	rnd := splitmix.Source(1)
	numbers, names, weight := mixedColumns(&rnd, 11_000)
	book := mixedTable(t, numbers, names)
	method := cluster.KPrototypes{Starts: 2, Seed: 5, Weight: weight}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one, err := method.Cluster(context.Background(), book, 6)
	require.NoError(t, err)
	runtime.GOMAXPROCS(4)
	four, err := method.Cluster(context.Background(), book, 6)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprint(one.Prototypes, one.Loss), fmt.Sprint(four.Prototypes, four.Loss))
	require.Equal(t, one.Plan, four.Plan)
	loss := prototypeLoss(numbers, names, weight, 0.5, 6, one.Plan.Of)
	require.InEpsilon(t, loss, one.Loss, 1e-9)
	for i := 0; i < 11_000; i += 3000 {
		for to := range 6 {
			moved := prototypeLoss(numbers, names, weight, 0.5, 6, func(j int) int {
				if j == i {
					return to
				}
				return one.Plan.Of(j)
			})
			require.GreaterOrEqual(t, moved, loss*(1-1e-9), "unit %d to cluster %d", i, to)
		}
	}

	plans := 0
	for left := range 12 {
		found, err := method.Cluster(&ending{context.Background(), left}, book, 6)
		if err != nil {
			require.True(t, errors.Is(err, context.Canceled) && plans == 0, "%v after %d", err, left)
			continue
		}
		plans++
		require.Equal(t, partition.Interrupted, found.Stop)
	}
	require.Positive(t, plans)
	found, err := cluster.KPrototypes{Rounds: 1, Starts: 1}.Cluster(context.Background(), book, 6)
	require.NoError(t, err)
	require.Equal(t, partition.BudgetSpent, found.Stop)
}

func BenchmarkKPrototypes(b *testing.B) {
	rnd := splitmix.Source(1)
	numbers, names, _ := mixedColumns(&rnd, 100_000)
	book := mixedTable(b, numbers, names)
	b.Run("n=100000/k=10", func(b *testing.B) {
		for b.Loop() {
			if _, err := (cluster.KPrototypes{Starts: 1}).Cluster(context.Background(), book, 10); err != nil {
				b.Fatal(err)
			}
		}
	})
}
