package segment

import "github.com/territory-go/territory/partition"

// Quantiles makes K tiers of equal weight, as far as equal values allow:
//
//	tier(x) = ⌊K · (weight of the values below x) / (weight of all values)⌋,
//
// so that values that are equal go together where the first of them would go.
// Without equal values and with weights of 1, the tiers differ by one unit at
// most.
//
// Where many values are equal, tiers are empty. Every cut is the lowest value of
// the tier above it; an empty tier begins between the values around it, several
// at even steps. Where the highest tiers are empty there are fewer cuts.
type Quantiles struct {
	K int `json:"k,omitempty"` // number of tiers, at most 1,000; 0: 4, quartiles
}

// Cuts gives K-1 cuts, or fewer. O(n + K), and O(n·log n) below 2,048 values.
func (q Quantiles) Cuts(value, weight []float64) ([]float64, error) {
	var faults partition.Faults
	k := tiersAsked(&faults, q.K, 4)
	p := pointsOf(&faults, value, weight)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	total := 0.0
	for _, w := range p.weight {
		total += w
	}
	var cuts []float64
	below, last := 0.0, 0
	for i, w := range p.weight {
		tier := last
		// A product of integers is exact where a quotient is not.
		for tier < k-1 && float64(float64(k)*below) >= float64(float64(tier+1)*total) {
			tier++
		}
		if tier > last {
			cuts = begin(cuts, tier-last, p.value[i-1], p.value[i])
			last = tier
		}
		below += w
	}
	return cuts, nil
}
