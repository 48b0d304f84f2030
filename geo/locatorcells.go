package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// Cells are divided three times at most, each time into 8×8. The smallest cells,
// whether or not there are any in a place, number all others: a top cell is
// 512 of them wide.
const (
	blockShift = 3
	blockMask  = 1<<blockShift - 1
	topShift   = 3 * blockShift
)

// grid maps points to the smallest cells. The mapping is monotone in each
// coordinate, and the corners that it goes with are off by less than pad.
type grid struct {
	x0, y0             float64 // south-west of all areas
	inverseX, inverseY float64 // smallest cells per unit
	limitX, limitY     float64 // how many there are
	sizeX, sizeY       float64 // of a smallest cell
	padX, padY         float64
	columns, rows      int32 // of top cells
}

// corner is the lower left corner of a cell: the point of which its base tells.
// It is that of the cells within that share it.
func (g *grid) corner(at place) orb.Point {
	return g.cornerAt(at.x>>at.shift<<at.shift, at.y>>at.shift<<at.shift)
}

func (g *grid) cornerAt(x, y int32) orb.Point {
	return orb.Point{g.x0 + float64(float64(x)*g.sizeX), g.y0 + float64(float64(y)*g.sizeY)}
}

func (g *grid) columnOf(x float64) int32 {
	return int32(max(0, min(g.limitX-1, (x-g.x0)*g.inverseX)))
}

func (g *grid) rowOf(y float64) int32 { return int32(max(0, min(g.limitY-1, (y-g.y0)*g.inverseY))) }

// newGrid chooses the number of top cells: about two for an edge, as square as
// they can be, and fewer where long edges would each be in many.
func newGrid(edges []locatorEdge) grid {
	if len(edges) == 0 {
		return grid{}
	}
	low, high := edges[0].a, edges[0].a
	sumX, sumY := 0.0, 0.0
	for i := range edges {
		for _, p := range [2]orb.Point{edges[i].a, edges[i].b} {
			low[0], low[1] = min(low[0], p[0]), min(low[1], p[1])
			high[0], high[1] = max(high[0], p[0]), max(high[1], p[1])
		}
	}
	width, height := high[0]-low[0], high[1]-low[1]
	if width > 0 && height > 0 {
		for i := range edges {
			sumX += math.Abs(edges[i].b[0]-edges[i].a[0]) / width
			sumY += (edges[i].b[1] - edges[i].a[1]) / height
		}
	}
	n := float64(len(edges))
	wanted := min(max(cellsPerEdge*n, 256), 1<<17)
	aspect := 1.0
	if width > 0 && height > 0 {
		aspect = min(max(math.Sqrt(width)/math.Sqrt(height), 1.0/16), 16)
	}
	columns, rows := math.Sqrt(wanted)*aspect, math.Sqrt(wanted)/aspect
	if crossed := float64(columns*sumX) + float64(rows*sumY); crossed > float64(8*n)+4096 {
		columns *= (float64(8*n) + 4096) / crossed
		rows *= (float64(8*n) + 4096) / crossed
	}
	g := grid{columns: int32(columns) + 1, rows: int32(rows) + 1}
	g.x0, g.sizeX, g.inverseX, g.limitX, g.padX = axis(low[0], high[0], g.columns)
	g.y0, g.sizeY, g.inverseY, g.limitY, g.padY = axis(low[1], high[1], g.rows)
	return g
}

const cellsPerEdge = 2

// axis divides low..high into count top cells. The origin lies below low, and
// cells are never so small that rounding could move a point by a whole one.
func axis(low, high float64, count int32) (origin, size, inverse, limit, pad float64) {
	const least = 0x1p-900 // so that the inverse is finite
	pad = max(0x1p-48*max(math.Abs(low), math.Abs(high)), least)
	limit = float64(int64(count) << topShift)
	origin = low - float64(4*pad)
	size = max((high-origin)*(1+0x1p-40)/limit, 4*pad)
	return origin, size, 1 / size, limit, pad
}

// cellBuilder divides the plane.
type cellBuilder struct {
	*Locator
	budget int // how many edges of cells there may still be
	levels [topShift/blockShift + 1]level
	room   []int32
}

// level is what the builder needs for one depth of cells, kept for the next block.
type level struct {
	at         []item  // edges of cells as they are found
	first      []int32 // where the edges of each cell begin in list
	list       []int32
	rows, walk walker
}

type item struct{ cell, edge int32 }

func newCellBuilder(l *Locator) *cellBuilder {
	n := len(l.edges) - 1
	return &cellBuilder{Locator: l, budget: 64*min(n, 1<<23) + 1<<16}
}

