package segment

import (
	"math"
	"sort"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// Bands classifies a number by fixed cuts into half-open bands, ascending:
//
//	x < Cuts[0],  Cuts[0] ≤ x < Cuts[1],  …,  Cuts[len-1] ≤ x
//
// The class "missing" stands aside after them. Any number has its band; where
// zero, negative and new units are to stand aside as well, and where the cuts are
// to be found in the data (quantiles, cumulative shares, natural breaks), take
// [Tiers].
type Bands struct {
	Attribute string    `json:"attribute"`        // the column of numbers
	As        string    `json:"as,omitempty"`     // the name of the dimension; "": that of the column
	Cuts      []float64 `json:"cuts"`             // finite, strictly ascending, at least one
	Labels    []string  `json:"labels,omitempty"` // one more than Cuts, from the lowest; none: "< 50", "50 to < 250", ">= 250"
}

// Name is As, or else the name of the column.
func (b Bands) Name() string { return called(b.As, b.Attribute) }

// Kind is "bands": what the dimension is called in the JSON of a [Scheme].
func (b Bands) Kind() string { return "bands" }

// Bind takes O(cuts) time, and O(log cuts) for the class of a unit. Faults are a
// column that is not one of numbers, cuts that are not finite or do not ascend,
// and another number of labels than of bands, empty or equal ones.
func (b Bands) Bind(book *partition.Table) (*Classes, error) {
	value, err := book.Numbers(b.Attribute)
	if err != nil {
		return nil, bindFault(b.Name(), err)
	}
	faults := faultsOf(b.Name())
	cuts := append([]float64(nil), b.Cuts...)
	if len(cuts) == 0 {
		faults.add("cuts", -1, nil, "are none; at least one is needed")
	}
	for i, c := range cuts {
		switch {
		case math.IsNaN(c) || math.IsInf(c, 0):
			faults.add("cuts", i, c, "is not finite")
		case i > 0 && c <= cuts[i-1]:
			faults.add("cuts", i, c, "is not above the cut before, "+number(cuts[i-1]))
		}
	}
	labels := bandLabels(faults, b.Labels, len(cuts), func(i int) string { return number(cuts[i]) }, MissingLabel)
	if err := faults.err(); err != nil {
		return nil, err
	}
	missing := len(cuts) + 1
	return &Classes{
		Labels: append(labels, MissingLabel),
		Ranked: missing,
		Scale:  &Scale{Cuts: cuts, Value: func(unit int) float64 { return value[unit] }},
		Of: func(unit int) int {
			x := value[unit]
			if x != x {
				return missing
			}
			return sort.Search(len(cuts), func(i int) bool { return x < cuts[i] })
		},
	}, nil
}

// bandLabels are the labels given for the bands between cuts, checked, or else
// the bands themselves.
func bandLabels(faults *faultList, given []string, cuts int, cut func(int) string, reserved ...string) []string {
	if len(given) > 0 {
		if len(given) != cuts+1 {
			faults.add("labels", -1, nil, "are "+strconv.Itoa(len(given))+", where the cuts make "+strconv.Itoa(cuts+1)+" classes")
		}
		return checkedLabels(faults, given, reserved...)
	}
	if cuts == 0 {
		return nil
	}
	labels := []string{"< " + cut(0)}
	for i := 1; i < cuts; i++ {
		labels = append(labels, cut(i-1)+" to < "+cut(i))
	}
	return append(labels, ">= "+cut(cuts-1))
}

// checkedLabels is a copy of labels, which are to be neither empty nor equal nor
// reserved.
func checkedLabels(faults *faultList, labels []string, reserved ...string) []string {
	first := make(map[string]int, len(labels)+len(reserved))
	for _, r := range reserved {
		first[r] = -1
	}
	for i, label := range labels {
		switch other, taken := first[label]; {
		case label == "":
			faults.add("labels", i, nil, "is empty")
		case taken && other < 0:
			faults.add("labels", i, label, "is the label of a class that is there anyway")
		case taken:
			faults.add("labels", i, label, "is labels["+strconv.Itoa(other)+"] too")
		default:
			first[label] = i
		}
	}
	return append([]string(nil), labels...)
}

// number writes a cut: 250, 1500000, 0.05.
func number(x float64) string {
	format := byte('f')
	if a := math.Abs(x); a != 0 && (a < 1e-6 || a >= 1e15) {
		format = 'g'
	}
	return strconv.FormatFloat(x, format, -1, 64)
}
