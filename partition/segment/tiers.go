package segment

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/territory-go/territory/partition"
)

// The labels of the classes that [Tiers] set aside, besides [MissingLabel].
const (
	NewLabel      = "new"      // known for a short time only
	NegativeLabel = "negative" // a value below 0
	ZeroLabel     = "zero"     // the value 0
)

// Tiers classifies by a number, into tiers whose ends a [Cutter] finds: customers
// by revenue, stores by floor space, districts by sales.
//
//	segment.Tiers{Attribute: "revenue", Cut: segment.CumulativeShare{}, Labels: []string{"C", "B", "A"}}
//
// Some units have no place on the scale. They do not move the cuts, and stand
// aside in classes of their own, after the tiers; of these a unit is in the first
// that applies:
//
//	new       its date Since is later than AsOf less NewDays
//	missing   it has no value
//	negative  its value is below 0, unless Signed
//	zero      its value is 0, unless Signed
//
// Of two units on the scale, the one of higher value is never in a lower tier,
// and equal values are in the same tier. The order of the units does not matter.
//
// The cuts are those of the book that Bind is given, and change with it;
// [Tiers.Fit] fixes them.
type Tiers struct {
	Attribute string    `json:"attribute"`         // the column of numbers
	As        string    `json:"as,omitempty"`      // the name of the dimension; "": that of the column
	Cut       Cutter    `json:"cut,omitempty"`     // where the tiers begin; nil: NaturalBreaks{}
	Labels    []string  `json:"labels,omitempty"`  // of the tiers, from the lowest; none: "1", "2", …, as many as there are
	Weight    string    `json:"weight,omitempty"`  // the column of numbers that says how much a unit counts for the cuts, ≥ 0, missing: 0; "": 1 each
	Signed    bool      `json:"signed,omitempty"`  // negative values and 0 are on the scale as others are: growth, margin
	Since     string    `json:"since,omitempty"`   // the column of dates since when units are known; "": none is new
	AsOf      time.Time `json:"asOf,omitzero"`     // the instant that ages are counted to; only with Since
	NewDays   int       `json:"newDays,omitempty"` // for how many days of 24 hours a unit is new, at least 1; only with Since
}

// Name is As, or else the name of the column.
func (d Tiers) Name() string { return called(d.As, d.Attribute) }

// Kind is "tiers": what the dimension is called in the JSON of a [Scheme].
func (d Tiers) Kind() string { return "tiers" }

// Bind gives the tiers as classes 0..Ranked-1, lowest first, and after them
// "new" (with Since), "missing", "negative" and "zero" (unless Signed). Where the
// cutter finds fewer tiers than there are labels, the highest tiers are empty.
//
// Faults are columns that are not there or of another kind, a negative weight,
// labels that are empty, equal, those of a class that is there anyway, or fewer
// than the tiers, an AsOf or NewDays that is wrong or of no use, and what the
// cutter says of its settings ("size.cut.shares"). O(n) and the time of the
// cutter; O(log tiers) for the class of a unit.
func (d Tiers) Bind(book *partition.Table) (*Classes, error) {
	b, err := d.bind(book)
	if err != nil {
		return nil, err
	}
	return &Classes{
		Labels: b.labels,
		Ranked: b.ranked,
		Of:     b.of,
		Scale:  &Scale{Cuts: b.cuts, Value: func(unit int) float64 { return b.value[unit] }},
	}, nil
}

// Fit gives these Tiers with the cuts of this book as [FixedCuts], with the
// labels that they got, and without Weight, which is needed no more. AsOf stays
// what it is: where units can be new, set it anew for a later book.
func (d Tiers) Fit(book *partition.Table) (Dimension, error) {
	b, err := d.bind(book)
	if err != nil {
		return nil, err
	}
	d.Cut = FixedCuts(b.cuts)
	d.Labels = b.labels[:b.ranked:b.ranked]
	d.Weight = ""
	return d, nil
}

// tiering is Tiers on a book.
type tiering struct {
	value  []float64
	signed bool
	since  []int64
	old    int64 // the latest date of a unit that is not new
	cuts   []float64

	labels                           []string
	ranked                           int
	fresh, missing, negative, nought int // classes
}

func (b *tiering) of(unit int) int {
	x := b.value[unit]
	switch {
	case b.since != nil && b.since[unit] > b.old:
		return b.fresh
	case x != x:
		return b.missing
	case x > 0 || b.signed:
		return tierOf(b.cuts, x)
	case x < 0:
		return b.negative
	}
	return b.nought
}

