package segment

import (
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/territory-go/territory/partition"
)

// Tiers is the dimension of a number: customers by revenue, stores by area,
// districts by sales. A [Cutter] divides the units into tiers, whose labels are
// given from the lowest tier up:
//
//	segment.Tiers{Attribute: "revenue", Cut: segment.CumulativeShare{}, Labels: []string{"C", "B", "A"}}
//
// Some units have no place on the scale. They do not move the cuts, and stand
// aside in classes of their own, after the tiers; of these a unit is in the first
// that applies:
//
//	new       its date is later than AsOf - NewFor; only where Since is set
//	missing   it has no value
//	negative  its value is below 0; not with Signed
//	zero      its value is 0; not with Signed
//
// Units with equal values are in the same tier or stand aside, and a unit is
// never in a lower tier than another of lower value.
//
// The cuts are those of the book that Bind is given, and change with it; [Tiers.Fit]
// fixes them.
type Tiers struct {
	As        string   // name of the dimension; "": Attribute
	Attribute string   // the number
	Cut       Cutter   // where the tiers begin; nil: NaturalBreaks{}
	Labels    []string // of the tiers, lowest first, all different; nil: "1", "2", …, as many as there are
	Weight    string   // attribute: how much each unit counts for the cuts, ≥ 0, where missing 0; "": 1 each
	Signed    bool     // zero and negative values are on the scale as others are: growth, temperature, margin

	Since  string        // attribute, a date: since when the unit is known; "": no unit is new
	AsOf   time.Time     // the instant at which the book was taken
	NewFor time.Duration // for how long a unit is new

	Aside Aside // what the classes beside the tiers are called
}

// Aside holds labels for units that have no place on a scale.
type Aside struct {
	New      string // "": "new"
	Missing  string // "": "missing"
	Negative string // "": "negative"
	Zero     string // "": "zero"
}

// Name is As, or else the attribute.
func (d Tiers) Name() string { return nameOr(d.As, d.Attribute) }

// Bind gives the tiers as classes 0..Ranked-1, lowest first, and then those of
// [Aside] that the settings provide for, in the order of Tiers' description
// above. Where the cutter finds fewer tiers than there are labels, the highest
// tiers are empty.
//
// The error lists all faults: attributes that are not in the book or of another
// kind, settings (by field), labels that are empty or occur twice, more tiers
// than labels, and what the cutter says; values and weights are named by
// attribute and unit. O(n) and the time of the cutter; a class is found in
// O(log tiers).
func (d Tiers) Bind(book *partition.Table) (*Classes, error) {
	b, err := d.bind(book)
	if err != nil {
		return nil, err
	}
	return &Classes{Labels: b.labels, Ranked: b.ranked, Of: b.of}, nil
}

// Fit fixes the cuts to those of this book: the result is these Tiers with
// [FixedCuts], and labels where there were none. To use it on a later book, set
// AsOf anew where units can be new.
func (d Tiers) Fit(book *partition.Table) (Dimension, error) {
	b, err := d.bind(book)
	if err != nil {
		return nil, err
	}
	d.Cut = FixedCuts(b.cuts)
	d.Labels = b.labels[:b.ranked:b.ranked]
	return d, nil
}

// bound are tiers of a book.
type bound struct {
	value  []float64
	since  []int64
	newest int64 // units since a later instant are new
	signed bool
	cuts   []float64

	labels                        []string
	ranked                        int
	fresh, missing, minus, naught int // classes; -1: not provided for
}

func (b *bound) of(unit int) int {
	x := b.value[unit]
	if aside := b.aside(unit, x); aside >= 0 {
		return aside
	}
	return tierOf(b.cuts, x)
}

// aside is the class of a unit that is not on the scale, and -1 for others.
func (b *bound) aside(unit int, x float64) int {
	switch {
	case b.since != nil && b.since[unit] > b.newest:
		return b.fresh
	case x != x:
		return b.missing
	case x > 0 || b.signed:
		return -1
	case x < 0:
		return b.minus
	}
	return b.naught
}

func (d Tiers) bind(book *partition.Table) (*bound, error) {
	var faults partition.Faults
	b := &bound{signed: d.Signed}
	b.value = numbers(&faults, book, d.Attribute)
	var weight []float64
	if d.Weight != "" {
		weight = numbers(&faults, book, d.Weight)
	}
	b.since, b.newest = d.age(&faults, book)
	if faults.Len() > 0 {
		return nil, faults.Err()
	}
	// Which class is which is not known yet, but which units are on the scale.
	b.fresh, b.missing, b.minus, b.naught = 0, 0, 0, 0
	scale := b.onScale(weight)
	cutter := d.Cut
	if cutter == nil {
		cutter = NaturalBreaks{}
	}
	cuts, err := cutter.Cuts(scale.value, scale.weight)
	if err != nil {
		scale.report(&faults, err, d.Attribute, d.Weight)
		return nil, faults.Err()
	}
	b.cuts = cuts
	ascending(&faults, "cuts", cuts)
	b.name(&faults, d)
	return b, faults.Err()
}

