package overlay

import (
	"cmp"
	"math"
	"slices"
)

// compare finds the crossings within a cell and what passes its hot pixels.
func (n *noding) compare(c cell, edges, vertices []int32) {
	var hot []point
	meet := func(e, f int32) {
		if at, ok := n.cross(c, n.list[e], n.list[f]); ok {
			hot = append(hot, at)
		}
	}
	var l lanes
	if len(edges) <= leaf {
		for i, e := range edges {
			for _, f := range edges[i+1:] {
				meet(e, f)
			}
		}
	} else {
		l = n.newLanes(edges)
		l.pairs(meet)
	}
	slices.SortFunc(hot, point.compare)
	known := 0
	for _, at := range slices.Compact(hot) {
		for known < len(vertices) && n.nodes[vertices[known]].compare(at) < 0 {
			known++ // vertices are in ascending order
		}
		if known == len(vertices) || n.nodes[vertices[known]] != at {
			n.crossings = append(n.crossings, at)
		} else {
			continue
		}
		if len(edges) <= leaf {
			n.pass(edges, at)
		} else {
			l.add(at)
		}
	}
	for _, v := range vertices {
		if len(edges) <= leaf {
			n.pass(edges, n.nodes[v])
		} else {
			l.add(n.nodes[v])
		}
	}
	l.passes(n)
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

// pass notes which edges pass a hot pixel. Their own ends are left out.
func (n *noding) pass(edges []int32, at point) {
	for _, e := range edges {
		a, b := n.nodes[n.list[e].a], n.nodes[n.list[e].b]
		if at == a || at == b {
			continue
		}
		if how := passes(a, b, at); how != far {
			n.hits = append(n.hits, hit{e, how, at})
		}
	}
}

// lanes sort what is in a cell that could not be divided along one direction, so
// that only what comes to lie together is compared: the direction across a
// bundle of long edges, or an axis.
type lanes struct {
	x, y   float64 // the direction; of no particular length, at most 1
	origin point
	plain  []lane // edges, by lo
	hub    []lane // edges with one common end, if most of them have it
	points []place
}

// lane is the stretch that an edge takes along the direction.
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
// direction: differences of coordinates are below 2^54, and each of the seven
// roundings of a place is off by at most 2.
const slack = 32

func (n *noding) newLanes(edges []int32) lanes {
	origin := n.nodes[n.list[edges[0]].a]
	x, y := n.across(edges)
	hub := n.hub(edges)
	var chosen lanes
	least := math.Inf(1)
	for _, l := range []lanes{{x: 1, origin: origin}, {y: 1, origin: origin}, {x: x, y: y, origin: origin}} {
		taken, lo, hi := 0.0, math.Inf(1), math.Inf(-1)
		for _, e := range edges {
			s := l.lane(n, e)
			taken, lo, hi = taken+(s.hi-s.lo), min(lo, s.lo), max(hi, s.hi)
			if n.list[e].a == hub || n.list[e].b == hub {
				l.hub = append(l.hub, s)
			} else {
				l.plain = append(l.plain, s)
			}
		}
		if share := taken / (hi - lo); share < least {
			least, chosen = share, l
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
	half := (xx - yy) / 2
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
	return float64(l.x*float64(p.x-l.origin.x)) + float64(l.y*float64(p.y-l.origin.y))
}

func (l *lanes) lane(n *noding, e int32) lane {
	a, b := l.place(n.nodes[n.list[e].a]), l.place(n.nodes[n.list[e].b])
	return lane{min(a, b), max(a, b), e}
}

func (l *lanes) add(p point) { l.points = append(l.points, place{l.place(p), p}) }

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

// passes notes which edges pass the points.
func (l *lanes) passes(n *noding) {
	slices.SortFunc(l.points, func(p, q place) int { return cmp.Or(cmp.Compare(p.at, q.at), p.hot.compare(q.hot)) })
	for _, edges := range [][]lane{l.plain, l.hub} {
		for _, s := range edges {
			from, _ := slices.BinarySearchFunc(l.points, s.lo-slack, func(p place, at float64) int { return cmp.Compare(p.at, at) })
			for _, p := range l.points[from:] {
				if p.at > s.hi+slack {
					break
				}
				n.pass([]int32{s.edge}, p.hot)
			}
		}
	}
}
