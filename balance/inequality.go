package balance

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/detmath"
)

// Gini is the Gini coefficient, half the mean absolute difference relative to the mean,
//
//	G = Σ_i Σ_j |x_i - x_j| / (2·n²·µ) = Σ_i (2i - n - 1)·x_(i) / (n·Σ x),   x_(1) ≤ … ≤ x_(n).
//
// It runs from 0, all equal, to (n-1)/n, one has everything. A value that is
// negative or not finite makes it NaN; no values or all zero: 0. O(n log n).
//
// C. Gini, Variabilità e mutabilità, Bologna 1912.
func Gini(x []float64) float64 {
	s, total := sorted(x)
	if !(total > 0) {
		return total
	}
	n := len(s)
	// Differences of opposite ranks instead of signed ranks: no cancellation,
	// so that equal values give exactly 0.
	var sum float64
	for i, j := 0, n-1; i < j; i, j = i+1, j-1 {
		sum += float64(float64(j-i) * (s[j] - s[i]))
	}
	return sum / float64(float64(n)*total)
}

// CV is the coefficient of variation, the standard deviation relative to the mean,
//
//	CV = √(Σ_i (x_i/µ - 1)² / n),
//
// of the values as a whole population (n, not n-1). It runs from 0, all equal,
// to √(n-1), one has everything. A value that is negative or not finite makes
// it NaN; no values or all zero: 0. O(n log n).
//
// K. Pearson, Mathematical Contributions to the Theory of Evolution III:
// Regression, Heredity, and Panmixia, Phil. Trans. R. Soc. A 187 (1896).
func CV(x []float64) float64 {
	s, total := sorted(x)
	if !(total > 0) {
		return total
	}
	n := float64(len(s))
	mean := total / n
	var sum float64
	for _, v := range s {
		d := (v - mean) / mean
		sum += float64(d * d)
	}
	return math.Sqrt(sum / n)
}

// Theil is Theil's index, the entropy that the distribution of the total lacks,
//
//	T = 1/n · Σ_i (x_i/µ)·ln(x_i/µ),   0·ln 0 = 0.
//
// It runs from 0, all equal, to ln n, one has everything. A value that is
// negative or not finite makes it NaN; no values or all zero: 0. O(n log n).
//
// H. Theil, Economics and Information Theory, North-Holland 1967.
func Theil(x []float64) float64 {
	s, total := sorted(x)
	if !(total > 0) {
		return total
	}
	n := float64(len(s))
	mean := total / n
	var sum float64
	for _, v := range s {
		if r := v / mean; r > 0 {
			sum += float64(r * detmath.Log(r))
		}
	}
	return math.Max(0, sum/n) // rounding may end just below
}

// Jain is Jain's fairness index,
//
//	J = (Σ x)² / (n·Σ x²) = 1 / (1 + CV²).
//
// It runs from 1/n, one has everything, to 1, all equal; k that share equally
// beside n-k that have nothing give k/n. A value that is negative or not
// finite makes it NaN; no values or all zero: 1. O(n log n).
//
// R. Jain, D.-M. Chiu, W. Hawe, A Quantitative Measure of Fairness and
// Discrimination for Resource Allocation in Shared Computer Systems,
// Digital Equipment Corporation, DEC-TR-301, 1984.
func Jain(x []float64) float64 {
	cv := CV(x)
	return 1 / (1 + float64(cv*cv))
}

// MaxMin is the largest value divided by the smallest. It is 1 where all are
// equal and +Inf where some but not all are zero. A value that is negative or
// not finite makes it NaN; no values or all zero: 1. O(n log n).
func MaxMin(x []float64) float64 {
	s, total := sorted(x)
	switch {
	case math.IsNaN(total):
		return total
	case total == 0:
		return 1
	}
	return s[len(s)-1] / s[0]
}

// sorted is an ascending copy of x with its sum, scaled by a power of two so
// that the largest value is about 1: no sum overflows, no mean underflows, and
// no ratio changes. The sum is NaN where a value is negative or not finite.
func sorted(x []float64) ([]float64, float64) {
	s := slices.Clone(x)
	slices.Sort(s) // NaN first
	if len(s) == 0 {
		return s, 0
	}
	top := s[len(s)-1]
	if !(s[0] >= 0) || math.IsInf(top, 1) {
		return s, math.NaN()
	}
	_, exponent := math.Frexp(top)
	var total float64
	for i, v := range s {
		s[i] = math.Ldexp(v, -exponent)
		total += s[i]
	}
	return s, total
}