func (b *cellBuilder) build() {
	n := len(b.edges) - 1
	b.grid = newGrid(b.edges[:n])
	g := &b.grid
	if n > 0 {
		// Neighbours in the plane become neighbours in memory.
		scale := [2]float64{65535 / g.limitX, 65535 / g.limitY}
		b.reorder(func(e *locatorEdge) uint32 {
			x := float64(g.columnOf(float64(e.a[0]/2)+float64(e.b[0]/2))) * scale[0]
			y := float64(g.rowOf(float64(e.a[1]/2)+float64(e.b[1]/2))) * scale[1]
			return spreadBits(uint32(x)) | spreadBits(uint32(y))<<1
		})
		all := make([]int32, n)
		for i := range all {
			all[i] = int32(i)
		}
		b.top = make([]cell, int(g.columns)*int(g.rows))
		lv := &b.levels[0]
		b.distribute(lv, all, block{columns: g.columns, rows: g.rows, shift: topShift})
		b.budget -= len(lv.list)
		withEdges := 0
		for c := range b.top {
			if lv.first[c] < lv.first[c+1] {
				withEdges++
			}
		}
		b.blocks = make([]cell, 0, withEdges<<(2*blockShift)) // most often all there will be
		lv.rows = walker{set: -1}                             // the origin is outside of all areas
		b.sweep(0, block{columns: g.columns, rows: g.rows, shift: topShift}, func(i int32, c cell) { b.top[i] = c })
	}
	b.border = append(b.border, borderCell{first: uint32(len(b.refs))})
	b.border, b.refs, b.blocks = fitted(b.border), fitted(b.refs), fitted(b.blocks)
}

// fitted is s without room to grow, unless there is little.
func fitted[T any](s []T) []T {
	if cap(s)-len(s) <= len(s)/16 {
		return s
	}
	return append(make([]T, 0, len(s)), s...)
}

// spreadBits puts a 0 before each of the lower 16 bits.
func spreadBits(x uint32) uint32 {
	x = (x | x<<8) & 0x00ff00ff
	x = (x | x<<4) & 0x0f0f0f0f
	x = (x | x<<2) & 0x33333333
	return (x | x<<1) & 0x55555555
}

// block is a rectangle of cells of one size.
type block struct {
	x, y          int32 // its lower left corner among the smallest cells
	columns, rows int32
	shift         uint8 // cells are 1<<shift smallest ones wide
}

// distribute finds the cells of the block that each edge may touch, and sorts
// the edges by them.
func (b *cellBuilder) distribute(lv *level, edges []int32, bl block) {
	lv.at = lv.at[:0]
	for _, e := range edges {
		lv.at = b.spread(lv.at, e, bl)
	}
	n := int(bl.columns) * int(bl.rows)
	if cap(lv.first) < n+1 {
		lv.first = make([]int32, n+1)
	}
	lv.first = lv.first[:n+1]
	clear(lv.first)
	for _, it := range lv.at {
		lv.first[it.cell+1]++
	}
	for c := range n {
		lv.first[c+1] += lv.first[c]
	}
	if cap(lv.list) < len(lv.at) {
		lv.list = make([]int32, len(lv.at)+len(lv.at)/2)
	}
	lv.list = lv.list[:len(lv.at)]
	for i := len(lv.at) - 1; i >= 0; i-- { // backwards: counts down to where each cell begins
		it := lv.at[i]
		lv.first[it.cell+1]--
		lv.list[lv.first[it.cell+1]] = it.edge
	}
	// first[c+1] is now where cell c begins.
	copy(lv.first, lv.first[1:])
	lv.first[n] = int32(len(lv.at))
}

// spread appends the cells of the block that the edge touches, or nearly does.
func (b *cellBuilder) spread(at []item, edge int32, bl block) []item {
	g := &b.grid
	e := &b.edges[edge]
	row := (g.rowOf(e.a[1]-g.padY) - bl.y) >> bl.shift
	last := (g.rowOf(e.b[1]+g.padY) - bl.y) >> bl.shift
	row, last = max(row, 0), min(last, bl.rows-1)
	west, east := min(e.a[0], e.b[0])-g.padX, max(e.a[0], e.b[0])+g.padX
	slope := (e.b[0] - e.a[0]) / (e.b[1] - e.a[1])
	for ; row <= last; row++ {
		from, to := west, east
		// Where the edge enters and leaves the row. Of upright edges this is known,
		// of level ones nothing better, and slopes near underflow have no digits.
		if math.Abs(slope) >= 0x1p-900 {
			corner := g.cornerAt(bl.x, bl.y+row<<bl.shift)
			south := corner[1] - g.padY
			north := corner[1] + float64(float64(int32(1)<<bl.shift)*g.sizeY) + g.padY
			low, high := e.a[0], e.b[0]
			if south > e.a[1] {
				low = e.a[0] + float64(slope*(south-e.a[1]))
			}
			if north < e.b[1] {
				high = e.b[0] - float64(slope*(e.b[1]-north))
			}
			if low > high {
				low, high = high, low
			}
			if low-g.padX > from {
				from = low - g.padX
			}
			if high+g.padX < to {
				to = high + g.padX
			}
		}
		c := (g.columnOf(from) - bl.x) >> bl.shift
		end := (g.columnOf(to) - bl.x) >> bl.shift
		c, end = max(c, 0), min(end, bl.columns-1)
		for ; c <= end; c++ {
			at = append(at, item{row*bl.columns + c, edge})
		}
	}
	return at
}

