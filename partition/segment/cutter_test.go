package segment_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func cutters() []segment.Cutter {
	return []segment.Cutter{
		segment.FixedCuts{1, 3, 4.5},
		segment.Quantiles{}, segment.Quantiles{K: 1}, segment.Quantiles{K: 7}, segment.Quantiles{K: 40},
		segment.CumulativeShare{}, segment.CumulativeShare{Shares: []float64{0.2, 0.4, 0.6, 0.99}},
		segment.NaturalBreaks{}, segment.NaturalBreaks{K: 1}, segment.NaturalBreaks{K: 9},
		segment.Deviations{}, segment.Deviations{Multiples: []float64{-2, -0.5, 0, 0.25, 3}},
	}
}

// tier is the contract: how many cuts are at or below x.
func tier(cuts []float64, x float64) int {
	t := 0
	for _, c := range cuts {
		if c <= x {
			t++
		}
	}
	return t
}

// sample is a column of n values ≥ 0 with ties, in one of several shapes.
func sample(random *splitmix.Source, n int) []float64 {
	shape := random.Below(5)
	values := make([]float64, n)
	for i := range values {
		u := random.Float()
		switch shape {
		case 0:
			values[i] = math.Floor(6 * u)
		case 1:
			values[i] = 1 / (0.01 + u)
		case 2:
			values[i] = math.Floor(20*u*u*u) / 4
		case 3:
			values[i] = 1e9 + math.Floor(10*u)
		case 4:
			values[i] = max(0, u-0.7)
		}
	}
	return values
}

func TestCutsAscendAndAreOfTheSettings(t *testing.T) {
	random := splitmix.Source(3)
	for range 400 {
		values := sample(&random, random.Below(40))
		before := slices.Clone(values)
		for _, cutter := range cutters() {
			cuts, err := cutter.Cuts(values, nil)
			require.NoError(t, err, "%#v of %v", cutter, values)
			require.Equal(t, before, values)
			for i, c := range cuts {
				require.False(t, math.IsNaN(c) || math.IsInf(c, 0), "%#v of %v: %v", cutter, values, cuts)
				require.True(t, i == 0 || cuts[i-1] < c, "%#v of %v: %v", cutter, values, cuts)
			}
			require.LessOrEqual(t, len(cuts), 39)
			if _, fixed := cutter.(segment.FixedCuts); !fixed && different(values) < 2 {
				if share, ok := cutter.(segment.CumulativeShare); !ok || len(values) == 0 || values[0] == 0 {
					require.Empty(t, cuts, "%#v of %v", share, values)
				}
			}
		}
	}
}

func TestCutsDoNotDependOnTheOrder(t *testing.T) {
	random := splitmix.Source(4)
	for trial := range 120 {
		n := 1 + random.Below(60)
		if trial%40 == 0 {
			n = 5000 // sorted in another way
		}
		values, weights := sample(&random, n), make([]float64, n)
		for i := range weights {
			weights[i] = random.Float() * float64(random.Below(4))
		}
		order := make([]int, n)
		for i := range order {
			j := random.Below(i + 1)
			order[i], order[j] = order[j], i
		}
		other, otherWeights := make([]float64, n), make([]float64, n)
		for i, j := range order {
			other[i], otherWeights[i] = values[j], weights[j]
		}
		for _, cutter := range cutters() {
			want, err := cutter.Cuts(values, weights)
			require.NoError(t, err)
			got, err := cutter.Cuts(other, otherWeights)
			require.NoError(t, err)
			require.Equal(t, want, got, "%#v of %v", cutter, values) // bit by bit
		}
	}
}

