package segment

import (
	"math"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// Snapshot is which class each unit is in at one time, and what it is worth
// then. [Take] makes one of a book and a dimension; a column of one's own
// becomes one as well:
//
//	plan, err := partition.NewPlan(ladder.Tiers(), memory.Tier)
//	spring := &segment.Snapshot{Class: plan, Ranked: ladder.Tiers(), Value: revenue}
type Snapshot struct {
	Class  partition.Assignment // class of each unit; one that is Unassigned counts as not there
	Labels []string             // of the classes, all different; nil: "0", "1" and so on
	Ranked int                  // classes 0..Ranked-1 ascend; 0: classes have no order
	Value  []float64            // per unit, finite, NaN counts as 0; nil: units are counted only
}

// Take classifies the units of a book now; value is an attribute that is a
// number, or "" where there is none. Errors are those of the dimension and of
// the attribute.
func Take(book *partition.Table, d Dimension, value string) (*Snapshot, error) {
	if book == nil || d == nil {
		var faults partition.Faults
		if book == nil {
			faults.Add(partition.InputError{Field: "book", Index: -1, Why: "is nil"}, nil)
		}
		if d == nil {
			faults.Add(partition.InputError{Field: "dimension", Index: -1, Why: "is nil"}, nil)
		}
		return nil, faults.Err()
	}
	r := reader{book: book}
	column := r.column(d)
	s := &Snapshot{}
	if value != "" {
		s.Value = r.numbers("value", -1, value)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	plan, err := partition.NewPlan(len(column.Labels), column.of)
	if err != nil {
		return nil, err
	}
	s.Class, s.Labels, s.Ranked = plan, column.Labels, column.Ranked
	return s, nil
}

// read checks a snapshot and reads its classes out. The field is what faults
// call it; after a fault the result means nothing.
func (s *Snapshot) read(field string, faults *partition.Faults) (of []int32, labels []string) {
	fault := func(part string, index int, value any, why string) {
		faults.Add(partition.InputError{Field: field + part, Index: index, Value: value, Why: why}, nil)
	}
	if s == nil || s.Class == nil {
		fault("", -1, nil, "has no classes")
		return nil, nil
	}
	n, k := s.Class.Len(), s.Class.K()
	if n < 0 || n >= math.MaxInt32 || k < 0 || k > max(n, 1<<20) { // as of any plan
		fault(".Class", -1, nil, "has "+strconv.Itoa(n)+" units and "+strconv.Itoa(k)+" classes; that is no plan")
		return nil, nil
	}
	of = make([]int32, n)
	for i := range of {
		c := s.Class.Of(i)
		if c < partition.Unassigned || c >= k {
			fault(".Class", i, c, "is neither a class (of "+strconv.Itoa(k)+") nor -1 (none)")
			continue
		}
		of[i] = int32(c)
	}
	if labels = s.Labels; labels == nil {
		labels = make([]string, k)
		for c := range labels {
			labels[c] = strconv.Itoa(c)
		}
	} else if len(labels) != k {
		fault(".Labels", -1, len(labels), "is their number, that of the classes is "+strconv.Itoa(k))
	}
	seen := make(map[string]int, len(labels))
	for c, label := range labels {
		if first, twice := seen[label]; twice {
			fault(".Labels", c, label, "is the label of class "+strconv.Itoa(first)+" too")
			continue
		}
		seen[label] = c
	}
	if s.Ranked < 0 || s.Ranked > k {
		fault(".Ranked", -1, s.Ranked, "is no number of classes; there are "+strconv.Itoa(k))
	}
	if s.Value != nil && len(s.Value) != n {
		fault(".Value", -1, len(s.Value), "is their number, that of the units is "+strconv.Itoa(n))
	}
	for i, v := range s.Value {
		if math.IsInf(v, 0) {
			fault(".Value", i, v, "is infinite; NaN is missing")
		}
	}
	return of, labels
}

// value is what a unit is worth.
func (s *Snapshot) value(unit int) float64 {
	if s.Value == nil || unit < 0 {
		return 0
	}
	if v := s.Value[unit]; v == v {
		return v
	}
	return 0
}
