package overlay

import (
	"cmp"
	"math"
	"slices"
)

// compare finds the crossings within a cell and what passes its hot pixels.
func (n *noding) compare(c cell, edges, vertices []int32) {
	if len(edges) > leaf {
		l := n.newLanes(c, edges)
		hot := n.hot(c, vertices, l.pairs)
		l.passes(n, hot)
		return
	}
	for _, at := range n.hot(c, vertices, func(visit func(e, f int32)) {
		for i, e := range edges {
			for _, f := range edges[i+1:] {
				visit(e, f)
			}
		}
	}) {
		for _, e := range edges {
			n.pass(e, at)
		}
	}
}

// hot lists the hot pixels of a cell, told which pairs of edges may cross, and
// notes those that are no vertices.
func (n *noding) hot(c cell, vertices []int32, pairs func(visit func(e, f int32))) []point {
	var hot []point
	pairs(func(e, f int32) {
		if at, ok := n.cross(c, n.list[e], n.list[f]); ok {
			hot = append(hot, at)
		}
	})
	slices.SortFunc(hot, point.compare)
	hot = slices.Compact(hot)
	next := 0
	hot = slices.DeleteFunc(hot, func(at point) bool {
		for next < len(vertices) && n.nodes[vertices[next]].compare(at) < 0 {
			next++ // vertices are in ascending order
		}
		return next < len(vertices) && n.nodes[vertices[next]] == at
	})
	n.crossings = append(n.crossings, hot...)
	for _, v := range vertices {
		hot = append(hot, n.nodes[v])
	}
	return hot
}

// cross is the hot pixel in a cell where two edges cross, and whether there is one.
func (n *noding) cross(c cell, e, f edge) (point, bool) {
	if e.a == f.a || e.b == f.b || e.a == f.b || e.b == f.a {
		return point{}, false // edges with a common end cross in no other point
	}
	a, b, p, q := n.nodes[e.a], n.nodes[e.b], n.nodes[f.a], n.nodes[f.b]
	if p.x > b.x || q.x < a.x || min(p.y, q.y) > max(a.y, b.y) || max(p.y, q.y) < min(a.y, b.y) {
		return point{}, false
	}
	return c.crossing(a, b, p, q)
}

// pass notes whether an edge passes a hot pixel. Its own ends are left out.
func (n *noding) pass(e int32, at point) {
	a, b := n.nodes[n.list[e].a], n.nodes[n.list[e].b]
	if at == a || at == b {
		return
	}
	if how := passes(a, b, at); how != far {
		n.hits = append(n.hits, hit{e, how, at})
	}
}

// lanes sort what is in a cell along one direction, so that only what comes to
// lie together is compared: the direction across a bundle of long edges, or an
// axis.
type lanes struct {
	cell  cell
	x, y  float64 // the direction; of no particular length, at most 1
	plain []lane  // edges, by lo
	hub   []lane  // edges with one common end, if most of them have it
}

// lane is the stretch that an edge takes along the direction, within the cell.
type lane struct {
	lo, hi float64
	edge   int32
}

// place is a hot pixel along the direction.
type place struct {
	at  float64
	hot point
}

// slack is more than rounding and near steps can shift a place along a
// direction: differences of coordinates are below 2^54, and each of a dozen
// roundings is off by at most 2.
const slack = 64

// directions are the ways in which the edges of a cell could be told apart.
func (n *noding) directions(c cell, edges []int32) [3]lanes {
	x, y := n.across(edges)
	return [3]lanes{{cell: c, x: 1}, {cell: c, y: 1}, {cell: c, x: x, y: y}}
}

// depth is the mean number of edges that lie over a place along the direction.
func (l *lanes) depth(n *noding, edges []int32) float64 {
	taken, lo, hi := 0.0, math.Inf(1), math.Inf(-1)
	for _, e := range edges {
		s := l.lane(n, e)
		taken, lo, hi = taken+(s.hi-s.lo), min(lo, s.lo), max(hi, s.hi)
	}
	if hi-lo < slack {
		return float64(len(edges))
	}
	return taken / (hi - lo)
}

// apart reports whether there is a direction along which few edges lie over any
// place: to divide their cell would not make it easier.
func (n *noding) apart(c cell, edges []int32) bool {
	for _, l := range n.directions(c, edges) {
		if l.depth(n, edges) <= leaf {
			return true
		}
	}
	return false
}

