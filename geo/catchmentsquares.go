package geo

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/sphere"
)

// mostSquares is how many squares a grid has along a side at most.
const mostSquares = 1 << 14

// squares draws the borders between the owners of the corners of a grid. Only the
// squares that a border may pass are looked at: distances differ between two
// places by no more than these are apart, so that a site which is dear enough in
// the middle of a square is cheapest nowhere in it.
type squares struct {
	sites   []orb.Point
	places  []sphere.Vec // nil: a plane
	weights []float64    // beyond the least
	origin  orb.Point
	step    float64
	count   int     // along a side, a power of two
	reach   float64 // how far apart the middle and a corner of a square of side 1 may be

	pieces []piece
}

// piece is a border within a square, from one side of it to another, with its owner
// on the left. Sides are numbered.
type piece struct {
	owner    int32
	from, to int64
	start    orb.Point
	via      orb.Point
	bends    bool // by way of via
}

func newSquares(sites []orb.Point, weights []float64, origin orb.Point, side, tolerance float64, planar bool) *squares {
	g := &squares{sites: sites, weights: make([]float64, len(sites)), origin: origin, count: 1, reach: 0.70711}
	if weights != nil {
		least := slices.Min(weights)
		for j, w := range weights {
			g.weights[j] = w - least
		}
	}
	for side > tolerance*float64(g.count) && g.count < mostSquares {
		g.count *= 2
	}
	g.step = side / float64(g.count)
	if !planar {
		const degree = sphere.Radius * math.Pi / 180
		g.reach = degree * 1.00001 // half a side along the meridian, and no more than that across
		g.places = make([]sphere.Vec, len(sites))
		for j, s := range sites {
			g.places[j] = sphere.At(s[0], s[1])
		}
	}
	return g
}

// areas are those of the sites, within the square of all squares.
func (g *squares) areas() []orb.MultiPolygon {
	all := g.toldApart()
	g.divide(0, 0, g.count, all, make([]float64, len(all)))
	slices.SortFunc(g.pieces, func(a, b piece) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.from, b.from))
	})
	areas := make([]orb.MultiPolygon, len(g.sites))
	for lo := 0; lo < len(g.pieces); {
		hi := lo
		for hi < len(g.pieces) && g.pieces[hi].owner == g.pieces[lo].owner {
			hi++
		}
		areas[g.pieces[lo].owner] = area(g.pieces[lo:hi])
		lo = hi
	}
	return areas
}

// toldApart lists the sites without those that cost as much more than another one
// everywhere, to within some thousand roundings: nearly in its place, or side by
// side with it very far away. Between two such sites no border could be made out;
// rounding would draw one in every square. Of those that cost the same the first stays.
func (g *squares) toldApart() []int32 {
	const roundings = 0x1p-40
	n := float64(g.count)
	probes := [5]orb.Point{g.at(n/2, n/2), g.at(0, 0), g.at(n, 0), g.at(0, n), g.at(n, n)}
	order := make([]int32, len(g.sites))
	for j := range order {
		order[j] = int32(j)
	}
	costs := make([][5]float64, len(g.sites)) // in the middle, and how much more at the corners
	row := make([]float64, len(g.sites))
	for k, p := range probes {
		row = g.costs(row, p, order)
		for j, c := range row {
			if k > 0 {
				c -= costs[j][0]
			}
			costs[j][k] = c
		}
	}
	slices.SortFunc(order, func(i, j int32) int {
		return cmp.Or(cmp.Compare(costs[i][0], costs[j][0]), cmp.Compare(i, j))
	})
	var kept []int32 // by their costs at the first corner
	rank := func(j int32, x float64) int { return cmp.Compare(costs[j][1], x) }
	for _, i := range order {
		slack := float64(roundings * (costs[i][0] + math.Abs(costs[i][1])))
		at, _ := slices.BinarySearchFunc(kept, costs[i][1]-slack, rank)
		like := false
		for ; at < len(kept) && costs[kept[at]][1] <= costs[i][1]+slack && !like; at++ {
			like = true
			for k := 2; k < len(probes); k++ {
				like = like && math.Abs(costs[kept[at]][k]-costs[i][k]) <= slack
			}
		}
		if !like {
			at, _ = slices.BinarySearchFunc(kept, costs[i][1], rank)
			kept = slices.Insert(kept, at, i)
		}
	}
	slices.Sort(kept)
	return kept
}