func TestWeightsAreRepetition(t *testing.T) {
	random := splitmix.Source(5)
	for range 300 {
		n := random.Below(30)
		values, weights := sample(&random, n), make([]float64, n)
		var repeated []float64
		for i, v := range values {
			times := random.Below(4)
			weights[i] = float64(times)
			repeated = append(repeated, slices.Repeat([]float64{v}, times)...)
		}
		for _, cutter := range cutters() {
			want, err := cutter.Cuts(repeated, nil)
			require.NoError(t, err)
			got, err := cutter.Cuts(values, weights)
			require.NoError(t, err)
			require.Equal(t, want, got, "%#v of %v times %v", cutter, values, weights)
			for i := range weights {
				weights[i] *= 0x1p-70 // another unit of weight
			}
			got, err = cutter.Cuts(values, weights)
			require.NoError(t, err)
			require.Equal(t, want, got, "%#v of %v times %v", cutter, values, weights)
			for i := range weights {
				weights[i] *= 0x1p70
			}
		}
	}
}

// A larger unit of the values makes larger cuts and the same tiers.
func TestCutsFollowTheUnit(t *testing.T) {
	random := splitmix.Source(6)
	for range 100 {
		values := sample(&random, 1+random.Below(30))
		for _, cutter := range cutters()[1:] {
			want, err := cutter.Cuts(values, nil)
			require.NoError(t, err)
			for _, exponent := range []int{-900, 10, 950} {
				scaled := make([]float64, len(values))
				for i, v := range values {
					scaled[i] = math.Ldexp(v, exponent)
				}
				got, err := cutter.Cuts(scaled, nil)
				require.NoError(t, err)
				require.Len(t, got, len(want))
				for i, v := range values {
					require.Equal(t, tier(want, v), tier(got, scaled[i]), "%#v of %v times 2^%d: %v and %v", cutter, values, exponent, want, got)
				}
			}
		}
	}
}

func TestQuantilesAsDefined(t *testing.T) {
	random := splitmix.Source(7)
	for range 400 {
		values := sample(&random, 1+random.Below(50))
		k := 1 + random.Below(12)
		cuts, err := segment.Quantiles{K: k}.Cuts(values, nil)
		require.NoError(t, err)
		for _, x := range values {
			below := 0
			for _, y := range values {
				if y < x {
					below++
				}
			}
			require.Equal(t, k*below/len(values), tier(cuts, x), "%v in %d of %v: %v", x, k, values, cuts)
		}
	}
}

func TestQuantilesWithoutTiesAreEven(t *testing.T) {
	for n := 1; n < 40; n++ {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i * 17 % 41)
		}
		for k := 1; k <= n; k++ {
			cuts, err := segment.Quantiles{K: k}.Cuts(values, nil)
			require.NoError(t, err)
			require.Len(t, cuts, k-1)
			count := make([]int, k)
			for _, v := range values {
				count[tier(cuts, v)]++
			}
			require.LessOrEqual(t, slices.Max(count)-slices.Min(count), 1, "%d in %d: %v", n, k, count)
		}
	}
}

// The set of the largest values that makes up a share is found by trial.
func TestCumulativeShareAsDefined(t *testing.T) {
	random := splitmix.Source(8)
	shares := []float64{0.25, 0.5, 0.75, 0.875} // exact, as are the sums of quarters
	for range 500 {
		n := 1 + random.Below(30)
		values := make([]float64, n)
		total := 0.0
		for i := range values {
			values[i] = float64(random.Below(4)*random.Below(30)) / 4
			total += values[i]
		}
		cuts, err := segment.CumulativeShare{Shares: shares}.Cuts(values, nil)
		require.NoError(t, err)
		if total == 0 {
			require.Empty(t, cuts)
			continue
		}
		require.Len(t, cuts, len(shares))
		for _, x := range values {
			above := 0.0
			for _, y := range values {
				if y > x {
					above += y
				}
			}
			// x is needed for the first share that what is above it does not reach.
			want := len(shares)
			for want > 0 && above >= shares[len(shares)-want]*total {
				want--
			}
			require.Equal(t, want, tier(cuts, x), "%v of %v: %v", x, values, cuts)
		}
	}
}

