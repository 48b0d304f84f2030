package segment_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func circles(t testing.TB, value, before, index, weight []float64) *partition.Table {
	return table(t, partition.Numbers("value", value), partition.Numbers("before", before), partition.Numbers("index", index), partition.Numbers("weight", weight))
}

func TestCoreGrowthPotentialAtTheThresholds(t *testing.T) {
	nan := math.NaN()
	book := circles(t,
		[]float64{100, 99, 60, 59, 60, 0, nan, nan, 50, -10, 120, 100},
		[]float64{10, 10, 50, 50, 49, 0, 50, 60, nan, -50, nan, nan},
		[]float64{9, 0, 9, 9, 7, 8, 8, 7, 7.5, 8, nan, nan},
		zeros(12))
	d := segment.CoreGrowthPotential{Value: "value", Before: "before", Potential: "index",
		CoreFrom: 100, GrowthFrom: 0.2, BaseFrom: 50, PotentialFrom: 8}
	require.Equal(t, "core other growth potential other potential potential missing other potential core core", strings.Join(named(t, d, book), " "))

	classes, err := d.Bind(book)
	require.NoError(t, err)
	require.Equal(t, []string{"other", "potential", "growth", "core", "missing"}, classes.Labels)
	require.Equal(t, 4, classes.Ranked)
	require.Zero(t, testing.AllocsPerRun(5, func() { classes.Of(3) }))

	d.Before, d.GrowthFrom, d.BaseFrom = "", 0, 0
	require.NotContains(t, named(t, d, book), "growth")
	d.Potential, d.PotentialFrom = "", 0
	require.Equal(t, "core other other other other other missing missing other other core core", strings.Join(named(t, d, book), " "))
}

// A growth of exactly a fifth, which is no binary fraction.
func TestCoreGrowthPotentialReachesByRounding(t *testing.T) {
	var value, before []float64
	for i := 1; i < 500; i++ {
		before = append(before, float64(i)/100)
		value = append(value, float64(12*i)/1000)
	}
	book := circles(t, value, before, zeros(499), zeros(499))
	d := segment.CoreGrowthPotential{Value: "value", Before: "before", CoreFrom: 100, BaseFrom: 0.01}
	for i, label := range named(t, d, book) {
		require.Equal(t, "growth", label, "%v from %v", value[i], before[i])
	}
}

func zeros(n int) []float64 { return make([]float64, n) }

// The thresholds that are not given, found by trial.
func TestCoreGrowthPotentialThresholds(t *testing.T) {
	random := splitmix.Source(13)
	for range 150 {
		n := 1 + random.Below(30)
		value, before, index, weight := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range value {
			value[i] = float64(random.Below(6)*random.Below(40) - 3)
			before[i] = float64(random.Below(60) - 3)
			index[i] = float64(random.Below(12))
			weight[i] = float64(random.Below(4))
			switch random.Below(15) {
			case 0:
				value[i] = math.NaN()
			case 1:
				before[i] = math.NaN()
			case 2:
				index[i] = math.NaN()
			}
		}
		book := circles(t, value, before, index, weight)
		d := segment.CoreGrowthPotential{Value: "value", Weight: "weight", Before: "before", Potential: "index", CoreShare: 0.5}
		labels := named(t, d, book)

		var total, base, bases float64
		for i := range value {
			if value[i] > 0 {
				total += weight[i] * value[i]
			}
			if before[i] > 0 {
				base += before[i]
				bases++
			}
		}
		for i, label := range labels {
			above := 0.0
			for j := range value {
				if value[j] > value[i] {
					above += weight[j] * value[j]
				}
			}
			core := value[i] > 0 && total > 0 && above < total/2
			require.Equal(t, core, label == "core", "value %v weight %v at %d", value, weight, i)
			grown := !core && before[i] > 0 && before[i] >= base/bases/10-1e-9 && value[i] >= 1.2*before[i]-1e-9
			require.Equal(t, grown, label == "growth", "value %v before %v at %d", value, before, i)
		}

		fitted, err := d.Fit(book)
		require.NoError(t, err)
		require.Equal(t, labels, named(t, fitted, book))
		f := fitted.(segment.CoreGrowthPotential)
		require.Empty(t, f.Weight)
		for _, x := range []float64{f.CoreFrom, f.GrowthFrom, f.BaseFrom, f.PotentialFrom} {
			require.True(t, x > 0 && x <= math.MaxFloat64, "%+v", f)
		}
		again, err := f.Fit(circles(t, []float64{1}, []float64{1}, []float64{1}, []float64{1}))
		require.NoError(t, err)
		require.Equal(t, fitted, again)
		data, err := json.Marshal(f)
		require.NoError(t, err)
		var read segment.CoreGrowthPotential
		require.NoError(t, json.Unmarshal(data, &read))
		require.Equal(t, fitted, read)
	}
}

func TestCoreGrowthPotentialTopQuarter(t *testing.T) {
	book := circles(t, zeros(12), zeros(12), []float64{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}, zeros(12))
	fitted, err := segment.CoreGrowthPotential{Value: "value", Potential: "index"}.Fit(book)
	require.NoError(t, err)
	require.Equal(t, 7.0, fitted.(segment.CoreGrowthPotential).PotentialFrom) // of the eight with potential
	require.Equal(t, math.MaxFloat64, fitted.(segment.CoreGrowthPotential).CoreFrom)
}

func TestCoreGrowthPotentialNamesFaults(t *testing.T) {
	book := circles(t, []float64{0, 1}, []float64{1, 1}, []float64{1, 1}, []float64{-1, -2})
	for name, c := range map[string]struct {
		d    segment.CoreGrowthPotential
		want []string
	}{
		"columns": {segment.CoreGrowthPotential{As: "circle", Value: "turnover"}, []string{"circle.attribute = turnover: is not in the table"}},
		"thresholds": {segment.CoreGrowthPotential{Value: "value", CoreShare: 1, CoreFrom: math.NaN(), GrowthFrom: 1, BaseFrom: 2, PotentialFrom: 3}, []string{
			"value.coreFrom = NaN: is not a finite number ≥ 0", "value.coreShare = 1: is not below 1",
			"value.growthFrom = 1: is of no use without before", "value.baseFrom = 2: is of no use without before", "value.potentialFrom = 3: is of no use without potential"}},
		"negative": {segment.CoreGrowthPotential{Value: "value", Before: "before", GrowthFrom: -1, BaseFrom: math.Inf(1)}, []string{
			"value.growthFrom = -1: is not a finite number ≥ 0", "value.baseFrom = +Inf: is not a finite number ≥ 0"}},
		"labels": {segment.CoreGrowthPotential{Value: "value", Labels: []string{"a", "a", "missing"}}, []string{
			"value.labels = 3: are not four", "value.labels[1] = a: is labels[0] too", "value.labels[2] = missing: is the label of a class that is there anyway"}},
		"weight": {segment.CoreGrowthPotential{Value: "value", Weight: "weight"}, []string{"weight[1] = -2: is not a finite number ≥ 0"}},
	} {
		_, err := c.d.Bind(book)
		require.ErrorIs(t, err, partition.ErrInput, name)
		require.EqualError(t, err, strings.Join(c.want, "\n"), name)
		_, err = c.d.Fit(book)
		require.EqualError(t, err, strings.Join(c.want, "\n"), name)
	}
}
