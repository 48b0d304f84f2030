package segment_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition/segment"
)

// squares is the sum of squares of each group about its mean, taken from
// integers or other harmless numbers by the definition.
func squares(groups ...[]float64) float64 {
	total := 0.0
	for _, g := range groups {
		mean := 0.0
		for _, x := range g {
			mean += x / float64(len(g))
		}
		for _, x := range g {
			total += (x - mean) * (x - mean)
		}
	}
	return total
}

// leastByTrial tries every division of the sorted values into k groups, but for
// those that split equal values.
func leastByTrial(sorted []float64, k int) float64 {
	if k == 1 {
		return squares(sorted)
	}
	least := math.Inf(1)
	for end := 1; end < len(sorted); end++ {
		if sorted[end] != sorted[end-1] {
			least = min(least, squares(sorted[:end])+leastByTrial(sorted[end:], k-1))
		}
	}
	return least
}

func different(values []float64) int {
	seen := map[float64]bool{}
	for _, v := range values {
		seen[v] = true
	}
	return len(seen)
}

func TestNaturalBreaksAreTheBestOfAllDivisions(t *testing.T) {
	random := splitmix.Source(1)
	for trial := range 150 {
		n := 1 + random.Below(12)
		values := make([]float64, n)
		for i := range values {
			switch trial % 4 {
			case 0: // many ties
				values[i] = float64(random.Below(8))
			case 1:
				values[i] = random.Float()
			case 2: // a heavy tail
				values[i] = 1 / (0.001 + random.Float())
			case 3: // two far groups
				values[i] = float64(random.Below(2)*1000 - random.Below(30))
			}
		}
		sorted := slices.Sorted(slices.Values(values))
		for k := 1; k <= n; k++ {
			cuts, err := segment.NaturalBreaks{K: k}.Cuts(values, nil)
			require.NoError(t, err)
			require.Len(t, cuts, min(k, different(values))-1)
			got, err := segment.SumOfSquares(values, nil, cuts)
			require.NoError(t, err)
			want := 0.0
			if k < different(values) {
				want = leastByTrial(sorted, k)
			}
			require.InDelta(t, want, got, 1e-9*want+1e-18, "%v in %d", values, k)
		}
	}
}

// leastByRows is the textbook recurrence, O(k·n²), on sorted values with weights.
func leastByRows(value, weight []float64, k int) []float64 {
	n := len(value)
	cost := make([][]float64, n+1)
	for i := range cost {
		cost[i] = make([]float64, n+1)
		var w, mean, sum float64
		for j := i; j < n; j++ {
			off := value[j] - mean
			sum += off * off * weight[j] * w / (w + weight[j])
			w += weight[j]
			mean += off * weight[j] / w
			cost[i][j+1] = sum
		}
	}
	least := make([]float64, n+1)
	copy(least, cost[0])
	least[0] = math.Inf(1)
	sums := []float64{least[n]}
	for q := 2; q <= k; q++ {
		for i := n; i >= 0; i-- {
			best := math.Inf(1)
			for j := range i {
				best = min(best, least[j]+cost[j][i])
			}
			least[i] = best
		}
		sums = append(sums, least[n])
	}
	return sums
}

func TestNaturalBreaksAreTheBestWithWeights(t *testing.T) {
	random := splitmix.Source(2)
	for trial := range 60 {
		n := 20 + random.Below(100)
		value, weight := make([]float64, n), make([]float64, n)
		for i := range value {
			weight[i] = float64(1 + random.Below(9))
			step := random.Float()
			switch trial % 5 {
			case 1: // a long tail above
				step = 1 / (0.01 + step)
			case 2: // a long tail below
				step = float64(n-i) * float64(n-i) * float64(n-i) * step
			case 3: // groups
				if random.Below(10) == 0 {
					step += 100
				}
			case 4: // one weight above all
				weight[i] += 1e6 * float64(random.Below(30)/29)
			}
			value[i] = step
			if i > 0 {
				value[i] += value[i-1]
			}
		}
		const k = 13
		got, err := segment.NaturalBreaks{K: k}.SumsOfSquares(value, weight)
		require.NoError(t, err)
		require.Len(t, got, k)
		for q, want := range leastByRows(value, weight, k) {
			require.InEpsilon(t, want, got[q], 1e-10, "trial %d, %d tiers", trial, q+1)
			cuts, err := segment.NaturalBreaks{K: q + 1}.Cuts(value, weight)
			require.NoError(t, err)
			require.Len(t, cuts, q)
			sum, err := segment.SumOfSquares(value, weight, cuts)
			require.NoError(t, err)
			require.InEpsilon(t, want, sum, 1e-10, "trial %d, %d tiers", trial, q+1)
		}
	}
}

