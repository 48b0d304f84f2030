package allocate

import (
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// checkOptions adds the faults of c itself.
func (c Centers) checkOptions(f *partition.Faults) {
	if !(c.Gap >= 0) {
		f.Add(partition.InputError{Field: "Centers.Gap", Index: -1, Value: c.Gap, Why: "is not a number ≥ 0"}, nil)
	}
	if c.Budget < 0 {
		f.Add(partition.InputError{Field: "Centers.Budget", Index: -1, Value: c.Budget, Why: "is negative"}, nil)
	}
}

// checkPlaces adds the fault of a valid problem with too many units, or without
// a place for each: in Points, in Features or, where between says so, in Between.
func checkPlaces(f *partition.Faults, p *partition.Problem, between bool) {
	n := p.Len()
	fault := func(value int, why string) {
		f.Add(partition.InputError{Field: "Points", Index: -1, Value: value, Why: why}, nil)
	}
	switch located := len(p.Points) == n || len(p.Features) == n; {
	case n > math.MaxInt32:
		fault(n, "are more than 2^31-1 units")
	case !located && between && p.Between == nil:
		fault(len(p.Points), fmt.Sprintf("are not one per unit (%d), and there are no Features and no Between", n))
	case !located && !between:
		fault(len(p.Points), fmt.Sprintf("are not one per unit (%d), and there are no Features", n))
	}
}

// asked is a field of a problem that a method does not support, and whether it
// is there.
type asked struct {
	field string
	is    bool
	why   string
}

// refuse is the error of the first field that is there; nil: none is.
func refuse(fields ...asked) error {
	for _, a := range fields {
		if a.is {
			return unsupported(a.field, a.why)
		}
	}
	return nil
}

// unsupported is the error of a problem that asks for what a method does not do.
func unsupported(field, why string) error {
	return fmt.Errorf("%w: %s: %s", errors.ErrUnsupported, field, why)
}

// measureField names measure r in an error.
func measureField(r int, me partition.Measure) string {
	return fmt.Sprintf("Measures[%d] (%s)", r, me.Name)
}

// unitName names unit i of a design problem in a sentence.
func unitName(p *partition.Problem, i int) string {
	if p.Label != nil {
		if s := p.Label(i); s != "" {
			return s
		}
	}
	return fmt.Sprintf("unit %d", i)
}

// wrongDistance says what is wrong with a distance of the problem, or "". Only
// Between may say that a pair is out of reach.
func wrongDistance(p *partition.Problem, d float64) string {
	switch {
	case math.IsNaN(d):
		return "is not a number"
	case d < 0:
		return "is negative"
	case math.IsInf(d, 1) && p.Between == nil:
		return "is infinite"
	}
	return ""
}

// distanceField is the field that distances come from.
func distanceField(p *partition.Problem) string {
	if p.Between != nil {
		return "Between"
	}
	return "Distance"
}

// everyIndex lists 0..n-1.
func everyIndex(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}
