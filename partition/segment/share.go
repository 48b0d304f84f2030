package segment

import (
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// CumulativeShare makes tiers by the share of the total that the largest values
// make up (ABC analysis): the top tier is the smallest set of the largest values
// with
//
//	Σ w·x over the set ≥ Shares[0] · Σ w·x over all,
//
// the next tier adds the fewest further values to reach Shares[1], and so on;
// the lowest tier is the rest. Equal values go together, so that a tier may go
// beyond its share. A sum that misses its share by less than one part in 10¹² is
// taken to reach it, because that much is rounding.
//
// A tier may be empty: where one customer has 97 % of the revenue, the tier A is
// that customer, all others are C, and nobody is B. Every cut is the lowest
// value of the tier above it; an empty tier begins between the values around it
// (below the lowest value: between that and 0), several at even steps. Where all
// values are 0 there is no cut.
//
// Values must not be negative. A share that is not in (0, 1), or not above the
// one before it, is a fault of the field "shares".
type CumulativeShare struct {
	Shares []float64 `json:"shares,omitempty"` // ascending, each above 0 and below 1; none: 0.80 and 0.95, the tiers A, B and C
}

// Cuts gives one cut for each share. O(n + len(Shares)), and O(n·log n) below
// 2,048 values.
func (s CumulativeShare) Cuts(value, weight []float64) ([]float64, error) {
	var faults partition.Faults
	shares := s.Shares
	if len(shares) == 0 {
		shares = []float64{0.80, 0.95}
	}
	checkAscending(&faults, "shares", shares)
	for i, share := range shares {
		if share <= 0 && !math.IsInf(share, 0) || share >= 1 && !math.IsInf(share, 0) {
			faults.Add(partition.InputError{Field: "shares", Index: i, Value: share, Why: "is not above 0 and below 1"}, nil)
		}
	}
	for i, v := range value {
		if v < 0 && !math.IsInf(v, 0) {
			faults.Add(partition.InputError{Field: "value", Index: i, Value: v, Why: "is negative, and has no share of a total"}, nil)
		}
	}
	p := pointsOf(&faults, value, weight)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	scaled, _ := p.scaled()
	total := 0.0
	for i, x := range slices.Backward(scaled.value) {
		total += float64(scaled.weight[i] * x)
	}
	if total == 0 {
		return nil, nil
	}
	// first[s] is the lowest point that is still within share s.
	first := make([]int, len(shares))
	reached, next := 0.0, 0
	for i, x := range slices.Backward(scaled.value) {
		reached += float64(scaled.weight[i] * x)
		for next < len(shares) && reached >= float64(float64(shares[next]*total)*(1-1e-12)) {
			first[next] = i
			next++
		}
	}
	var cuts []float64
	below, empty := 0.0, 0 // the value below the next cut, and the tiers that begin at the same point
	for s, at := range slices.Backward(first) {
		empty++
		if s > 0 && first[s-1] == at {
			continue
		}
		if at > 0 {
			below = p.value[at-1]
		}
		cuts = begin(cuts, empty, below, p.value[at])
		empty = 0
	}
	return cuts, nil
}
