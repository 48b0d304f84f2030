package balance

import "math"

// HHI is the Herfindahl-Hirschman index, the sum of the squared shares,
//
//	HHI = Σ_i (x_i / Σ x)² = (1 + CV²) / n.
//
// It runs from 1/n, all equal, to 1, one has everything: its inverse is the
// number of equal holders that would be as concentrated. A value that is
// negative or not finite makes it NaN; no values or all zero: 0, there is
// nothing to concentrate. O(n log n).
//
// A. O. Hirschman, National Power and the Structure of Foreign Trade, 1945 (its
// square root); O. C. Herfindahl, Concentration in the Steel Industry,
// dissertation, Columbia University, 1950.
func HHI(x []float64) float64 {
	s, total := sorted(x)
	if !(total > 0) {
		return total
	}
	var sum float64
	for _, v := range s {
		p := v / total
		sum += float64(p * p)
	}
	return sum
}

// TopShare is the share of the total that the largest values hold that make up
// the fraction q of all, between 0 and 1: TopShare(revenue, 0.2) asks what part
// of the revenue the top fifth brings in. Where q·n is not whole, the next
// value counts in proportion, so that the result is
//
//	1 - L(1 - q)
//
// with L the Lorenz curve of the values, linear between its points. Equal
// values give q. A value that is negative or not finite makes it NaN, and so
// does q outside 0..1; no values or all zero: 0. O(n log n).
//
// M. O. Lorenz, Methods of Measuring the Concentration of Wealth, Publications
// of the American Statistical Association 9 (1905) 209-219.
func TopShare(x []float64, q float64) float64 {
	s, total := sorted(x)
	if !(q >= 0 && q <= 1) {
		return math.NaN()
	}
	if !(total > 0) {
		return total
	}
	n := len(s)
	top := float64(q * float64(n))
	whole := int(top)
	var sum float64
	for _, v := range s[n-whole:] {
		sum += v
	}
	if whole < n {
		sum += float64((top - float64(whole)) * s[n-1-whole])
	}
	return math.Min(1, sum/total)
}
