package cluster

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// Gower compares units by attributes of all kinds at once (Gower, A general
// coefficient of similarity and some of its properties, Biometrics 1971): the
// distance of two units is the mean of how much they differ in each attribute,
//
//	d(i, j) = Σ_a w_a·d_a(i, j) / Σ_a w_a      over the attributes a that both have,
//
// which is between 0 and 1, because each d_a is:
//
//	numbers, dates  |x_i - x_j| over the range of the values
//	categories      0 of the same name, 1 otherwise
//	codes           1 - (codes above both) / (codes above either), each code being above
//	                itself: two cities of one province differ by 2/3, a city and its
//	                province by 1/2, two provinces by 1
//	places          great-circle distance over twice that of the farthest place from the
//	                middle of all, which no two exceed
//
// An attribute that one of two units lacks says nothing of this pair and is left
// out of its mean. Two units that have nothing in common are 1 apart. An unknown
// name or code differs by 1 from a known one; two unknown ones may be the same or
// not, and are left out. Where values are missing, the distance may break the
// triangle inequality; without, it is a metric.
type Gower struct {
	Attributes []GowerAttribute // nil: all of the table, with weight 1
}

// GowerAttribute is how one attribute counts.
type GowerAttribute struct {
	Name   string
	Weight float64 // w_a; 0: 1

	// Scale is the difference of numbers, in days that of dates, in kilometres that
	// of places, which counts as 1, and so does any larger one; 0: the range, as above.
	Scale float64

	// Ranked puts the rank of a number or a date among all in its place, the mean
	// rank of equal ones, so that one giant does not make all others alike.
	Ranked bool
}

// Distances are those of the units of the table. They take 8 bytes per unit
// for each number and date and 25 for each place, and are computed when asked for, in
// time in proportion to the attributes and the depth of trees of codes.
//
// All faults are reported at once: a nil table or one without attributes, an
// attribute that is unknown or named twice, a weight or a scale that is negative
// or not finite, a scale of names or codes, ranks of anything but numbers and
// dates, or with a scale.
func (g Gower) Distances(book *partition.Table) (Distances, error) {
	if book == nil {
		return nil, &partition.InputError{Field: "table", Index: -1, Why: "is nil"}
	}
	attributes := g.Attributes
	if attributes == nil {
		for _, a := range book.Attributes() {
			attributes = append(attributes, GowerAttribute{Name: a.Name()})
		}
	}
	if len(attributes) == 0 {
		return nil, &partition.InputError{Field: "table", Index: -1, Why: "has no attribute to compare by"}
	}
	var faults partition.Faults
	d := &gower{n: book.Len()}
	for i, a := range attributes {
		fault := func(value any, why string) {
			faults.Add(partition.InputError{Field: "Gower.Attributes", Index: i, Label: a.Name, Value: value, Why: why}, nil)
		}
		if slices.ContainsFunc(attributes[:i], func(b GowerAttribute) bool { return a.Name == b.Name }) {
			fault(nil, "is named twice")
			continue
		}
		at, err := book.Attribute(a.Name)
		if err != nil {
			fault(nil, strings.TrimPrefix(err.Error(), "attribute = "+a.Name+": "))
			continue
		}
		a.check(at.Kind(), fault)
		if faults.Len() == 0 {
			d.columns = append(d.columns, newColumn(a, at, book))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	// Only ratios of weights count; sums of large ones could overflow.
	heaviest := 0.0
	for i := range d.columns {
		heaviest = max(heaviest, d.columns[i].weight)
	}
	for i := range d.columns {
		d.columns[i].weight /= heaviest
	}
	return d, nil
}

func (a GowerAttribute) check(kind partition.Kind, fault func(value any, why string)) {
	for _, o := range []struct {
		what  string
		value float64
	}{{"Weight", a.Weight}, {"Scale", a.Scale}} {
		if !(o.value >= 0 && o.value <= math.MaxFloat64) {
			fault(o.value, "is a "+o.what+" that is negative or not finite")
		}
	}
	ordered := kind == partition.Number || kind == partition.Date
	if a.Scale != 0 && !ordered && kind != partition.Place {
		fault(a.Scale, fmt.Sprintf("is a Scale, but the attribute is a %v", kind))
	}
	if a.Ranked && !ordered {
		fault(nil, fmt.Sprintf("is Ranked, but it is a %v", kind))
	}
	if a.Ranked && a.Scale != 0 {
		fault(a.Scale, "is a Scale, which ranks do not have")
	}
}

type gower struct {
	n       int
	columns []column
}

// column is one attribute, prepared for comparison.
type column struct {
	kind   partition.Kind
	weight float64
	number []float64    // Number and Date: in units of the scale; NaN missing
	class  []int32      // Category and Code
	above  []int32      // Code: the parent of each node
	depth  []int32      // Code: of each node
	place  []sphere.Vec // Place
	given  []bool       // Place
	scale  float64      // Place
}

func newColumn(a GowerAttribute, at *partition.Attribute, book *partition.Table) column {
	c := column{kind: at.Kind(), weight: a.Weight}
	if c.weight == 0 {
		c.weight = 1
	}
	switch c.kind {
	case partition.Number:
		values, _ := book.Numbers(a.Name)
		c.number = ordered(values, a)
	case partition.Date:
		dates, _ := book.Dates(a.Name)
		c.number = ordered(days(dates), a)
	case partition.Category:
		c.class, _, _ = book.Categories(a.Name)
	case partition.Code:
		c.class, _, _ = book.Codes(a.Name)
		tree := at.Tree()
		for node := range tree.Len() {
			c.above = append(c.above, int32(tree.Parent(node)))
			c.depth = append(c.depth, int32(tree.Depth(node)))
		}
	case partition.Place:
		values, _ := book.Places(a.Name)
		c.places(values, a.Scale)
	}
	return c
}

// days since the first date; NaN is missing.
func days(dates []int64) []float64 {
	first := int64(math.MaxInt64)
	for _, t := range dates {
		if t != partition.MissingDate {
			first = min(first, t)
		}
	}
	values := make([]float64, len(dates))
	for i, t := range dates {
		values[i] = math.NaN()
		if t != partition.MissingDate {
			values[i] = float64(uint64(t-first)) / (24 * 3600 * 1e6)
		}
	}
	return values
}

// ordered puts values, or their ranks, in units of their scale.
func ordered(values []float64, a GowerAttribute) []float64 {
	if a.Ranked {
		values = ranks(values)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range values {
		if x == x {
			low, high = min(low, x), max(high, x)
		}
	}
	// Halves, because a range may be beyond the largest number.
	half := 0.5 * a.Scale
	if half == 0 {
		half = float64(0.5*high) - float64(0.5*low)
	}
	scaled := make([]float64, len(values))
	for i, x := range values {
		switch {
		case x != x:
			scaled[i] = x
		case x > low: // so that 0/0 cannot be
			scaled[i] = (float64(0.5*x) - float64(0.5*low)) / half
		}
	}
	return scaled
}

// ranks of values from 0, the mean of equal ones; NaN of NaN.
func ranks(values []float64) []float64 {
	var order []int
	ranked := make([]float64, len(values))
	for i, x := range values {
		if ranked[i] = x; x == x {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case values[a] < values[b]:
			return -1
		case values[a] > values[b]:
			return 1
		}
		return a - b
	})
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranked[i] = 0.5 * float64(from+to-1)
		}
		from = to
	}
	return ranked
}

