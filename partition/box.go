package partition

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Box is a conjunction of criteria: the units that meet all of them. The empty
// box holds every unit. Each attribute occurs once at most, so that a box is a
// product of sets, one for each attribute, which can be compared, intersected
// and counted.
type Box []Criterion

// Criterion is a set of values of one attribute. Which of the fields say what
// the set is, depends on the kind of the attribute:
//
//	Category  In                    one of these names
//	          NotIn                 any other than these names, unknown ones included
//	Code      Under                 one of these codes, or a code below one of them
//	          NotUnder              any other than those, unknown ones included
//	Number    Min, Max              Min ≤ x < Max; [AtLeast], [Below] and [Between] make them
//	Date      From, Until           From ≤ t < Until; a zero time leaves that side open
//	any       Missing               no value at all, in addition to the above
//
// With no field but Missing set, the criterion is met by units without a value
// only; with no field set it is met by all that have one; with In and NotIn, or
// Under and NotUnder, by those that meet both. An unknown value of a category or
// a code is a value, but in no set of names or codes.
type Criterion struct {
	Attribute   string
	In          []string
	NotIn       []string
	Under       []string
	NotUnder    []string
	Min, Max    float64 // both 0: no range
	From, Until time.Time
	Missing     bool
}

// In is met by units with one of these names.
func In(attribute string, names ...string) Criterion {
	return Criterion{Attribute: attribute, In: names}
}

// NotIn is met by units with any other name, be it known or not.
func NotIn(attribute string, names ...string) Criterion {
	return Criterion{Attribute: attribute, NotIn: names}
}

// Under is met by units with one of these codes, or a code below one.
func Under(attribute string, codes ...string) Criterion {
	return Criterion{Attribute: attribute, Under: codes}
}

// NotUnder is met by units with any other code, be it known or not.
func NotUnder(attribute string, codes ...string) Criterion {
	return Criterion{Attribute: attribute, NotUnder: codes}
}

// AtLeast is met by units with min ≤ x.
func AtLeast(attribute string, min float64) Criterion {
	return Criterion{Attribute: attribute, Min: min, Max: math.Inf(1)}
}

// Below is met by units with x < max.
func Below(attribute string, max float64) Criterion {
	return Criterion{Attribute: attribute, Min: math.Inf(-1), Max: max}
}

// Between is met by units with min ≤ x < max; a range that holds nothing is a
// fault that [Box.Matcher] reports.
func Between(attribute string, min, max float64) Criterion {
	if min == 0 && max == 0 {
		min = math.SmallestNonzeroFloat64 // both 0 would be no range at all
	}
	return Criterion{Attribute: attribute, Min: min, Max: max}
}

// Missing is met by units without a value.
func Missing(attribute string) Criterion { return Criterion{Attribute: attribute, Missing: true} }

// OrMissing is met by the units that meet c, and by those without a value.
func (c Criterion) OrMissing() Criterion {
	c.Missing = true
	return c
}

func (c Criterion) names() bool  { return len(c.In) > 0 || len(c.NotIn) > 0 }
func (c Criterion) codes() bool  { return len(c.Under) > 0 || len(c.NotUnder) > 0 }
func (c Criterion) ranges() bool { return c.Min != 0 || c.Max != 0 }
func (c Criterion) dates() bool  { return !c.From.IsZero() || !c.Until.IsZero() }

// onlyMissing: nothing is said of units with a value, but that they are not meant.
func (c Criterion) onlyMissing() bool {
	return c.Missing && !c.names() && !c.codes() && !c.ranges() && !c.dates()
}

