package segment

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// Scheme says how the classes of dimensions become the cells that customers are
// divided into, and what becomes of cells that are too small to be anybody's
// work. It is data: [ParseScheme] reads one from JSON, [json.Marshal] writes it.
//
// Exactly one of Grid, List and Decision is given.
//
// # Sparse cells
//
// From the book, and never from how much the Minimum asks for, a scheme makes one
// tree: the whole book at the top, below it the classes of the first step, each
// divided further by the next one, down to the combinations that occur. Between a
// node and its parts the Join of the step may put further nodes, which hold some
// of the parts together. Then, from the top, a node is divided iff all its parts
// reach the Minimum, in units and in value; what is not divided is a cell.
// Therefore, for any book and scheme:
//
//   - every unit is in exactly one cell (a unit that no case of a List takes is
//     in none);
//   - no cell is below the Minimum, unless all the classified units together are;
//   - with a higher Count or Value of the Minimum, and the same Of, each cell is a
//     union of cells of before;
//   - the order of the units has no influence: values are summed exactly and then
//     rounded once, and ties are broken by the order of classes;
//   - each cell says how far it is divided ([Cell.Path]), and [Segmentation.Explain]
//     what kept it from being divided further.
//
// A cell is not promised to be as small as the Minimum allows: of two small
// parts that together reach it, one tree knows only the joins that it has.
type Scheme struct {
	Name       string      // for reports; may be empty
	Dimensions []Dimension // their names are all different
	Grid       *Grid       // the product of dimensions
	List       *List       // conditions, of which the first that holds wins
	Decision   *Decision   // questions, of which the next depends on the last answer
	Minimum    Minimum     // what every cell is to reach
}

// Minimum is what every cell is to reach. The zero Minimum is reached by any.
type Minimum struct {
	Units int     `json:"units,omitempty"` // units; ≥ 0
	Value float64 `json:"value,omitempty"` // the sum over Of, finite; 0: none is asked for
	Of    string  `json:"of,omitempty"`    // the column of numbers that cells are valued by, missing ones as 0; "": none
}

// reachedBy says whether so many units worth so much reach the minimum.
func (m Minimum) reachedBy(count int, value float64) bool {
	return count >= m.Units && (m.Value == 0 || value >= m.Value)
}

// Join says how the parts of a node may be taken together where some of them are
// sparse. The size of a part is its share in the units of the node, or its share
// in the node's value (a negative one as 0), if cells are valued and that is less;
// of equally large parts the one with fewer units counts as the smaller one, and
// then the one whose class comes first.
type Join string

// The ways to join.
const (
	// ToOther joins the two smallest parts, and so on until there is one, so that
	// small ones are pooled among themselves before a large one is touched: "auto +
	// food". It is what "" means.
	ToOther Join = "other"

	// ToNeighbour joins the smallest part with the smaller one of its neighbours in
	// rank, and so on until there is one: "medium + large". A part that stands
	// aside (missing, zero, future) has no neighbours and, when it is the smallest,
	// joins the one that is lowest in rank: who buys nothing is with those who buy
	// least. One that is the only ranked part joins the next larger one.
	ToNeighbour Join = "neighbour"

	// ToParent takes all parts together at once: where one of them is sparse, and be
	// it three customers whose industry is missing, the node is not divided.
	ToParent Join = "parent"
)

// Grid divides by one step after the other, from coarse to fine: province >
// industry > city > size. A combination that is too small falls back from the
// last step on.
type Grid struct {
	Order []Step `json:"order"` // at least one
}

// Step divides by the classes of a dimension. A hierarchical dimension may come
// several times, at ever deeper levels.
type Step struct {
	Dimension string `json:"dimension"`       // its name
	Level     int    `json:"level,omitempty"` // of a hierarchy: 1 its top level, 2 the next …; 0: its finest classes
	Join      Join   `json:"join,omitempty"`  // how sparse classes are joined; "": ToOther
}

// List divides by precedence: a unit is in the first case whose condition it
// meets. Units that meet none are in no cell; a last case without conditions
// takes them all.
type List struct {
	Cases []Case `json:"cases"`          // at least one
	Join  Join   `json:"join,omitempty"` // how sparse cases are joined; neighbours are those in the list
}

// Case is a cell of a List.
type Case struct {
	Label string        `json:"label"`          // all different
	When  partition.Box `json:"when,omitempty"` // none: always
}

