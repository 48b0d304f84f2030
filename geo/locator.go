package geo

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/parallel"
)

// Locator says which area a point lies in. It is immutable and safe for
// concurrent use.
//
// Every point of the plane has an answer, and neighbours that share their border
// vertex for vertex never both claim one: a point counts as lying an infinitesimal
// step north of its place, and a still smaller step east. So a point of a border
// belongs to what lies above it, or, where the border runs due north, to what
// lies right of it; a vertex likewise. The answer is exact: it is the one of
// arithmetic without rounding on the coordinates as they are.
//
// Edges are straight in the coordinates. With longitude and latitude that is the
// reading of RFC 7946, and so is that areas which cross the antimeridian are
// cut there: a ring that goes from 179° to -179° goes the long way round. The
// cut has its points, as any border, on its east: write them with longitude -180.
//
// A point is in a polygon if its rings wind around it an odd number of times in
// all, whichever way they run, and in an area if it is in one of its polygons.
// That covers rings that cross or touch themselves, have spikes, are not closed
// or wound the wrong way, and holes outside of their shell. Rings without
// surface contain nothing.
//
// The plane is divided into cells, and these into smaller ones where there are
// edges. A cell without edges holds its answer; in the others the point's few
// nearest edges are compared with the way to a corner of the cell, of which the
// answer is known.
type Locator struct {
	edgeTable
	partSets
	grid   grid
	top    []cell       // rows of the coarsest cells, from the south
	blocks []cell       // blocks of 8×8 cells
	border []borderCell // cells with edges; with one more at the end
	refs   []int32      // the edges of the border cells
	boxes  boxes.Tree   // of the edges
}

// cell is what there is in a cell of the plane: a kind in the lower two bits, a
// number in the others.
type cell uint32

const (
	oneOwner   = iota // number: the area that has all of it, plus 1; 0: none has
	manyOwners        // number: a set of parts
	someEdges         // number: a border cell
	divided           // number: a block
)

// borderCell is a cell with edges.
type borderCell struct {
	first uint32 // of its edges in refs; those of the next cell follow

	// base says which parts contain the lower left corner: none (0) or part
	// base-1; or those of set ^base, where base < 0. Only in cells of at most
	// two parts it is ≥ 0, so that the key of a set of them tells what is in it.
	base int32
}

// NewLocator makes the index of the areas, which may be in any state, see
// [Locator]; they are not modified and not referred to. An area without polygons
// is nowhere.
//
// Errors are *partition.InputError values of the field "areas" that name each
// coordinate that is not finite or beyond 1e150.
//
// It takes O(n log n) time for n edges, and some 300 bytes of memory for an edge
// of a map of counties, up to 3 kB where very many areas lie upon each other.
func NewLocator(areas []orb.MultiPolygon) (*Locator, error) {
	t, err := newEdgeTable(areas)
	if err != nil {
		return nil, err
	}
	l := &Locator{edgeTable: *t}
	b := newCellBuilder(l)
	b.build()
	all := make([]boxes.Box, len(l.edges)-1)
	for i := range all {
		all[i] = boxOf(l.edges[i].a, l.edges[i].b)
	}
	l.boxes = *boxes.New(all)
	return l, nil
}

// Locate is the area that p lies in; where several overlap, the first of them;
// -1 if there is none, and if p is not a point (a coordinate is NaN or
// infinite).
func (l *Locator) Locate(p orb.Point) int {
	return l.answer(p, l.cellOf(p))
}

// LocateAll is [Locator.Locate] of many points, on all processors.
func (l *Locator) LocateAll(points []orb.Point) []int {
	const chunk = 4096
	areas := make([]int, len(points))
	parallel.For((len(points)+chunk-1)/chunk, func(c int) {
		for i := c * chunk; i < min(len(points), (c+1)*chunk); i++ {
			areas[i] = l.Locate(points[i])
		}
	})
	return areas
}