// age reads since when units are known, and which instant is the latest for one
// that is not new.
func (d Tiers) age(faults *partition.Faults, book *partition.Table) (since []int64, newest int64) {
	if d.Since == "" {
		if d.NewFor != 0 {
			faults.Add(partition.InputError{Field: "NewFor", Index: -1, Value: d.NewFor, Why: "is set, but Since is not"}, nil)
		}
		return nil, 0
	}
	since, err := book.Dates(d.Since)
	merge(faults, err)
	if d.AsOf.IsZero() {
		faults.Add(partition.InputError{Field: "AsOf", Index: -1, Why: "is not set, but Since is"}, nil)
	}
	if d.NewFor <= 0 {
		faults.Add(partition.InputError{Field: "NewFor", Index: -1, Value: d.NewFor, Why: "is not above 0"}, nil)
	}
	return since, d.AsOf.Add(-d.NewFor).UnixMicro()
}

// name sets the labels and the numbers of the classes.
func (b *bound) name(faults *partition.Faults, d Tiers) {
	b.ranked = len(b.cuts) + 1
	b.labels = append(b.labels, d.Labels...)
	switch {
	case d.Labels == nil:
		for t := range b.ranked {
			b.labels = append(b.labels, strconv.Itoa(t+1))
		}
	case len(d.Labels) < b.ranked:
		faults.Add(partition.InputError{Field: "Labels", Index: -1, Value: len(d.Labels), Why: "are fewer than the " + strconv.Itoa(b.ranked) + " tiers"}, nil)
	default:
		b.ranked = len(d.Labels)
	}
	beside := func(label, standard string) int {
		b.labels = append(b.labels, nameOr(label, standard))
		return len(b.labels) - 1
	}
	b.fresh, b.minus, b.naught = -1, -1, -1
	if d.Since != "" {
		b.fresh = beside(d.Aside.New, "new")
	}
	b.missing = beside(d.Aside.Missing, "missing")
	if !d.Signed {
		b.minus = beside(d.Aside.Negative, "negative")
		b.naught = beside(d.Aside.Zero, "zero")
	}
	checkLabels(faults, b.labels)
}

// scale holds the values that a cutter is given, and whose they are.
type scale struct {
	value, weight []float64
	unit          func(index int) int
}

func (b *bound) onScale(weight []float64) scale {
	count := 0
	for i, x := range b.value {
		if b.aside(i, x) < 0 {
			count++
		}
	}
	s := scale{value: make([]float64, 0, count)}
	if weight != nil {
		s.weight = make([]float64, 0, count)
	}
	for i, x := range b.value {
		if b.aside(i, x) >= 0 {
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
		for i, x := range b.value {
			if b.aside(i, x) < 0 {
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

// report adds what a cutter said, with attributes and units instead of its
// arguments.
func (s scale) report(faults *partition.Faults, err error, value, weight string) {
	for _, e := range faultsOf(err) {
		if e.Field == "value" || e.Field == "weight" {
			if e.Field == "value" {
				e.Field = value
			} else {
				e.Field = weight
			}
			if e.Index >= 0 {
				e.Index = s.unit(e.Index)
			}
		}
		faults.Add(e, nil)
	}
}

// faultsOf are the faults that an error joins; another error is one fault.
func faultsOf(err error) []partition.InputError {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var all []partition.InputError
		for _, e := range several.Unwrap() {
			all = append(all, faultsOf(e)...)
		}
		return all
	}
	var fault *partition.InputError
	if errors.As(err, &fault) {
		return []partition.InputError{*fault}
	}
	return []partition.InputError{{Field: "Cut", Index: -1, Why: err.Error()}}
}

// merge adds the faults of an error, if there is one.
func merge(faults *partition.Faults, err error) {
	if err != nil {
		for _, e := range faultsOf(err) {
			faults.Add(e, nil)
		}
	}
}

// numbers are those of an attribute of the book.
func numbers(faults *partition.Faults, book *partition.Table, name string) []float64 {
	value, err := book.Numbers(name)
	merge(faults, err)
	return value
}

// checkLabels reports labels that are empty or occur twice.
func checkLabels(faults *partition.Faults, labels []string) {
	seen := make(map[string]bool, len(labels))
	for i, l := range labels {
		switch {
		case l == "":
			faults.Add(partition.InputError{Field: "Labels", Index: i, Why: "is empty"}, nil)
		case seen[l]:
			faults.Add(partition.InputError{Field: "Labels", Index: i, Value: l, Why: "occurs twice"}, nil)
		}
		seen[l] = true
	}
}

func nameOr(name, standard string) string {
	if name == "" {
		return standard
	}
	return name
}