// ranks reports whether a unit is on the scale.
func (b *tiering) ranks(unit int) bool {
	x := b.value[unit]
	return (x > 0 || b.signed && x == x) && (b.since == nil || b.since[unit] <= b.old)
}

func (d Tiers) bind(book *partition.Table) (*tiering, error) {
	faults := faultsOf(d.Name())
	b := &tiering{signed: d.Signed, value: faults.numbers(book, d.Attribute)}
	var weight []float64
	if d.Weight != "" {
		weight = faults.numbers(book, d.Weight)
	}
	d.age(faults, book, b)
	if err := faults.err(); err != nil {
		return nil, err
	}
	scale := collect(b.value, weight, b.ranks)
	cutter := d.Cut
	if cutter == nil {
		cutter = NaturalBreaks{}
	}
	var err error
	if b.cuts, err = cutter.Cuts(scale.value, scale.weight); err != nil {
		return nil, scale.report(faults, err, d.Attribute, d.Weight)
	}
	checkAscending(&faults.faults, d.Name()+".cut", b.cuts) // it may be of the caller's making
	d.label(faults, b)
	return b, faults.err()
}

// age reads since when units are known, and from when on they are new.
func (d Tiers) age(faults *faultList, book *partition.Table, b *tiering) {
	if d.Since == "" {
		if d.NewDays != 0 {
			faults.add("newDays", -1, d.NewDays, "is of no use without since")
		}
		return
	}
	b.since = faults.dates(book, d.Since)
	asOf := faults.asOf(d.AsOf)
	if d.NewDays < 1 || d.NewDays > mostDays {
		faults.add("newDays", -1, d.NewDays, "is not one of 1 to ten million")
	}
	b.old = asOf - int64(d.NewDays)*microsecondsPerDay
}

// label names and numbers the classes.
func (d Tiers) label(faults *faultList, b *tiering) {
	tiers := len(b.cuts) + 1
	var aside []string
	beside := func(label string) int {
		aside = append(aside, label)
		return max(tiers, len(d.Labels)) + len(aside) - 1
	}
	if d.Since != "" {
		b.fresh = beside(NewLabel)
	}
	b.missing = beside(MissingLabel)
	if !d.Signed {
		b.negative, b.nought = beside(NegativeLabel), beside(ZeroLabel)
	}
	if len(d.Labels) > 0 {
		if len(d.Labels) < tiers {
			faults.add("labels", -1, len(d.Labels), "are fewer than the "+strconv.Itoa(tiers)+" tiers")
		}
		b.labels = checkedLabels(faults, d.Labels, aside...)
	} else {
		for t := range tiers {
			b.labels = append(b.labels, strconv.Itoa(t+1))
		}
	}
	b.ranked = len(b.labels)
	b.labels = append(b.labels, aside...)
}

// scale holds what a cutter is given, and whose it is.
type scale struct {
	value, weight []float64
	unit          func(index int) int
}

// collect takes the units that are on the scale; a missing weight is 0.
func collect(value, weight []float64, on func(unit int) bool) scale {
	count := 0
	for i := range value {
		if on(i) {
			count++
		}
	}
	s := scale{value: make([]float64, 0, count)}
	if weight != nil {
		s.weight = make([]float64, 0, count)
	}
	for i, x := range value {
		if !on(i) {
			continue
		}
		s.value = append(s.value, x)
		if weight != nil {
			w := weight[i]
			if math.IsNaN(w) {
				w = 0
			}
			s.weight = append(s.weight, w)
		}
	}
	s.unit = func(index int) int {
		for i := range value {
			if on(i) {
				if index == 0 {
					return i
				}
				index--
			}
		}
		return -1
	}
	return s
}

// report gives what a cutter said as the dimension's error: of attributes and
// units instead of arguments, and of settings as those of its cut.
func (s scale) report(faults *faultList, err error, value, weight string) error {
	own := inputErrors(err)
	if len(own) == 0 {
		return fmt.Errorf("%s.cut: %w", faults.of, err)
	}
	for _, e := range own {
		switch e.Field {
		case "value":
			e.Field = value
		case "weight":
			e.Field = weight
		default:
			faults.add("cut."+e.Field, e.Index, e.Value, e.Why)
			continue
		}
		if e.Index >= 0 {
			e.Index = s.unit(e.Index)
		}
		faults.faults.Add(e, nil)
	}
	return faults.err()
}

// inputErrors are those that an error is or joins.
func inputErrors(err error) []partition.InputError {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []partition.InputError
		for _, e := range joined.Unwrap() {
			all = append(all, inputErrors(e)...)
		}
		return all
	}
	var e *partition.InputError
	if errors.As(err, &e) {
		return []partition.InputError{*e}
	}
	return nil
}