// Owners lists all areas that p lies in, ascending. More than one of them is a
// fault of the areas: they overlap.
func (l *Locator) Owners(p orb.Point) []int {
	at := l.cellOf(p)
	var parts []int32
	switch number := int32(at.cell >> 2); at.cell & 3 {
	case oneOwner:
		if number == 0 {
			return nil
		}
		return []int{int(number) - 1}
	case manyOwners:
		parts = odd(l.collect(nil, number, &l.edgeTable))
	case someEdges:
		parts = l.partsAt(nil, p, at)
	}
	var areas []int
	for _, part := range parts {
		if a := int(l.areaOf[part]); len(areas) == 0 || areas[len(areas)-1] != a {
			areas = append(areas, a)
		}
	}
	return areas
}

// place is a cell of the plane that is not divided further.
type place struct {
	cell
	x, y  int32 // among the smallest cells
	shift uint8 // it is 1<<shift of them wide
}

// cellOf finds the cell of a point; outside of the grid it is one without owner.
func (l *Locator) cellOf(p orb.Point) place {
	g := &l.grid
	fx, fy := (p[0]-g.x0)*g.inverseX, (p[1]-g.y0)*g.inverseY
	if !(fx >= 0 && fx < g.limitX && fy >= 0 && fy < g.limitY) {
		return place{}
	}
	x, y := int32(fx), int32(fy)
	c := l.top[(y>>topShift)*g.columns+x>>topShift]
	shift := uint8(topShift)
	for c&3 == divided {
		shift -= blockShift
		c = l.blocks[int(c>>2)<<(2*blockShift)|int(y>>shift&blockMask)<<blockShift|int(x>>shift&blockMask)]
	}
	return place{c, x, y, shift}
}

// answer is the first area that contains p, which lies in the cell at.
func (l *Locator) answer(p orb.Point, at place) int {
	number := int(at.cell >> 2)
	switch at.cell & 3 {
	case oneOwner:
		return number - 1
	case manyOwners:
		return int(l.areaOf[l.sets[number].least])
	}
	c := &l.border[number]
	if c.base >= 0 {
		r := l.grid.corner(at)
		key := int32(0)
		if c.base > 0 {
			key = partKey(c.base - 1)
		}
		for _, e := range l.refs[c.first:l.border[number+1].first] {
			if edge := &l.edges[e]; crossing(edge.a, edge.b, p, r) {
				key ^= edge.key
			}
		}
		if key == 0 {
			return -1
		}
		if key&1 == 1 {
			return int(l.areaOf[key>>1-1])
		}
	}
	return l.firstOf(p, at)
}

// firstOf is answer where parts overlap or many meet.
func (l *Locator) firstOf(p orb.Point, at place) int {
	var room [16]int32
	crossed := odd(l.crossed(room[:0], p, at))
	// The first part at the corner, or -1. Nothing before it is there, so what
	// was crossed before it has been entered.
	corner := int32(-1)
	switch base := l.border[at.cell>>2].base; {
	case base > 0:
		corner = base - 1
	case base < 0:
		corner = l.sets[^base].least
	}
	switch {
	case len(crossed) == 0 && corner < 0:
		return -1
	case len(crossed) == 0 || corner >= 0 && corner < crossed[0]:
		return int(l.areaOf[corner])
	case corner != crossed[0]:
		return int(l.areaOf[crossed[0]])
	}
	// The first one was left, and it takes the others to tell.
	if parts := l.partsAt(crossed[:0], p, at); len(parts) > 0 {
		return int(l.areaOf[parts[0]])
	}
	return -1
}

// partsAt lists the parts that contain p, which lies in the border cell at, in
// the space of parts.
func (l *Locator) partsAt(parts []int32, p orb.Point, at place) []int32 {
	switch base := l.border[at.cell>>2].base; {
	case base > 0:
		parts = append(parts, base-1)
	case base < 0:
		parts = l.collect(parts, ^base, &l.edgeTable)
	}
	return odd(l.crossed(parts, p, at))
}

// crossed appends the parts of the edges between p and the corner of its cell.
func (l *Locator) crossed(parts []int32, p orb.Point, at place) []int32 {
	number := at.cell >> 2
	r := l.grid.corner(at)
	for _, e := range l.refs[l.border[number].first:l.border[number+1].first] {
		if edge := &l.edges[e]; crossing(edge.a, edge.b, p, r) {
			parts = append(parts, l.parts(e)...)
		}
	}
	return parts
}
