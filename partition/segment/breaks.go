package segment

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// NaturalBreaks makes the K tiers whose values lie closest together (optimal
// k-means in one dimension, the natural breaks of Fisher and Jenks): the cuts
// minimise
//
//	Σ over tiers t  Σ over units i of t  w_i·(x_i - mean_t)²,  mean_t = Σ w·x / Σ w.
//
// The answer is the optimum and not, as with k-means by iteration, a local one.
// Rounding aside: all sums are of terms ≥ 0, taken about a value of the tier
// itself, so that they are as exact for values about 10⁹ that differ by 1 as for
// others. Where several divisions are optimal, one of them is given, the same on
// every platform.
//
// Every cut is one of the values: the lowest of the tier above it. With no more
// than K different values each is a tier of its own.
//
// The method builds the optimum of k tiers from that of k-1: as the sum of
// squares of a tier satisfies the quadrangle inequality, the cuts of the two
// interleave,
//
//	c_{q-1}(k-1) ≤ c_q(k) ≤ c_q(k-1)
//
// (a path-swapping argument as in Aggarwal, Schieber and Tokuyama, Finding a
// minimum-weight k-link path in graphs with the concave Monge property, 1994),
// so that each tier looks for its end within one tier of the coarser division
// only. The minima of these rows are found by the algorithm of Aggarwal, Klawe,
// Moran, Shor and Wilber (Geometric applications of a matrix-searching
// algorithm, 1987). O(K·n) time after sorting, O(n) memory.
type NaturalBreaks struct {
	K int `json:"k,omitempty"` // number of tiers, at most 1,000; 0: 3
}

// Cuts gives K-1 cuts, or as many as there are different values less one.
func (b NaturalBreaks) Cuts(value, weight []float64) ([]float64, error) {
	var faults partition.Faults
	k := tiersAsked(&faults, b.K, 3)
	p := pointsOf(&faults, value, weight)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	scaled, _ := p.scaled()
	ends, _ := divide(scaled, k)
	var cuts []float64
	for _, end := range ends[:max(len(ends)-1, 0)] {
		cuts = append(cuts, p.value[end])
	}
	return cuts, nil
}

// SumsOfSquares gives the least sum of squares with 1, 2, …, K tiers: what to
// look at when K is to be chosen. There are fewer where there are fewer
// different values; the last one is then 0. The sum over its first, which is that
// of the whole column about its mean, is the share that the tiers do not
// explain. It is what Cuts minimises; [SumOfSquares] takes the sum for any cuts.
func (b NaturalBreaks) SumsOfSquares(value, weight []float64) ([]float64, error) {
	var faults partition.Faults
	k := tiersAsked(&faults, b.K, 3)
	p := pointsOf(&faults, value, weight)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	scaled, exponent := p.scaled()
	_, sums := divide(scaled, k)
	for i := range sums {
		sums[i] = math.Ldexp(sums[i], 2*exponent+p.exponent)
	}
	return sums, nil
}

// SumOfSquares is the sum of squares within the tiers that the cuts make,
//
//	Σ over tiers t  Σ over units i of t  w_i·(x_i - mean_t)²,
//
// which says how alike the members of a tier are, whatever [Cutter] the cuts are
// from. Arguments are as for a Cutter, and cuts finite and ascending. The sum
// may be +Inf where it is beyond floating point. O(n), and O(n·log n) below 2,048
// values.
func SumOfSquares(value, weight, cuts []float64) (float64, error) {
	var faults partition.Faults
	checkAscending(&faults, "cuts", cuts)
	p := pointsOf(&faults, value, weight)
	if err := faults.Err(); err != nil {
		return 0, err
	}
	scaled, exponent := p.scaled()
	sum, from := 0.0, 0
	for tier := 0; tier <= len(cuts); tier++ {
		to := from
		for to < p.len() && (tier == len(cuts) || p.value[to] < cuts[tier]) {
			to++
		}
		sum += scaled.between(from, to)
		from = to
	}
	return math.Ldexp(sum, 2*exponent+p.exponent), nil
}

// between is the sum of squares of the points from..to-1 about their mean.
func (p points) between(from, to int) float64 {
	if from == to {
		return 0
	}
	low := p.value[from]
	var weight, first float64
	for i := from; i < to; i++ {
		weight += p.weight[i]
		first += float64(p.weight[i] * (p.value[i] - low))
	}
	mean, sum := first/weight, 0.0
	for i := from; i < to; i++ {
		off := (p.value[i] - low) - mean
		sum += float64(float64(p.weight[i]*off) * off)
	}
	return sum
}