func (n *noding) newLanes(c cell, edges []int32) lanes {
	hub := n.hub(edges)
	var chosen lanes
	least := math.Inf(1)
	for _, l := range n.directions(c, edges) {
		if depth := l.depth(n, edges); depth < least {
			least, chosen = depth, l
		}
	}
	for _, e := range edges {
		if s := chosen.lane(n, e); n.list[e].a == hub || n.list[e].b == hub {
			chosen.hub = append(chosen.hub, s)
		} else {
			chosen.plain = append(chosen.plain, s)
		}
	}
	byPlace := func(s, t lane) int { return cmp.Or(cmp.Compare(s.lo, t.lo), cmp.Compare(s.edge, t.edge)) }
	slices.SortFunc(chosen.plain, byPlace)
	slices.SortFunc(chosen.hub, byPlace)
	return chosen
}

// across is the direction along which edges reach least: that of the smaller
// eigenvalue of the sum of d·dᵀ over their vectors d.
func (n *noding) across(edges []int32) (x, y float64) {
	xx, xy, yy := 0.0, 0.0, 0.0
	for _, e := range edges {
		a, b := n.nodes[n.list[e].a], n.nodes[n.list[e].b]
		dx, dy := float64(b.x-a.x), float64(b.y-a.y)
		xx, xy, yy = xx+float64(dx*dx), xy+float64(dx*dy), yy+float64(dy*dy)
	}
	half := float64((xx - yy) / 2)
	root := math.Sqrt(float64(half*half) + float64(xy*xy))
	x, y = -xy, half+root
	if half < 0 {
		x, y = root-half, -xy
	}
	if size := math.Abs(x) + math.Abs(y); size > 0 {
		return x / size, y / size
	}
	return 1, 0 // as many this way as that
}

// hub is the common end of more than half of the edges; -1 if they have none.
func (n *noding) hub(edges []int32) int32 {
	ends := make([]int32, 0, 2*len(edges))
	for _, e := range edges {
		ends = append(ends, n.list[e].a, n.list[e].b)
	}
	slices.Sort(ends)
	for i := 0; i+len(edges)/2 < len(ends); i++ {
		if ends[i] == ends[i+len(edges)/2] {
			return ends[i]
		}
	}
	return -1
}

func (l *lanes) place(p point) float64 {
	return float64(l.x*float64(p.x-l.cell.minX)) + float64(l.y*float64(p.y-l.cell.minY))
}

func (l *lanes) lane(n *noding, e int32) lane {
	a, b := n.nodes[n.list[e].a], n.nodes[n.list[e].b]
	from, to := 0.0, 1.0 // the part of the edge near the cell
	from, to = clip(from, to, a.x, b.x, l.cell.minX, l.cell.maxX)
	from, to = clip(from, to, a.y, b.y, l.cell.minY, l.cell.maxY)
	p, q := l.place(a), l.place(b)
	p, q = p+float64(from*(q-p)), p+float64(to*(q-p))
	return lane{min(p, q), max(p, q), e}
}

// clip is the part from..to of an edge where its coordinate, a at one end and b
// at the other, is within near steps of lo..hi.
func clip(from, to float64, a, b, lo, hi int64) (float64, float64) {
	if a == b {
		return from, to
	}
	size := float64(b - a)
	enter, leave := float64(lo-near-1-a)/size, float64(hi+near+1-a)/size
	return max(from, min(enter, leave)), min(to, max(enter, leave))
}

// pairs calls visit for the edges that may cross, each pair once.
func (l *lanes) pairs(visit func(e, f int32)) {
	for i, s := range l.plain {
		for _, t := range l.plain[i+1:] {
			if t.lo > s.hi+slack {
				break
			}
			visit(s.edge, t.edge)
		}
		for _, t := range l.hub {
			if t.lo > s.hi+slack {
				break
			}
			if t.hi >= s.lo-slack {
				visit(s.edge, t.edge)
			}
		}
	}
}

// passes notes which edges pass the hot pixels.
func (l *lanes) passes(n *noding, hot []point) {
	points := make([]place, len(hot))
	for i, p := range hot {
		points[i] = place{l.place(p), p}
	}
	slices.SortFunc(points, func(p, q place) int { return cmp.Or(cmp.Compare(p.at, q.at), p.hot.compare(q.hot)) })
	for _, edges := range [][]lane{l.plain, l.hub} {
		for _, s := range edges {
			from, _ := slices.BinarySearchFunc(points, s.lo-slack, func(p place, at float64) int { return cmp.Compare(p.at, at) })
			for _, p := range points[from:] {
				if p.at > s.hi+slack {
					break
				}
				n.pass(s.edge, p.hot)
			}
		}
	}
}
