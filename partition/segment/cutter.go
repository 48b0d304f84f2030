package segment

import (
	"math"
	"slices"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// Cutter finds the cut points c_1 < … < c_m that divide numbers into m+1 tiers:
//
//	tier(x) = number of cuts ≤ x,
//
// so that 0 is the lowest tier, a cut belongs to the tier above it, equal
// values are never split, and a larger value is never in a lower tier.
//
// value holds finite numbers in any order, weight how much each of them counts,
// finite and ≥ 0; nil: 1 each. A value of weight 0 has no influence. Neither
// slice is changed. The cuts do not depend on the order of the values, and a
// weight of 3 means what three values mean. A tier may be empty. There are fewer
// cuts than asked for where there are too few different values, and none at all
// where there is nothing to divide; that is no error. The error lists all faults
// of the values (field "value"), of the weights ("weight") and of the settings.
type Cutter interface {
	Cuts(value, weight []float64) ([]float64, error)
}

// tierOf is the number of cuts ≤ x.
func tierOf(cuts []float64, x float64) int {
	if len(cuts) > 16 {
		t, found := slices.BinarySearch(cuts, x)
		if found {
			t++
		}
		return t
	}
	t := 0
	for t < len(cuts) && cuts[t] <= x {
		t++
	}
	return t
}

// begin appends the cuts of some tiers, the last of which begins at the value
// x. The others are empty: nothing lies between below and x. They begin at even
// steps from below to x, as far as floating point can tell these apart.
func begin(cuts []float64, tiers int, below, x float64) []float64 {
	for s := 1; s < tiers; s++ {
		f := float64(s) / float64(tiers)
		c := float64(below*(1-f)) + float64(x*f)
		if c > below && c < x && (len(cuts) == 0 || c > cuts[len(cuts)-1]) {
			cuts = append(cuts, c)
		}
	}
	return append(cuts, x)
}

// FixedCuts are cut points that the caller decides, ascending: FixedCuts{100,
// 1000} makes three tiers, below 100, from 100 to below 1,000, and from 1,000
// on. A cut that is not finite, or not above the one before it, is a fault of
// the field "cuts".
type FixedCuts []float64

// Cuts gives a copy of the cuts, whatever the values are. O(n).
func (c FixedCuts) Cuts(value, weight []float64) ([]float64, error) {
	var faults partition.Faults
	checkValues(&faults, value, weight)
	checkAscending(&faults, "cuts", c)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return slices.Clone(c), nil
}

// Deviations cuts at multiples of the standard deviation from the mean:
//
//	c = mean + z·σ,  mean = Σ w·x / Σ w,  σ² = Σ w·(x - mean)² / Σ w.
//
// Where all values are equal there is no cut. The sums are taken about the
// lowest value, in ascending order, so that a large common part of all values
// does no harm.
//
// A multiple that is not finite, or not above the one before it, is a fault of
// the field "multiples".
type Deviations struct {
	Multiples []float64 `json:"multiples,omitempty"` // ascending; none: -1 and 1, which is below, about and above the average
}

// Cuts gives mean + z·σ for every multiple z. O(n).
func (d Deviations) Cuts(value, weight []float64) ([]float64, error) {
	var faults partition.Faults
	z := d.Multiples
	if len(z) == 0 {
		z = []float64{-1, 1}
	}
	checkAscending(&faults, "multiples", z)
	p := pointsOf(&faults, value, weight)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if p.len() < 2 {
		return nil, nil
	}
	p, exponent := p.scaled()
	low := p.value[0]
	var total, first float64
	for i, x := range p.value {
		total += p.weight[i]
		first += float64(p.weight[i] * (x - low))
	}
	mean := first / total // above low
	var second float64
	for i, x := range p.value {
		off := (x - low) - mean
		second += float64(float64(p.weight[i]*off) * off)
	}
	sigma := math.Sqrt(second / total)
	var cuts []float64
	for _, step := range z {
		c := math.Ldexp(low+(mean+float64(step*sigma)), exponent)
		if !math.IsInf(c, 0) && (len(cuts) == 0 || c > cuts[len(cuts)-1]) {
			cuts = append(cuts, c)
		}
	}
	return cuts, nil
}

// checkAscending reports the numbers of a setting that are not finite or do not ascend.
func checkAscending(faults *partition.Faults, field string, x []float64) {
	for i, v := range x {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			faults.Add(partition.InputError{Field: field, Index: i, Value: v, Why: "is not finite"}, nil)
		case i > 0 && v <= x[i-1]:
			faults.Add(partition.InputError{Field: field, Index: i, Value: v, Why: "is not above " + number(x[i-1]) + ", the one before it"}, nil)
		}
	}
}

// mostTiers keeps a slip in a setting from taking all memory.
const mostTiers = 1000

// tiersAsked is k, or standard where k is 0.
func tiersAsked(faults *partition.Faults, k, standard int) int {
	if k < 0 || k > mostTiers {
		faults.Add(partition.InputError{Field: "k", Index: -1, Value: k, Why: "is not one of 0 to " + strconv.Itoa(mostTiers)}, nil)
	}
	if k == 0 {
		return standard
	}
	return k
}