// sweep walks along the lower left corners of a block's cells, row by row, and
// says what is in each. levels[depth] has the edges of the cells, and in rows
// the parts at the block's own corner.
func (b *cellBuilder) sweep(depth int, bl block, put func(i int32, c cell)) {
	g := &b.grid
	lv := &b.levels[depth]
	step := int32(1) << bl.shift
	for row := range bl.rows {
		corner := g.cornerAt(bl.x, bl.y+row*step)
		if row > 0 {
			below := g.cornerAt(bl.x, bl.y+(row-1)*step)
			i := (row - 1) * bl.columns
			for _, e := range lv.list[lv.first[i]:lv.first[i+1]] {
				if edge := &b.edges[e]; crossingUpright(edge.a, edge.b, below, corner) {
					lv.rows.cross(e, b.parts(e), &b.room)
				}
			}
		}
		lv.rows.copyTo(&lv.walk)
		for column := range bl.columns {
			i := row*bl.columns + column
			edges := lv.list[lv.first[i]:lv.first[i+1]]
			put(i, b.cell(depth, edges, block{x: bl.x + column*step, y: bl.y + row*step, shift: bl.shift}))
			if column+1 == bl.columns || len(edges) == 0 {
				continue
			}
			next := g.cornerAt(bl.x+(column+1)*step, bl.y+row*step)
			here := g.cornerAt(bl.x+column*step, bl.y+row*step)
			for _, e := range edges {
				if edge := &b.edges[e]; crossingLevel(edge.a, edge.b, here, next) {
					lv.walk.cross(e, b.parts(e), &b.room)
				}
			}
		}
	}
}

// cell makes the cell at, with the edges that touch it. levels[depth].walk holds
// the parts at its corner.
func (b *cellBuilder) cell(depth int, edges []int32, at block) cell {
	w := &b.levels[depth].walk
	if len(edges) == 0 {
		switch len(w.parts) {
		case 0:
			return oneOwner
		case 1:
			return cell(b.areaOf[w.parts[0]]+1) << 2 // oneOwner
		}
		return cell(w.keep(&b.partSets, &b.edgeTable))<<2 | manyOwners
	}
	if at.shift > 0 {
		inner := block{x: at.x, y: at.y, columns: 1 << blockShift, rows: 1 << blockShift, shift: at.shift - blockShift}
		if c, ok := b.divide(depth, edges, inner); ok {
			return c
		}
	}
	c := borderCell{first: uint32(len(b.refs))}
	if b.twoParts(w.parts, edges) {
		if len(w.parts) == 1 {
			c.base = w.parts[0] + 1
		}
	} else {
		c.base = ^w.keep(&b.partSets, &b.edgeTable)
	}
	b.refs = append(b.refs, edges...)
	b.border = append(b.border, c)
	return cell(len(b.border)-1)<<2 | someEdges
}

// divide makes a block of the cells within a cell, where that is worth it: always
// for top cells, for others if they have many edges and most of these are short,
// as long as the budget lasts.
func (b *cellBuilder) divide(depth int, edges []int32, inner block) (cell, bool) {
	const many, dense = 16, 6
	if depth > 0 && len(edges) <= many || len(edges) > b.budget {
		return 0, false
	}
	lv := &b.levels[depth+1]
	b.distribute(lv, edges, inner)
	if len(lv.list) > b.budget || depth > 0 && len(lv.list) > dense*len(edges) {
		return 0, false
	}
	b.budget -= len(lv.list)
	w := &b.levels[depth].walk
	if len(w.parts) > 1 {
		w.keep(&b.partSets, &b.edgeTable) // or each of the cells would write it out
	}
	w.copyTo(&lv.rows)
	number := len(b.blocks) >> (2 * blockShift)
	b.blocks = append(b.blocks, make([]cell, 1<<(2*blockShift))...)
	cells := number << (2 * blockShift)
	b.sweep(depth+1, inner, func(i int32, c cell) { b.blocks[cells+int(i)] = c })
	return cell(number)<<2 | divided, true
}

// twoParts reports whether at most two parts are in reach of a cell, and at most
// one of them contains its corner.
func (b *cellBuilder) twoParts(base, edges []int32) bool {
	if len(base) > 1 {
		return false
	}
	seen := [2]int32{-1, -1}
	add := func(part int32) bool {
		for i, s := range seen {
			if s == part {
				return true
			}
			if s < 0 {
				seen[i] = part
				return true
			}
		}
		return false
	}
	for _, p := range base {
		add(p)
	}
	for _, e := range edges {
		for _, p := range b.parts(e) {
			if !add(p) {
				return false
			}
		}
	}
	return true
}