func TestCumulativeShare(t *testing.T) {
	for name, c := range map[string]struct {
		values, shares, want []float64
	}{
		"as usual":            {values: []float64{80, 15, 5}, want: []float64{15, 80}},
		"equal ones together": {values: slices.Repeat([]float64{0.1}, 10), shares: []float64{0.7}, want: []float64{0.1}},
		"seven of ten": {values: []float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1}, shares: []float64{2.7 / 5.5},
			want: []float64{0.8}}, // 1 + 0.9 + 0.8, exactly
		"nobody is B":            {values: []float64{970, 10, 10, 10}, want: []float64{490, 970}},
		"A takes all":            {values: []float64{6, 6}, want: []float64{3, 6}},
		"nobody is C":            {values: []float64{85, 15}, want: []float64{15, 85}},
		"nothing to divide":      {values: []float64{0, 0}},
		"nothing at all":         {},
		"zeros are last":         {values: []float64{0, 3, 0, 7}, want: []float64{3, 7}, shares: []float64{0.7, 0.9}},
		"no room for an empty B": {values: []float64{1, math.Nextafter(1, 0), math.SmallestNonzeroFloat64}, shares: []float64{0.4, 0.45}, want: []float64{1}},
	} {
		cuts, err := segment.CumulativeShare{Shares: c.shares}.Cuts(c.values, nil)
		require.NoError(t, err, name)
		require.Equal(t, c.want, cuts, name)
	}
}

func TestDeviationsAsDefined(t *testing.T) {
	cuts, err := segment.Deviations{Multiples: []float64{-1, 0, 2}}.Cuts([]float64{2, 4, 4, 4, 5, 5, 7, 9}, nil)
	require.NoError(t, err)
	require.Equal(t, []float64{3, 5, 9}, cuts) // mean 5, standard deviation 2
	cuts, err = segment.Deviations{}.Cuts([]float64{1e15 + 2, 1e15 + 4}, []float64{1, 3})
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{3.5 - math.Sqrt(0.75), 3.5 + math.Sqrt(0.75)}, []float64{cuts[0] - 1e15, cuts[1] - 1e15}, 0.125)
	cuts, err = segment.Deviations{Multiples: []float64{-1e300, 1, 1e300}}.Cuts([]float64{-1e200, 1e200}, nil)
	require.NoError(t, err)
	require.Equal(t, []float64{1e200}, cuts) // beyond floating point there are no values
}

func TestCuttersNameFaults(t *testing.T) {
	value := []float64{1, math.NaN(), -2, math.Inf(1)}
	weight := []float64{1, -1, math.NaN()}
	const arguments = "value[1] = NaN: is not finite\nvalue[3] = +Inf: is not finite\n" +
		"weight[1] = -1: is not a finite number ≥ 0\nweight[2] = NaN: is not a finite number ≥ 0\nweight = 3: is not the number of values"
	for _, c := range []struct {
		cutter segment.Cutter
		want   string
	}{
		{segment.FixedCuts{2, math.NaN(), 1}, arguments + "\ncuts[1] = NaN: is not finite"},
		{segment.FixedCuts{2, 2, 1}, arguments + "\ncuts[1] = 2: is not above 2, the one before it\ncuts[2] = 1: is not above 2, the one before it"},
		{segment.Quantiles{K: -3}, "k = -3: is not one of 0 to 1000\n" + arguments},
		{segment.NaturalBreaks{K: -1}, "k = -1: is not one of 0 to 1000\n" + arguments},
		{segment.Deviations{Multiples: []float64{1, math.Inf(1)}}, "multiples[1] = +Inf: is not finite\n" + arguments},
		{segment.CumulativeShare{Shares: []float64{0, 0.5, 0.5, 1}},
			"shares[2] = 0.5: is not above 0.5, the one before it\nshares[0] = 0: is not above 0 and below 1\nshares[3] = 1: is not above 0 and below 1\n" +
				"value[2] = -2: is negative, and has no share of a total\n" + arguments[:0] + "value[1] = NaN: is not finite\nvalue[3] = +Inf: is not finite\n" + arguments[len("value[1] = NaN: is not finite\nvalue[3] = +Inf: is not finite\n"):]},
	} {
		_, err := c.cutter.Cuts(value, weight)
		require.ErrorIs(t, err, partition.ErrInput)
		require.EqualError(t, err, c.want, fmt.Sprintf("%#v", c.cutter))
	}
	_, err := segment.NaturalBreaks{K: -1}.SumsOfSquares(value, nil)
	require.EqualError(t, err, "k = -1: is not one of 0 to 1000\nvalue[1] = NaN: is not finite\nvalue[3] = +Inf: is not finite")
}

