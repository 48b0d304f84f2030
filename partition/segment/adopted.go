package segment

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/territory-go/territory/partition"
)

// Adopted is the dimension of the cells that a book was divided into: people
// work in them, so they stay as they are from quarter to quarter, whatever has
// become sparse since, until the scheme is applied anew. [Cells] makes them anew
// for each book.
//
//	cells, err := scheme.Apply(book) // once a year
//	test, err := segment.Replay(segment.Adopted{Cells: cells}, "revenue", quarters...)
//
// On any book, a unit is in the cell that holds its combination of classes. One
// whose combination the cells' own book did not have is in the cell that has
// fallen back to what they have in common, and "unassigned" where there is none:
// a new industry is in the cell of a province that is not divided by industry,
// and in no cell of one that is. On the cells' own book the classes are the
// cells.
//
// Dimensions of the scheme that remember what units held, or count ages, do so
// here too: an Adopted is a [Rememberer] and [Dated].
type Adopted struct {
	Cells *Segmentation
	As    string // name of the dimension; "": that of the scheme, or else "cell"

	asOf time.Time
}

// Name is As, or else the name of the scheme, or else "cell".
func (a Adopted) Name() string {
	if a.As != "" || a.Cells == nil {
		return cmp.Or(a.As, "cell")
	}
	return cmp.Or(a.Cells.scheme.Name, "cell")
}

// Bind gives a class for each cell, in their order, and "unassigned". It takes
// O(n·d) for n units and d dimensions, beside what these take to bind, and 4
// bytes a unit. Faults are those of [Scheme.Apply], no cells, and dimensions that
// have other classes on this book than on that of the cells, such as a
// [Hierarchy] of another tree: then the scheme is to be applied anew.
func (a Adopted) Bind(book *partition.Table) (*Classes, error) {
	if a.Cells == nil || book == nil {
		field := "Adopted.Cells"
		if book == nil {
			field = "book"
		}
		return nil, &partition.InputError{Field: field, Index: -1, Why: "is nil"}
	}
	g := a.Cells
	p, err := compile(a.scheme(), book)
	if err != nil {
		return nil, err
	}
	var faults schemeFaults
	for i, c := range p.classes {
		if old := g.program.classes[i]; !slices.Equal(c.Labels, old.Labels) || !slices.Equal(c.Parent, old.Parent) || c.Ranked != old.Ranked {
			faults.add(path("dimensions", i), "has other classes on this book than on that of the cells; apply the scheme anew")
		}
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	keys := make([]int64, book.Len())
	p.keys(keys, func(i int) int { return i })
	none := int32(g.K())
	cell := make(map[int64]int32, len(g.key))
	of := make([]int32, len(keys))
	for i, key := range keys {
		c, known := cell[key]
		if !known {
			if c, err = g.cellOn(p, key, i); err != nil {
				return nil, err
			}
			cell[key] = c
		}
		if of[i] = c; c < 0 {
			of[i] = none
		}
	}
	return &Classes{Labels: append(g.labels(), UnassignedLabel), Of: func(unit int) int { return int(of[unit]) }}, nil
}

// labels are those of the cells, made different: a label names three classes of a
// join, so that two cells may share one.
func (g *Segmentation) labels() []string {
	labels := make([]string, 0, g.K()+1)
	seen := make(map[string]int)
	for _, c := range g.Cells() {
		label := c.Label
		if seen[c.Label]++; seen[c.Label] > 1 {
			label += " (" + strconv.Itoa(seen[c.Label]) + ")"
		}
		labels = append(labels, label)
	}
	return labels
}

// cellOn is the cell on the way of a key in p, or -1.
func (g *Segmentation) cellOn(p *program, key int64, unit int) (int32, error) {
	if key < 0 {
		return (&Segmentation{program: p}).combination(key, unit) // noCell, or a fault
	}
	if base, known := g.number[key]; known && g.count[base] > 0 {
		return g.cellOf[base], nil
	}
	way := p.route(nil, key)
	for at := int32(0); len(g.nodes) > 0 && g.nodes[at].base < 0; { // a cell of one combination has that and no other
		if c := slices.Index(g.at, at); c >= 0 {
			return int32(c), nil
		}
		next := slices.IndexFunc(g.nodes[at].part, func(n int32) bool { return g.leads(n, way) })
		if next < 0 {
			break
		}
		at = g.nodes[at].part[next]
	}
	return -1, nil
}

// leads reports whether a way goes through a node, once it has come to the one
// above it.
func (g *Segmentation) leads(at int32, way []hop) bool {
	n := &g.nodes[at]
	if int(n.depth) > len(way) {
		return false
	}
	return slices.Contains(g.classesOf(at), way[n.depth-1].class)
}

// Carry carries the memory of the scheme's dimensions.
func (a Adopted) Carry(last, next *partition.Table, link []int) (*partition.Table, error) {
	return cells{a.scheme()}.Carry(last, next, link)
}

// At gives the same cells with ages counted to another instant.
func (a Adopted) At(asOf time.Time) Dimension {
	a.asOf = asOf
	return a
}

// scheme is that of the cells, as of the instant.
func (a Adopted) scheme() *Scheme {
	switch {
	case a.Cells == nil:
		return nil
	case a.asOf.IsZero():
		return a.Cells.scheme
	}
	return cells{a.Cells.scheme}.At(a.asOf).(cells).scheme
}