// Matcher gives the test whether a unit of the table is in the box, without
// allocation: O(criteria), and O(codes) for each Under and NotUnder. All faults are
// reported at once: an attribute that is not in the table or occurs twice, a
// field that the attribute's kind does not have, a name or a code that is not
// known, a list without entries that is not nil, an empty or unordered range, a
// year beyond what a table holds. Spaces around names and codes do not count.
func (b Box) Matcher(t *Table) (func(unit int) bool, error) {
	var faults Faults
	tests := make([]func(unit int) bool, len(b))
	for i, c := range b {
		if slices.ContainsFunc(b[:i], func(d Criterion) bool { return d.Attribute == c.Attribute }) {
			faults.Add(InputError{Field: "box", Index: i, Value: c.Attribute, Why: "occurs twice"}, nil)
			continue
		}
		tests[i] = c.matcher(t, func(why string) {
			faults.Add(InputError{Field: "box", Index: i, Value: c.Attribute, Why: why}, nil)
		})
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return func(unit int) bool {
		for _, test := range tests {
			if !test(unit) {
				return false
			}
		}
		return true
	}, nil
}

func (c Criterion) matcher(t *Table, fault func(why string)) func(unit int) bool {
	a, err := t.Attribute(c.Attribute)
	if err != nil {
		fault(strings.TrimPrefix(err.Error(), "attribute = "+c.Attribute+": "))
		return nil
	}
	c.check(a, fault)
	missing, only := c.Missing, c.onlyMissing()
	switch a.kind {
	case Category:
		all := len(c.In) == 0 && !only
		member := members(len(a.names), a.codes(c.In, fault), a.codes(c.NotIn, fault), all)
		return func(unit int) bool {
			switch k := a.class[unit]; k {
			case MissingCode:
				return missing
			case UnknownCode:
				return all
			default:
				return member(k)
			}
		}
	case Code:
		under, not := a.tree.nodes(c.Under, fault), a.tree.nodes(c.NotUnder, fault)
		all := len(c.Under) == 0 && !only
		return func(unit int) bool {
			node := int(a.class[unit])
			switch node {
			case MissingCode:
				return missing
			case UnknownCode:
				return all
			}
			return (all || a.tree.underAny(node, under)) && !a.tree.underAny(node, not)
		}
	case Number:
		low, high := c.Min, c.Max
		if !c.ranges() {
			low, high = math.Inf(-1), math.Inf(1)
		}
		return func(unit int) bool {
			x := a.number[unit]
			if x != x {
				return missing
			}
			return !only && low <= x && x < high
		}
	case Date:
		low, high := int64(math.MinInt64+1), int64(math.MaxInt64)
		if !c.From.IsZero() {
			low = c.From.UnixMicro()
		}
		if !c.Until.IsZero() {
			high = c.Until.UnixMicro()
		}
		return func(unit int) bool {
			x := a.date[unit]
			if x == MissingDate {
				return missing
			}
			return !only && low <= x && x < high
		}
	}
	return func(unit int) bool {
		if p := a.place[unit]; p[0] != p[0] {
			return missing
		}
		return !only
	}
}

// codes are those of the names, ascending; names that do not occur have none, and
// are a fault where the names were declared.
func (a *Attribute) codes(names []string, fault func(why string)) []int32 {
	var codes []int32
	for _, name := range trimmed(names) {
		if k, ok := slices.BinarySearch(a.names, name); ok {
			codes = append(codes, int32(k))
		} else if a.closed {
			fault(strconv.Quote(name) + " is not one of its names" + Meant(name, a.names))
		}
	}
	slices.Sort(codes)
	return codes
}

// members tests whether one of n codes is among in, or any with all, and not among
// not. A list of a thousand named customers has a thousand such tests, which must
// not take n bytes each.
func members(n int, in, not []int32, all bool) func(code int32) bool {
	if n > 64*(1+len(in)+len(not)) {
		among := func(codes []int32, code int32) bool {
			_, found := slices.BinarySearch(codes, code)
			return found
		}
		return func(code int32) bool { return (all || among(in, code)) && !among(not, code) }
	}
	member := make([]bool, n)
	for k := range member {
		member[k] = all
	}
	for _, k := range in {
		member[k] = true
	}
	for _, k := range not {
		member[k] = false
	}
	return func(code int32) bool { return member[code] }
}

// nodes are those of the codes; a code that the tree does not have is a fault.
func (t *Tree) nodes(codes []string, fault func(why string)) []int {
	var nodes []int
	unknown := 0
	for _, code := range trimmed(codes) {
		if node, ok := t.byCode[code]; ok {
			nodes = append(nodes, int(node))
			continue
		}
		why := strconv.Quote(code) + " is no code of its tree"
		if unknown++; unknown <= ListedFaults { // a look at all codes each
			why += Meant(code, near(t.byCode, code))
		}
		fault(why)
	}
	return nodes
}

func (t *Tree) underAny(node int, ancestors []int) bool {
	for _, a := range ancestors {
		if t.Under(node, a) {
			return true
		}
	}
	return false
}

// check finds fields that the kind of the attribute does not have, and ranges
// that hold nothing.
func (c Criterion) check(a *Attribute, fault func(why string)) {
	has := func(field string, set bool, kind Kind) {
		if set && a.kind != kind {
			fault("is a " + a.kind.String() + ", which has no " + field)
		}
	}
	for _, l := range []struct {
		field  string
		values []string
		kind   Kind
	}{{"In", c.In, Category}, {"NotIn", c.NotIn, Category}, {"Under", c.Under, Code}, {"NotUnder", c.NotUnder, Code}} {
		has(l.field, len(l.values) > 0, l.kind)
		if l.values != nil && len(l.values) == 0 { // of a list that was to be filled; it would say nothing
			fault("has an empty " + l.field)
		}
	}
	has("Min and Max", c.ranges(), Number)
	has("From and Until", c.dates(), Date)
	if c.ranges() && !(c.Min < c.Max) {
		fault("has Min " + text(c.Min) + ", which is not below Max " + text(c.Max))
	}
	for _, end := range []struct {
		field string
		at    time.Time
	}{{"From", c.From}, {"Until", c.Until}} {
		if _, ok := micros(end.at); !ok && !end.at.IsZero() {
			fault("has a year of " + end.field + " that is out of range, " + strconv.Itoa(end.at.Year()))
		}
	}
	if !c.From.IsZero() && !c.Until.IsZero() && !c.From.Before(c.Until) {
		fault("has From " + c.From.Format(time.RFC3339) + ", which is not before Until " + c.Until.Format(time.RFC3339))
	}
}
