package segment

import (
	"sort"
	"strconv"
	"time"

	"github.com/territory-go/territory/partition"
)

// LifeCycle classifies a date by its age at a given instant: of the first order,
// say, into new and established customers, or of the last one into active,
// dormant and lost ones. A day is 24 hours, and class k is
//
//	Days[k-1] ≤ AsOf - date < Days[k]
//
// with the youngest first. The classes "future", of dates after AsOf, and
// "missing" stand aside after them.
type LifeCycle struct {
	Attribute string    `json:"attribute"`        // the column of dates
	As        string    `json:"as,omitempty"`     // the name of the dimension; "": that of the column
	AsOf      time.Time `json:"asOf"`             // what ages are counted to; years 1 to 9999
	Days      []int     `json:"days"`             // strictly ascending, from 1, at least one
	Labels    []string  `json:"labels,omitempty"` // one more than Days, from the youngest; none: "< 90 days", "90 to < 365 days", ">= 365 days"
}

// Name is As, or else the name of the column.
func (l LifeCycle) Name() string { return called(l.As, l.Attribute) }

// Kind is "lifecycle": what the dimension is called in the JSON of a [Scheme].
func (l LifeCycle) Kind() string { return "lifecycle" }

// Bind takes O(days) time, and O(log days) for the class of a unit. Faults are a
// column that is not one of dates, no AsOf, days that do not ascend or are below
// 1 or above ten million, and another number of labels than of classes, empty or
// equal ones.
func (l LifeCycle) Bind(book *partition.Table) (*Classes, error) {
	date, err := book.Dates(l.Attribute)
	if err != nil {
		return nil, bindFault(l.Name(), err)
	}
	const most, day = 10_000_000, 24 * 60 * 60 * 1_000_000
	faults := faultsOf(l.Name())
	if l.AsOf.IsZero() {
		faults.add("asOf", -1, nil, "is not given")
	} else if y := l.AsOf.Year(); y < 1 || y > 9999 {
		faults.add("asOf", -1, y, "is a year out of range")
	}
	if len(l.Days) == 0 {
		faults.add("days", -1, nil, "are none; at least one is needed")
	}
	asOf := l.AsOf.UnixMicro()
	since := make([]int64, len(l.Days)) // descending: from which date back a unit is as old as that
	for i, d := range l.Days {
		switch {
		case d < 1 || d > most:
			faults.add("days", i, d, "is not one of 1 to ten million")
		case i > 0 && d <= l.Days[i-1]:
			faults.add("days", i, d, "is not above the one before, "+strconv.Itoa(l.Days[i-1]))
		default:
			since[i] = asOf - int64(d)*day
		}
	}
	labels := bandLabels(faults, l.Labels, len(l.Days), func(i int) string { return strconv.Itoa(l.Days[i]) }, FutureLabel, MissingLabel)
	if err := faults.err(); err != nil {
		return nil, err
	}
	if len(l.Labels) == 0 {
		for i := range labels {
			labels[i] += " days"
		}
	}
	future, missing := len(labels), len(labels)+1
	return &Classes{
		Labels: append(labels, FutureLabel, MissingLabel),
		Ranked: future,
		Of: func(unit int) int {
			t := date[unit]
			switch {
			case t == partition.MissingDate:
				return missing
			case t > asOf:
				return future
			}
			return sort.Search(len(since), func(i int) bool { return t > since[i] })
		},
	}, nil
}