func TestWeightsOfZeroDoNotCount(t *testing.T) {
	for _, cutter := range cutters()[1:] {
		want, err := cutter.Cuts([]float64{5, 6, 9}, nil)
		require.NoError(t, err)
		got, err := cutter.Cuts([]float64{1e9, 5, 6, 7, 9}, []float64{0, 1, 1, 0, 1})
		require.NoError(t, err)
		require.Equal(t, want, got, "%#v", cutter)
		none, err := cutter.Cuts([]float64{1e9, 5}, []float64{0, 0})
		require.NoError(t, err)
		require.Empty(t, none, "%#v", cutter)
	}
}

func TestNegativeZeroIsZero(t *testing.T) {
	minus := math.Copysign(0, -1)
	cuts, err := segment.NaturalBreaks{K: 5}.Cuts([]float64{0, minus, 1, minus, 0}, nil)
	require.NoError(t, err)
	require.Equal(t, []float64{1}, cuts)
}

// Whatever the numbers are, cuts ascend, are finite, and divide no worse than
// one tier does.
func FuzzCutters(f *testing.F) {
	add := func(x ...float64) {
		var data []byte
		for _, v := range x {
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		}
		f.Add(data, true)
		f.Add(data, false)
	}
	add(1, 2, 3, 4)
	add(math.MaxFloat64, -math.MaxFloat64, 0, 1e-300)
	add(math.SmallestNonzeroFloat64, 0, math.Copysign(0, -1), 1, math.Nextafter(1, 2), 1e308)
	add(math.NaN(), math.Inf(1), -5)
	f.Fuzz(func(t *testing.T, data []byte, weighted bool) {
		var values, weights []float64
		sound, negative := true, false
		for ; len(data) >= 8; data = data[8:] {
			v := math.Float64frombits(binary.LittleEndian.Uint64(data))
			if weighted && len(weights) < len(values) {
				weights = append(weights, v)
				sound = sound && v >= 0 && !math.IsInf(v, 0)
				continue
			}
			values = append(values, v)
			sound = sound && !math.IsNaN(v) && !math.IsInf(v, 0)
			negative = negative || v < 0
		}
		if weighted && len(weights) < len(values) {
			values = values[:len(weights)]
			sound = false // for what was cut off, perhaps
		}
		for _, cutter := range cutters() {
			cuts, err := cutter.Cuts(values, weights)
			if err != nil {
				_, share := cutter.(segment.CumulativeShare)
				require.True(t, !sound || share && negative, "%#v of %v times %v: %v", cutter, values, weights, err)
				continue
			}
			for i, c := range cuts {
				require.False(t, math.IsNaN(c) || math.IsInf(c, 0), "%#v of %v times %v: %v", cutter, values, weights, cuts)
				require.True(t, i == 0 || cuts[i-1] < c, "%#v of %v times %v: %v", cutter, values, weights, cuts)
			}
			sum, err := segment.SumOfSquares(values, weights, cuts)
			require.NoError(t, err)
			one, err := segment.SumOfSquares(values, weights, nil)
			require.NoError(t, err)
			require.True(t, sum <= one*(1+1e-9)+math.SmallestNonzeroFloat64*1e3, "%#v of %v times %v: %v", cutter, values, weights, cuts)
		}
	})
}
