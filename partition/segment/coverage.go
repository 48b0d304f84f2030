package segment

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/territory-go/territory/internal/exactsum"
	"github.com/territory-go/territory/partition"
)

// Coverage says how well the classes of a dimension fit a book, before it is
// adopted: which units are in no class proper, which could be in several, and
// which classes are there for nobody. Lists of units ascend: go back to your own
// structs by
//
//	for a := range partition.Pick(accounts, slices.Values(report.Unknown.Units)) { … }
type Coverage struct {
	Dimension string
	Value     string  // the attribute that is summed; "": none, and amounts are 0
	Units     int     // of the book
	Amount    float64 // of the book

	Missing      Part // in the class [MissingLabel]: no value is given
	Unknown      Part // in the class [UnknownLabel]: a value that is not among the known ones
	Unclassified Part // in [ElsewhereLabel], [FutureLabel], [NoSegmentLabel] or [UnassignedLabel]: no class is for their values
	Ambiguous    Part // several entries of an [Overlapping] dimension hold them

	Overlaps []Overlap // pairs of such entries; ascending by class
	Classes  int       // classes proper
	Empty    []string  // labels of those without a unit, in them or in a class below
	Shadowed []string  // those of Empty whose entry holds units, all of which earlier ones take
	Single   []Single  // those with one unit, classes below included
}

// Part is some of the units of a book.
type Part struct {
	Units       []int   // ascending
	Share       float64 // of the units of the book; 0 of none
	Amount      float64 // their value, missing ones apart
	AmountShare float64 // of the value of the book; 0 where that is 0
}

// Overlap counts the units that two entries hold: the first takes them.
type Overlap struct {
	First, Second string // labels of their classes
	Units         int
	Amount        float64
	Witness       int // the lowest such unit
}

// Single is a class with one unit.
type Single struct {
	Class string
	Unit  int
}

// Overlapping is a [Dimension] made of entries that may hold the same unit, the
// first of them taking it: a precedence list. A [Coverage] then says which units
// are ambiguous.
type Overlapping interface {
	Dimension

	// Holders gives per class that Bind gives the test whether its entry holds a
	// unit, be it the first to do so or not. It is nil for classes that are to
	// take what is left.
	Holders(book *partition.Table) ([]func(unit int) bool, error)
}