// at is a place of the grid, in steps.
func (g *squares) at(x, y float64) orb.Point {
	return orb.Point{g.origin[0] + float64(x*g.step), g.origin[1] + float64(y*g.step)}
}

// costs are those of some sites at a place.
func (g *squares) costs(into []float64, p orb.Point, some []int32) []float64 {
	into = into[:0]
	var v sphere.Vec
	if g.places != nil {
		v = sphere.At(p[0], p[1])
	}
	for _, j := range some {
		c := 0.0
		if g.places != nil {
			c = sphere.Distance(v, g.places[j])
		} else {
			c = Plane{}.Distance(p, g.sites[j])
		}
		into = append(into, c+g.weights[j])
	}
	return into
}

// divide looks at the square of so many steps from (x, y) on, whose owners are among some.
func (g *squares) divide(x, y, size int, some []int32, costs []float64) {
	edge := x == 0 || y == 0 || x+size == g.count || y+size == g.count
	if len(some) == 1 && !edge {
		return
	}
	half := float64(float64(size) / 2)
	costs = g.costs(costs, g.at(float64(x)+half, float64(y)+half), some)
	best := slices.Index(costs, slices.Min(costs))
	radius := float64(g.reach * float64(float64(size)*g.step))
	near := make([]int32, 0, len(some))
	for i, j := range some {
		over := costs[i] - costs[best]
		apart, far := g.apart(some[best], j), costs[i]+costs[best]
		far -= g.weights[j] + g.weights[some[best]]
		switch most := float64(g.varies(apart, far-float64(2*radius)) * radius); {
		case apart == 0 && i != best && (over > 0 || i > best):
		case over <= most+float64(1e-13*(costs[best]+radius)): // with room for rounding
			near = append(near, j)
		}
	}
	if size == 1 {
		g.square(x, y, near)
		return
	}
	s := size / 2
	for _, corner := range [4][2]int{{x, y}, {x + s, y}, {x, y + s}, {x + s, y + s}} {
		g.divide(corner[0], corner[1], s, near, costs)
	}
}

// apart is the distance of two sites.
func (g *squares) apart(i, j int32) float64 {
	if g.places != nil {
		return sphere.Distance(g.places[i], g.places[j])
	}
	return Plane{}.Distance(g.sites[i], g.sites[j])
}

// varies is by how much the distances to two sites may change against each other,
// at most, per way gone, where they add up to at least far: the difference of the
// directions in which the sites are seen. On the sphere these differ more than in
// the plane, by less than π/2 times up to a quarter of the way round.
func (g *squares) varies(apart, far float64) float64 {
	const quarter = math.Pi / 2 * sphere.Radius
	if g.places != nil {
		if far += apart; far > quarter { // neither is farther away than that
			return 2
		}
		far -= apart
		apart *= math.Pi / 2
	}
	if !(far > apart) {
		return 2
	}
	return 2 * apart / far
}

// node is a corner of a square.
type node struct {
	x, y  int
	owner int32 // -1: nobody, beyond the grid
}

// square draws the borders in a square, and around the grid beside it.
func (g *squares) square(x, y int, near []int32) {
	corner := [4]node{{x, y, 0}, {x + 1, y, 0}, {x + 1, y + 1, 0}, {x, y + 1, 0}}
	for k := range corner {
		corner[k].owner = g.owner(corner[k], near)
	}
	g.draw(corner, near)
	outside := func(a, b node, dx, dy int) {
		g.draw([4]node{{b.x, b.y, b.owner}, {a.x, a.y, a.owner}, {a.x + dx, a.y + dy, -1}, {b.x + dx, b.y + dy, -1}}, near)
	}
	last := g.count - 1
	if y == 0 {
		outside(corner[0], corner[1], 0, -1)
	}
	if x == last {
		outside(corner[1], corner[2], 1, 0)
	}
	if y == last {
		outside(corner[2], corner[3], 0, 1)
	}
	if x == 0 {
		outside(corner[3], corner[0], -1, 0)
	}
	around := func(n node, dx, dy int) { // the square beyond a corner of the grid
		square := [4]node{n, {n.x + dx, n.y, -1}, {n.x + dx, n.y + dy, -1}, {n.x, n.y + dy, -1}}
		if dx*dy < 0 {
			slices.Reverse(square[:])
		}
		g.draw(square, near)
	}
	if x == 0 && y == 0 {
		around(corner[0], -1, -1)
	}
	if x == last && y == 0 {
		around(corner[1], 1, -1)
	}
	if x == last && y == last {
		around(corner[2], 1, 1)
	}
	if x == 0 && y == last {
		around(corner[3], -1, 1)
	}
}

