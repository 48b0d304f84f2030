package segment

import (
	"cmp"
	"slices"
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
	if a.As != "" || a.scheme() == nil {
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
	if a.scheme() == nil || book == nil {
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
	var tree *signposts
	for i, key := range keys {
		c, known := cell[key]
		if !known {
			if base, was := g.number[key]; was && g.count[base] > 0 {
				c = g.cellOf[base]
			} else if key < 0 {
				if c, err = (&Segmentation{program: p}).combination(key, i); err != nil { // noCell, or a fault
					return nil, err
				}
			} else {
				if tree == nil {
					tree = g.signposts()
				}
				c = tree.cell(p.route(nil, key))
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
	cells := g.Cells()
	return apart(len(cells), func(c int) string { return cells[c].Label })
}

// signposts lead from the top of the tree of a segmentation along a way.
type signposts struct {
	next  map[signpost]int32 // the node of a class below a node, joins left out
	cells []int32            // per node the cell that holds it and what else is below it; -1: none
	ends  []bool             // per node: one combination of classes, and so nothing else
}

type signpost struct{ node, class int32 }

func (g *Segmentation) signposts() *signposts {
	s := &signposts{next: make(map[signpost]int32), cells: make([]int32, len(g.nodes)), ends: make([]bool, len(g.nodes))}
	for i := range s.cells {
		s.cells[i] = -1
	}
	for c, at := range g.at {
		s.cells[at] = int32(c)
	}
	type visit struct{ node, from int32 } // from: the node above that is no join
	var todo []visit
	if len(g.nodes) > 0 {
		todo = append(todo, visit{0, 0})
	}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		n := &g.nodes[v.node]
		if s.ends[v.node] = n.base >= 0; s.ends[v.node] {
			s.cells[v.node] = -1
		}
		if n.up >= 0 && s.cells[v.node] < 0 {
			s.cells[v.node] = s.cells[n.up]
		}
		if !n.join {
			if n.up >= 0 {
				s.next[signpost{v.from, n.hop.class}] = v.node
			}
			v.from = v.node
		}
		for _, part := range n.part {
			todo = append(todo, visit{part, v.from})
		}
	}
	return s
}

// cell is the one that holds all that way and the tree have in common, or -1.
func (s *signposts) cell(way []hop) int32 {
	if len(s.cells) == 0 {
		return -1
	}
	at := int32(0)
	for _, h := range way {
		next, known := s.next[signpost{at, h.class}]
		if !known {
			break
		}
		if at = next; s.ends[at] {
			break
		}
	}
	return s.cells[at]
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
	case a.Cells == nil || a.Cells.scheme == nil:
		return nil
	case a.asOf.IsZero():
		return a.Cells.scheme
	}
	return cells{a.Cells.scheme}.At(a.asOf).(cells).scheme
}
