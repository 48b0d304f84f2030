package partition

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
)

// Kind is what the values of an attribute are.
type Kind uint8

// The kinds of attributes.
const (
	Category Kind = iota // one of a set of names: industry, channel; "" is missing
	Number               // a quantity: revenue, head count; NaN is missing
	Date                 // an instant, kept to the microsecond; the zero time is missing
	Code                 // a code of a [Tree]; "" is missing
	Place                // longitude and latitude; NaN is missing
)

func (k Kind) String() string {
	switch k {
	case Category:
		return "category"
	case Number:
		return "number"
	case Date:
		return "date"
	case Code:
		return "code"
	case Place:
		return "place"
	}
	return "unknown"
}

// MissingDate stands for a missing instant in [Table.Dates].
const MissingDate int64 = math.MinInt64

// The codes of a value that is no class: of [Table.Categories] and [Table.Codes].
const (
	MissingCode = -1 // no value was given
	UnknownCode = -2 // a value that is not among the known ones
)

// Attribute is one named column of a [Table]: the values of all units. It is
// made by [Categories], [Numbers], [Dates], [Flags], [Codes] and [Places].
type Attribute struct {
	name   string
	kind   Kind
	length int

	class  []int32     // Category, Code
	names  []string    // Category: of the classes, ascending
	closed bool        // Category: the names were declared
	tree   *Tree       // Code
	number []float64   // Number
	date   []int64     // Date
	place  []orb.Point // Place

	faults []InputError
}

// Name is how criteria and dimensions call the attribute.
func (a *Attribute) Name() string { return a.name }

// Kind is what its values are.
func (a *Attribute) Kind() Kind { return a.kind }

// Len is the number of units.
func (a *Attribute) Len() int { return a.length }

// Known lists the names that values of a category may have, ascending: those
// declared, or else those that occur. It is nil for other kinds.
func (a *Attribute) Known() []string { return slices.Clone(a.names) }

// Closed reports whether the names of a category were declared, so that any
// other one is unknown.
func (a *Attribute) Closed() bool { return a.closed }

// Tree is that of the codes; nil for other kinds.
func (a *Attribute) Tree() *Tree { return a.tree }

// Categories is a column of names. With known names given, any other name is
// unknown; without, the names that occur are the known ones. Spaces around a
// name do not count. O(n) and one look into a map per unit.
func Categories(name string, values []string, known ...string) Attribute {
	a := Attribute{name: name, kind: Category, length: len(values), closed: len(known) > 0}
	if a.closed {
		a.names = trimmed(known)
	} else {
		a.names = trimmed(distinct(values))
	}
	slices.Sort(a.names)
	for i, n := range a.names {
		switch {
		case a.closed && n == "":
			a.fault(-1, nil, "has an empty known name")
		case a.closed && i > 0 && n == a.names[i-1]:
			a.fault(-1, n, "is known twice")
		}
	}
	a.names = slices.DeleteFunc(slices.Compact(a.names), func(n string) bool { return n == "" })
	at := make(map[string]int32, len(a.names))
	for i, n := range a.names {
		at[n] = int32(i)
	}
	a.class = coded(values, func(v string) int32 {
		if code, ok := at[v]; ok {
			return code
		}
		return UnknownCode
	})
	return a
}

// Codes is a column of codes of a tree, each found as [Tree.Find] says; what is
// not found is unknown. O(n) and one look into a map per unit.
func Codes(name string, tree *Tree, codes []string) Attribute {
	a := Attribute{name: name, kind: Code, length: len(codes), tree: tree}
	if tree == nil {
		a.fault(-1, nil, "has no tree")
		return a
	}
	a.class = coded(codes, func(code string) int32 {
		if node, ok := tree.Find(code); ok {
			return int32(node)
		}
		return UnknownCode
	})
	return a
}

// Numbers is a column of quantities: finite, or NaN where missing. The slice is
// not copied and must not change while the table is in use.
func Numbers(name string, values []float64) Attribute {
	a := Attribute{name: name, kind: Number, length: len(values), number: values}
	for i, v := range values {
		if math.IsInf(v, 0) {
			a.fault(i, v, "is infinite; NaN is missing")
		}
	}
	return a
}

// Dates is a column of instants; the zero time is missing. They are kept to the
// microsecond.
func Dates(name string, values []time.Time) Attribute {
	a := Attribute{name: name, kind: Date, length: len(values), date: make([]int64, len(values))}
	for i, v := range values {
		micro, ok := micros(v)
		switch {
		case v.IsZero():
			a.date[i] = MissingDate
		case !ok:
			a.date[i] = MissingDate
			a.fault(i, v.Year(), "is a year out of range")
		default:
			a.date[i] = micro
		}
	}
	return a
}

// micros is the time in microseconds; not ok where 64 bits do not hold these.
func micros(t time.Time) (_ int64, ok bool) {
	micro := t.UnixMicro()
	return micro, micro/1e6 == t.Unix() || micro/1e6 == t.Unix()+1
}

// Flags is a column of categories "no" and "yes".
func Flags(name string, values []bool) Attribute {
	a := Attribute{name: name, kind: Category, length: len(values), closed: true,
		names: []string{"no", "yes"}, class: make([]int32, len(values))}
	for i, v := range values {
		if v {
			a.class[i] = 1
		}
	}
	return a
}

// Places is a column of longitudes and latitudes in degrees: -180 to 180 and
// -90 to 90, or NaN where missing. The slice is not copied and must not change
// while the table is in use.
func Places(name string, values []orb.Point) Attribute {
	a := Attribute{name: name, kind: Place, length: len(values), place: values}
	for i, p := range values {
		switch {
		case math.IsNaN(p[0]) && math.IsNaN(p[1]):
		case !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90):
			why := "is not a longitude and a latitude in degrees"
			if math.Abs(p[1]) <= 180 && math.Abs(p[0]) <= 90 {
				why += "; the two may be swapped"
			}
			a.fault(i, p, why)
		}
	}
	return a
}

// fault records a fault; beyond those that are listed anyway, only their number matters.
func (a *Attribute) fault(index int, value any, why string) {
	a.faults = append(a.faults, InputError{Field: a.name, Index: index, Value: value, Why: why})
}

// coded gives each value its code; what each distinct value's code is, is asked once.
func coded(values []string, code func(string) int32) []int32 {
	known := make(map[string]int32)
	codes := make([]int32, len(values))
	for i, v := range values {
		c, seen := known[v]
		if !seen {
			if t := strings.TrimSpace(v); t == "" {
				c = MissingCode
			} else {
				c = code(t)
			}
			known[v] = c
		}
		codes[i] = c
	}
	return codes
}

func distinct(values []string) []string {
	seen := make(map[string]struct{})
	var all []string
	for _, v := range values {
		if _, ok := seen[v]; !ok {
			seen[v] = struct{}{}
			all = append(all, v)
		}
	}
	return all
}

func trimmed(values []string) []string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = strings.TrimSpace(v)
	}
	return all
}