// owner is the first of the cheapest sites.
func (g *squares) owner(n node, near []int32) int32 {
	var room [16]float64
	costs := g.costs(room[:0], g.at(float64(n.x), float64(n.y)), near)
	return near[slices.Index(costs, slices.Min(costs))]
}

// draw joins the places where the owner changes along the sides of a square, whose
// corners are in counter-clockwise order: two of them to each other, more of them
// by way of the middle.
func (g *squares) draw(corner [4]node, near []int32) {
	type change struct {
		side  int64
		at    orb.Point
		owner int32 // from here on
	}
	var changes [4]change
	m := 0
	for k, a := range corner {
		b := corner[(k+1)%4]
		if a.owner != b.owner {
			side, at := g.change(a, b)
			changes[m] = change{side, at, b.owner}
			m++
		}
	}
	if m < 2 {
		return
	}
	var middle orb.Point
	for _, c := range changes[:m] {
		for d := range middle {
			middle[d] += c.at[d] / float64(m)
		}
	}
	for k, c := range changes[:m] {
		next := changes[(k+1)%m]
		if c.owner >= 0 {
			g.pieces = append(g.pieces, piece{c.owner, next.side, c.side, next.at, middle, m > 2})
		}
	}
}

// change is where, along the side between two corners, their owners cost the same,
// taking costs to change evenly. It is the same from both squares of the side.
func (g *squares) change(a, b node) (side int64, at orb.Point) {
	if b.x < a.x || b.y < a.y {
		a, b = b, a
	}
	side = (int64(a.y+1)*int64(g.count+3) + int64(a.x+1)) * 2
	if b.y > a.y {
		side++
	}
	t := 0.5
	if a.owner >= 0 && b.owner >= 0 {
		var room [2]float64
		two := [2]int32{a.owner, b.owner}
		costs := g.costs(room[:0], g.at(float64(a.x), float64(a.y)), two[:])
		before := costs[1] - costs[0]
		costs = g.costs(room[:0], g.at(float64(b.x), float64(b.y)), two[:])
		if after := costs[0] - costs[1]; before+after > 0 {
			t = before / (before + after)
		}
		t = max(0x1p-7, min(t, 1-0x1p-7)) // apart from the corners, where sides meet
	}
	return side, g.at(float64(a.x)+float64(t*float64(b.x-a.x)), float64(a.y)+float64(t*float64(b.y-a.y)))
}

// area joins the pieces of one owner, ascending by where they begin, to rings. Those
// that wind clockwise are holes, of all larger rings, as it does no harm to others.
func area(pieces []piece) orb.MultiPolygon {
	done := make([]bool, len(pieces))
	var outer, holes []orb.Ring
	for first := range pieces {
		var ring orb.Ring
		for k, found := first, true; found && !done[k]; {
			done[k] = true
			ring = append(ring, pieces[k].start)
			if pieces[k].bends {
				ring = append(ring, pieces[k].via)
			}
			k, found = slices.BinarySearchFunc(pieces, pieces[k].to, func(p piece, side int64) int { return cmp.Compare(p.from, side) })
		}
		if len(ring) == 0 {
			continue
		}
		ring = append(ring, ring[0])
		if signedArea(ring) > 0 {
			outer = append(outer, ring)
		} else {
			holes = append(holes, ring)
		}
	}
	var all orb.MultiPolygon
	for _, ring := range outer {
		polygon := orb.Polygon{ring}
		for _, hole := range holes {
			if signedArea(ring) > -signedArea(hole) {
				polygon = append(polygon, hole)
			}
		}
		all = append(all, polygon)
	}
	return all
}