// CoverageOf reports how a dimension classifies a book; value is an attribute
// that is a number, to be summed beside the units, or "".
//
// Amounts do not depend on the order of the units, and
// units without a value count 0. Time is O(n + classes); with e entries that may
// overlap O(n·e), and n/64 for each pair of them.
//
// [Scheme.Coverage] reports on a scheme and its list of cases.
//
// Errors are those of [Tabulate].
func CoverageOf(book *partition.Table, d Dimension, value string) (*Coverage, error) {
	if book == nil {
		return nil, noBook()
	}
	r := reader{book: book}
	column := r.columns([]Dimension{d})[0]
	var amount []float64
	if value != "" {
		amount = r.numbers("value", -1, value)
	}
	var holders []func(int) bool
	if o, ok := d.(Overlapping); ok && column.Classes != nil {
		holders = r.holders(o, len(column.Labels))
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	c := &Coverage{Dimension: column.name, Value: value, Units: book.Len(), Amount: sumOf(amount, all(book.Len()))}
	c.aside(column, amount)
	held := c.overlaps(column, holders, amount)
	c.classes(column, held)
	return c, nil
}

// Coverage reports, before a scheme is adopted, on each of its dimensions; then on
// its "list", if it has one: which units several cases hold (a case without
// conditions, which takes what is left, apart), and which cases decide for
// nobody; and last on the "cells" that it makes of the book. value is as in
// [CoverageOf]. Errors are those of [Scheme.Apply] and [CoverageOf].
func (s *Scheme) Coverage(book *partition.Table, value string) ([]*Coverage, error) {
	if book == nil {
		return nil, noBook()
	}
	cells, err := s.Apply(book)
	if err != nil {
		return nil, err
	}
	dimensions := cells.Scheme().Dimensions
	if s.List != nil {
		dimensions = append(dimensions[:len(dimensions):len(dimensions)], precedence{s.List})
	}
	var reports []*Coverage
	for _, d := range append(dimensions[:len(dimensions):len(dimensions)], Assigned("cells", cells, cells.Label)) {
		report, err := CoverageOf(book, d, value)
		if err != nil {
			return nil, err
		}
		reports = append(reports, report)
	}
	return reports, nil
}

// holders are those of a dimension that a caller may have made.
func (r *reader) holders(d Overlapping, classes int) []func(int) bool {
	holders, err := d.Holders(r.book)
	if err != nil {
		r.others = append(r.others, err)
	} else if len(holders) != classes {
		r.fault(d.Name()+".Holders", -1, len(holders), "is not the number of its classes, "+strconv.Itoa(classes))
	}
	return holders
}

// standing says why the units of a class are in it.
type standing uint8

const (
	classified standing = iota // a class proper
	missing
	unknown
	unclassified
)

func standingOf(label string) standing {
	switch label {
	case MissingLabel:
		return missing
	case UnknownLabel:
		return unknown
	case ElsewhereLabel, FutureLabel, NoSegmentLabel, UnassignedLabel:
		return unclassified
	}
	return classified
}

// aside finds the units that are in no class proper.
func (c *Coverage) aside(column column, amount []float64) {
	is := make([]standing, len(column.Labels))
	for k, label := range column.Labels {
		is[k] = standingOf(label)
	}
	var units [unclassified + 1][]int
	for i, k := range column.of {
		if s := is[k]; s != classified {
			units[s] = append(units[s], i)
		}
	}
	c.Missing = c.part(units[missing], amount)
	c.Unknown = c.part(units[unknown], amount)
	c.Unclassified = c.part(units[unclassified], amount)
}

func (c *Coverage) part(units []int, amount []float64) Part {
	p := Part{Units: units, Amount: sumOf(amount, slices.Values(units))}
	if c.Units > 0 {
		p.Share = float64(len(units)) / float64(c.Units)
	}
	if c.Amount != 0 {
		p.AmountShare = p.Amount / c.Amount
	}
	return p
}

// overlaps finds the units that several entries hold, and the pairs of entries.
// It gives per class one bit per unit that the entry holds; nil: it has no entry.
func (c *Coverage) overlaps(column column, holders []func(int) bool, amount []float64) (held [][]uint64) {
	words := (c.Units + 63) / 64
	held = make([][]uint64, len(column.Labels))
	once, twice := make([]uint64, words), make([]uint64, words)
	for k, holds := range holders {
		if holds == nil {
			continue
		}
		held[k] = make([]uint64, words)
		for i := range c.Units {
			if holds(i) {
				held[k][i/64] |= 1 << (i % 64)
			}
		}
		for w, bits := range held[k] {
			twice[w] |= once[w] & bits
			once[w] |= bits
		}
	}
	c.Ambiguous = c.part(members(twice), amount)
	if len(c.Ambiguous.Units) == 0 {
		return held
	}
	both := make([]uint64, words)
	for j := range held {
		for k := j + 1; k < len(held); k++ {
			if held[j] == nil || held[k] == nil {
				continue
			}
			for w := range both {
				both[w] = held[j][w] & held[k][w]
			}
			if units := members(both); len(units) > 0 {
				c.Overlaps = append(c.Overlaps, Overlap{column.Labels[j], column.Labels[k], len(units), sumOf(amount, slices.Values(units)), units[0]})
			}
		}
	}
	return held
}

// members are the positions of the bits that are set.
func members(set []uint64) []int {
	count := 0
	for _, word := range set {
		count += bits.OnesCount64(word)
	}
	if count == 0 {
		return nil
	}
	all := make([]int, 0, count)
	for w, word := range set {
		for ; word != 0; word &= word - 1 {
			all = append(all, w*64+bits.TrailingZeros64(word))
		}
	}
	return all
}

// classes finds the classes proper that nobody or one unit is in.
func (c *Coverage) classes(column column, held [][]uint64) {
	within := make([]int, len(column.Labels)) // units of the class and those below
	only := make([]int, len(within))          // one of its own units
	for i, k := range column.of {
		within[k]++
		only[k] = i
	}
	own := append([]int(nil), within...)
	if column.Parent != nil {
		down := topDown(column.Parent)
		for at := len(down) - 1; at >= 0; at-- {
			if up := column.Parent[down[at]]; up >= 0 {
				within[up] += within[down[at]]
			}
		}
	}
	for k, label := range column.Labels {
		if standingOf(label) != classified {
			continue
		}
		c.Classes++
		switch {
		case within[k] == 0:
			c.Empty = append(c.Empty, label)
			if slices.ContainsFunc(held[k], func(word uint64) bool { return word != 0 }) {
				c.Shadowed = append(c.Shadowed, label)
			}
		case within[k] == 1 && own[k] == 1: // otherwise the class below is the one to name
			c.Single = append(c.Single, Single{label, only[k]})
		}
	}
}

// String is the report in a few lines, with the units by number.
func (c *Coverage) String() string { return strings.Join(c.Lines(nil), "\n") }

// Lines is the report in lines, without those that would say that all is well.
// label gives the caller's name of a unit and may be nil. Of each list the first
// few are named.
func (c *Coverage) Lines(label func(unit int) string) []string {
	unit := func(i int) string {
		if label == nil {
			return "unit " + strconv.Itoa(i)
		}
		return label(i)
	}
	head := c.Dimension + ": " + counted(c.Units, "unit", "units") + " in " + counted(c.Classes, "class", "classes")
	if c.Value != "" {
		head += ", " + c.Value + " " + amountText(c.Amount)
	}
	lines := []string{head}
	part := func(what string, p Part) {
		if len(p.Units) == 0 {
			return
		}
		line := fmt.Sprintf("%s: %s (%s)", what, counted(len(p.Units), "unit", "units"), percent(p.Share))
		if c.Value != "" {
			line += fmt.Sprintf(", %s %s (%s)", c.Value, amountText(p.Amount), percent(p.AmountShare))
		}
		lines = append(lines, line+": "+listed(len(p.Units), func(i int) string { return unit(p.Units[i]) }))
	}
	part("missing", c.Missing)
	part("unknown", c.Unknown)
	part("unclassified", c.Unclassified)
	part("ambiguous", c.Ambiguous)
	for _, o := range c.Overlaps {
		line := fmt.Sprintf("both %s and %s: %s", o.First, o.Second, counted(o.Units, "unit", "units"))
		if c.Value != "" {
			line += ", " + c.Value + " " + amountText(o.Amount)
		}
		lines = append(lines, line+", such as "+unit(o.Witness))
	}
	if len(c.Single) > 0 {
		lines = append(lines, "one unit only: "+listed(len(c.Single), func(i int) string {
			return c.Single[i].Class + " (" + unit(c.Single[i].Unit) + ")"
		}))
	}
	if len(c.Empty) > 0 {
		lines = append(lines, "empty: "+listed(len(c.Empty), func(i int) string { return c.Empty[i] }))
	}
	if len(c.Shadowed) > 0 {
		lines = append(lines, "of these, earlier ones take all units of: "+listed(len(c.Shadowed), func(i int) string { return c.Shadowed[i] }))
	}
	return lines
}

// sumOf is the sum of a column over some units, missing values apart; 0 of no column.
func sumOf(column []float64, units iter.Seq[int]) float64 {
	var sum exactsum.Sum
	if column != nil {
		for i := range units {
			if x := column[i]; x == x {
				sum.Add(x)
			}
		}
	}
	return sum.Float64()
}

// all are the units of a book.
func all(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}