// Decision is a node of a decision tree: an end, whose units are divided no
// further, or a question. By asks for the class of a dimension, and Under says
// what follows for some of them; those not listed are ends. If asks whether a
// condition holds, and Then and Else follow; where they are nil, they are ends.
type Decision struct {
	By    string               `json:"by,omitempty"`    // the name of a dimension
	Level int                  `json:"level,omitempty"` // with By, as in a [Step]
	Join  Join                 `json:"join,omitempty"`  // with By, as in a [Step]
	Under map[string]*Decision `json:"under,omitempty"` // with By: by the label of a class

	If   partition.Box `json:"if,omitempty"`   // a condition, instead of By
	Then *Decision     `json:"then,omitempty"` // with If: where it holds
	Else *Decision     `json:"else,omitempty"` // with If: where it does not
}

// Fit fixes all thresholds that depend on the book ([Fitter]) to what they are
// on this one, so that next quarter's book is divided by the same ones. The
// receiver does not change. Errors are those of the dimensions.
func (s *Scheme) Fit(book *partition.Table) (*Scheme, error) {
	fitted := *s
	fitted.Dimensions = append([]Dimension(nil), s.Dimensions...)
	var faults schemeFaults
	if book == nil {
		faults.add("book", "is nil")
		return nil, faults.err()
	}
	for i, d := range s.Dimensions {
		f, ok := d.(Fitter)
		if !ok {
			continue
		}
		fixed, err := f.Fit(book)
		switch {
		case err != nil:
			faults.of(path("dimensions", i), d.Name(), err)
		case fixed == nil:
			faults.add(path("dimensions", i), "was fitted to nothing")
		case fixed.Name() != d.Name():
			faults.add(path("dimensions", i), "was fitted to a dimension of another name, "+quoted(fixed.Name()))
		default:
			fitted.Dimensions[i] = fixed
		}
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return &fitted, nil
}

// Check finds all faults that show without a book, each a
// [*partition.InputError] whose field is a path: `grid.order[2].dimension:
// "industri" is not a dimension; did you mean industry?`. What depends on a
// book, such as cuts, levels and labels of classes, [Scheme.Apply] finds.
func (s *Scheme) Check() error {
	var faults schemeFaults
	s.check(&faults)
	return faults.err()
}

func (s *Scheme) check(faults *schemeFaults) {
	if s == nil { // JSON null
		faults.add("scheme", "is nil")
		return
	}
	names := s.names()
	first := make(map[string]int)
	for i, d := range s.Dimensions {
		name := names[i]
		switch other, taken := first[name]; {
		case d == nil:
			faults.add(path("dimensions", i), "is nil")
		case d == unread(""):
			// it could not be read, of which a fault has been told
		case name == "":
			faults.add(path("dimensions", i), "has no name")
		case taken:
			faults.add(path("dimensions", i), "has the name of "+path("dimensions", other)+", "+quoted(name))
		default:
			first[name] = i
		}
	}
	given := 0
	if s.Grid != nil {
		given++
		s.Grid.check(names, faults)
	}
	if s.List != nil {
		given++
		s.List.check(faults)
	}
	if s.Decision != nil {
		given++
		nodes := 0
		s.Decision.check("decision", names, &nodes, 0, faults)
	}
	if given != 1 {
		faults.add("scheme", "needs exactly one of grid, list and decision, and has "+[...]string{"none", "", "two", "three"}[given])
	}
	s.Minimum.check(faults)
}

// check finds what shows without a book.
func (m Minimum) check(faults *schemeFaults) {
	if m.Units < 0 {
		faults.value("minimum.units", m.Units, "is negative")
	}
	if !(m.Value >= 0) || math.IsInf(m.Value, 0) {
		faults.value("minimum.value", m.Value, "is not a finite number of at least 0")
	}
	if m.Value > 0 && m.Of == "" {
		faults.add("minimum.of", "is not given: which column is the value of "+number(m.Value)+" summed over?")
	}
}

// names are those of the dimensions, "" of one that is nil.
func (s *Scheme) names() []string {
	names := make([]string, len(s.Dimensions))
	for i, d := range s.Dimensions {
		if d != nil {
			names[i] = d.Name()
		}
	}
	return names
}

// checkStep checks a dimension, a level and a join that stand at a path.
func checkStep(at, field, dimension string, level int, join Join, names []string, faults *schemeFaults) {
	known := false
	for _, n := range names {
		known = known || n == dimension && n != ""
	}
	if !known {
		faults.add(at+"."+field, quoted(dimension)+" is not a dimension"+partition.Meant(dimension, names))
	}
	if level < 0 {
		faults.value(at+".level", level, "is negative")
	}
	join.check(at, faults)
}

func (j Join) check(at string, faults *schemeFaults) {
	switch j {
	case "", ToParent, ToNeighbour, ToOther:
	default:
		faults.add(at+".join", quoted(string(j))+" is not a way to join"+partition.Meant(string(j), joins())+" (parent, neighbour, other)")
	}
}

func joins() []string {
	return []string{string(ToParent), string(ToNeighbour), string(ToOther)}
}