func (c *column) places(values []orb.Point, scale float64) {
	c.place, c.given = make([]sphere.Vec, len(values)), make([]bool, len(values))
	var middle sphere.Vec
	for i, p := range values {
		if c.given[i] = !math.IsNaN(p[0]); c.given[i] {
			v := sphere.At(p[0], p[1])
			c.place[i] = v
			middle.X, middle.Y, middle.Z = middle.X+v.X, middle.Y+v.Y, middle.Z+v.Z
		}
	}
	if c.scale = scale; scale != 0 {
		return
	}
	length := math.Sqrt(float64(middle.X*middle.X) + float64(middle.Y*middle.Y) + float64(middle.Z*middle.Z))
	if length == 0 { // all around the earth, or nowhere
		c.scale = math.Pi * sphere.Radius
		return
	}
	middle.X, middle.Y, middle.Z = middle.X/length, middle.Y/length, middle.Z/length
	for i, v := range c.place {
		if c.given[i] {
			c.scale = max(c.scale, 2*sphere.Distance(v, middle))
		}
	}
	c.scale = min(c.scale, math.Pi*sphere.Radius)
}

func (g *gower) Len() int { return g.n }

func (g *gower) Between(i, j int) float64 {
	if i == j {
		return 0
	}
	sum, weights := 0.0, 0.0
	for k := range g.columns {
		c := &g.columns[k]
		if d := c.between(i, j); d == d {
			sum += float64(c.weight * d)
			weights += c.weight
		}
	}
	if weights == 0 {
		return 1
	}
	return min(sum/weights, 1)
}

// between is NaN where the attribute says nothing of the pair.
func (c *column) between(i, j int) float64 {
	switch c.kind {
	case partition.Number, partition.Date:
		d := math.Abs(c.number[i] - c.number[j])
		if d > 1 {
			d = 1
		}
		return d
	case partition.Place:
		switch {
		case !c.given[i] || !c.given[j]:
			return math.NaN()
		case c.scale == 0:
			return 0
		}
		return min(sphere.Distance(c.place[i], c.place[j])/c.scale, 1)
	}
	a, b := c.class[i], c.class[j]
	switch {
	case a == partition.MissingCode || b == partition.MissingCode || a == partition.UnknownCode && b == partition.UnknownCode:
		return math.NaN()
	case a == b:
		return 0
	case c.kind == partition.Category || a < 0 || b < 0:
		return 1
	}
	return c.apart(a, b)
}

// apart compares the codes above two nodes.
func (c *column) apart(a, b int32) float64 {
	both := c.depth[a] + c.depth[b] + 2
	for a != b && a >= 0 && b >= 0 {
		if c.depth[a] >= c.depth[b] {
			a = c.above[a]
		} else {
			b = c.above[b]
		}
	}
	shared := int32(0)
	if a == b && a >= 0 {
		shared = c.depth[a] + 1
	}
	return 1 - float64(shared)/float64(both-shared)
}