// The sums of squares that ckmeans of the npm package simple-statistics 7.12.1
// comes to, taken about the mean of each of its clusters, on twenty sets that
// congruential numbers make: x' = 1664525·x + 1013904223 mod 2^32, x = number of
// the set at first, u = x/2^32.
func TestNaturalBreaksAgainstSimpleStatistics(t *testing.T) {
	for s, want := range []float64{
		4795.945075757574, 1438.4986559693086, 466208.20483111823, 10.051891139080428, 0.40474495271079575,
		3602.092349587093, 1337.415884097677, 316860.69777392835, 1118749.556776742, 4.563487323770834,
		28590.237567877113, 20388.012513855985, 1447733.9979409024, 22.428951621291013, 0.9126056652877806,
		8103.346655913939, 1733.6325808564072, 18784694.340560783, 1164006.921010316, 5.061089678465753,
	} {
		set := s + 1
		x := uint32(set)
		next := func() float64 {
			x = 1664525*x + 1013904223
			return float64(x) / (1 << 32)
		}
		values := make([]float64, 50*set)
		for i := range values {
			u := next()
			switch set % 5 {
			case 0:
				values[i] = u
			case 1:
				values[i] = math.Floor(100 * u)
			case 2:
				values[i] = 1 / (0.001 + u)
			case 3:
				values[i] = 1e9 + 1000*u
			case 4:
				w := next()
				values[i] = 100*math.Floor(4*u) + w*w
			}
		}
		cuts, err := segment.NaturalBreaks{K: 2 + set%9}.Cuts(values, nil)
		require.NoError(t, err)
		got, err := segment.SumOfSquares(values, nil, cuts)
		require.NoError(t, err)
		require.InEpsilon(t, want, got, 1e-9, "set %d", set)
	}
}

// What all values have in common, however large, takes nothing from the answer.
func TestNaturalBreaksSeeSmallDifferences(t *testing.T) {
	small := []float64{0, 1, 2, 10, 11, 12, 30, 31, 33}
	want := 2.0 + 2 + 14.0/3
	for name, at := range map[string]func(float64) float64{
		"as it is":       func(x float64) float64 { return x },
		"about 10^9":     func(x float64) float64 { return 1e9 + x },
		"about -2^52":    func(x float64) float64 { return -(1 << 52) + x },
		"times 2^990":    func(x float64) float64 { return math.Ldexp(x, 990) },
		"times 2^-1000":  func(x float64) float64 { return math.Ldexp(x, -1000) },
		"the other way":  func(x float64) float64 { return -x },
		"least numbers":  func(x float64) float64 { return x * math.SmallestNonzeroFloat64 },
		"the whole line": func(x float64) float64 { return (x - 16.5) / 16.5 * math.MaxFloat64 },
	} {
		values := make([]float64, len(small))
		for i, x := range small {
			values[i] = at(x)
		}
		cuts, err := segment.NaturalBreaks{K: 3}.Cuts(values, nil)
		require.NoError(t, err, name)
		if at(1) < at(0) {
			require.Equal(t, []float64{at(12), at(2)}, cuts, name)
		} else {
			require.Equal(t, []float64{at(10), at(30)}, cuts, name)
		}
		scale := at(1) - at(0)
		sum, err := segment.SumOfSquares(values, nil, cuts)
		require.NoError(t, err, name)
		if scale*scale > 1e-300 && scale*scale < 1e300 {
			require.InEpsilon(t, want, sum/scale/scale, 1e-12, name)
		}
	}

	// Two groups far apart, each to be divided by differences of 1.
	var values []float64
	for _, x := range small {
		values = append(values, -1e9+x, 1e9+x)
	}
	cuts, err := segment.NaturalBreaks{K: 6}.Cuts(values, nil)
	require.NoError(t, err)
	require.Equal(t, []float64{-1e9 + 10, -1e9 + 30, 1e9, 1e9 + 10, 1e9 + 30}, cuts)
	sums, err := segment.NaturalBreaks{K: 6}.SumsOfSquares(values, nil)
	require.NoError(t, err)
	require.InEpsilon(t, 2*want, sums[5], 1e-12)
}

func TestSumOfSquares(t *testing.T) {
	values := []float64{4, 1, 3, 1}
	sum, err := segment.SumOfSquares(values, nil, nil)
	require.NoError(t, err)
	require.InDelta(t, 6.75, sum, 1e-15)
	sum, err = segment.SumOfSquares(values, nil, []float64{-5, 2, 3, 9}) // tiers without a value, too
	require.NoError(t, err)
	require.InDelta(t, 0.5, sum, 1e-15)
	sum, err = segment.SumOfSquares(values, []float64{2, 0, 2, 3}, []float64{2})
	require.NoError(t, err)
	require.InDelta(t, 1, sum, 1e-15)
	sum, err = segment.SumOfSquares(nil, nil, []float64{2})
	require.NoError(t, err)
	require.Zero(t, sum)
	sum, err = segment.SumOfSquares([]float64{-1e300, 1e300}, nil, nil)
	require.NoError(t, err)
	require.Equal(t, math.Inf(1), sum)
	_, err = segment.SumOfSquares([]float64{math.NaN()}, nil, []float64{2, 2})
	require.EqualError(t, err, "cuts[1] = 2: is not above 2, the one before it\nvalue[0] = NaN: is not finite")
}

func lognormalish(n int) []float64 {
	random := splitmix.Source(7)
	values := make([]float64, n)
	for i := range values {
		z := 0.0
		for range 12 {
			z += random.Float()
		}
		x := 1 + (z-6)/16 // a power of nearly normal numbers
		for range 4 {
			x *= x
		}
		values[i] = 100 * x
	}
	return values
}

func BenchmarkCutters(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		values := lognormalish(n)
		for _, m := range []struct {
			name   string
			cutter segment.Cutter
		}{
			{"breaks", segment.NaturalBreaks{K: 10}},
			{"quantiles", segment.Quantiles{K: 10}},
			{"share", segment.CumulativeShare{}},
			{"deviations", segment.Deviations{}},
		} {
			b.Run(fmt.Sprintf("method=%s/n=%d", m.name, n), func(b *testing.B) {
				for b.Loop() {
					if _, err := m.cutter.Cuts(values, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
