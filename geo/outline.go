package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/robust"
)

// tracer puts the edges of outlines together to polygons. It is reused from one
// outline to the next.
type tracer struct {
	*Coverage
	start []int32 // of each vertex, the first of the arcs that leave it; -1: none
	place []int32 // of each vertex, where it is on the current walk; -1: not
	arcs  []arc
	loops []loop
	walk  []int32 // room for follow
	stack []int32 // room for split
}

// arc is a directed edge with the territory on its left.
type arc struct {
	tail, head int32
	next       int32 // the next arc from the same tail; -1: none
	used       bool
}

// loop is a ring that passes through no vertex twice.
type loop struct {
	walk  []int32
	turn  int     // +1 outer ring, -1 hole
	size  float64 // its area
	shell int     // of a hole, the loop that it is in
}

func newTracer(c *Coverage) *tracer {
	t := &tracer{Coverage: c, start: make([]int32, len(c.points)), place: make([]int32, len(c.points))}
	for v := range c.points {
		t.start[v], t.place[v] = -1, -1
	}
	return t
}

// trace returns the polygons whose edges are given; with outside, the polygons
// on the other side of them, without what has no bounds. It reports false where
// the edges do not bound polygons whose interiors are apart, which happens where
// areas overlap or cross.
func (t *tracer) trace(borders []border, outside bool) (shape orb.MultiPolygon, clean bool) {
	if !t.close(borders, outside) {
		return nil, false
	}
	return t.polygons(), true
}

// close puts the edges together to loops, for polygons to be made of.
func (t *tracer) close(borders []border, outside bool) (clean bool) {
	t.arcs, t.loops = t.arcs[:0], t.loops[:0]
	for _, b := range borders {
		if b.rough {
			return false
		}
		if outside {
			b.half ^= 1
		}
		t.arcs = append(t.arcs, arc{t.tail(b.half), t.head(b.half), -1, false})
	}
	for i := len(t.arcs) - 1; i >= 0; i-- { // the first arc of each vertex comes first
		a := &t.arcs[i]
		a.next = t.start[a.tail]
		t.start[a.tail] = int32(i)
	}
	for i := range t.arcs {
		if !t.arcs[i].used {
			t.split(t.follow(int32(i)))
		}
	}
	for i := range t.arcs {
		t.start[t.arcs[i].tail] = -1
	}
	return t.nest(outside)
}

// follow walks from an arc along the border of one piece of interior, until it
// is back, and returns the vertices.
func (t *tracer) follow(first int32) []int32 {
	walk := t.walk[:0]
	for at := first; ; {
		a := &t.arcs[at]
		a.used = true
		walk = append(walk, a.tail)
		if at = t.turn(a, first); at == first {
			t.walk = walk
			return walk
		}
	}
}

// turn is the arc that goes on from the head of a: the first one clockwise from
// the way back, so that no interior lies between them. The walk's first arc
// counts as not used, which closes the walk.
func (t *tracer) turn(a *arc, first int32) int32 {
	best := int32(-1)
	for i := t.start[a.head]; i >= 0; i = t.arcs[i].next {
		if t.arcs[i].used && i != first {
			continue
		}
		if best < 0 || clockwise(t.points[a.head], t.points[a.tail], t.points[t.arcs[i].head], t.points[t.arcs[best].head]) {
			best = i
		}
	}
	if best < 0 {
		return first // cannot be: as many arcs leave a vertex as reach it
	}
	return best
}

// clockwise reports whether, turning clockwise around o from the direction of
// f, one meets p before q. The direction of f itself comes last.
func clockwise(o, f, p, q orb.Point) bool {
	sideP, sideQ := sector(o, f, p), sector(o, f, q)
	if sideP != sideQ {
		return sideP < sideQ
	}
	return robust.Orient(o, p, q) < 0
}

// sector is where p lies, turning clockwise around o from the direction of f:
// 0 to the right, 1 straight behind, 2 to the left, 3 in the direction itself.
func sector(o, f, p orb.Point) int {
	switch robust.Orient(o, f, p) {
	case -1:
		return 0
	case 1:
		return 2
	}
	if f[0] != o[0] && (f[0] > o[0]) == (p[0] > o[0]) || f[0] == o[0] && (f[1] > o[1]) == (p[1] > o[1]) {
		return 3
	}
	return 1
}

// split cuts a walk into loops wherever it comes back to a vertex: an outer
// ring and the holes that touch it, or holes that touch each other.
func (t *tracer) split(walk []int32) {
	from := len(t.loops)
	stack := t.stack[:0]
	for _, v := range walk {
		if back := t.place[v]; back >= 0 {
			t.add(slices.Clone(stack[back:]))
			for _, w := range stack[back:] {
				t.place[w] = -1
			}
			stack = stack[:back]
		}
		t.place[v] = int32(len(stack))
		stack = append(stack, v)
	}
	for _, w := range stack {
		t.place[w] = -1
	}
	t.add(slices.Clone(stack))
	t.stack = stack
	shell := -1
	for i := from; i < len(t.loops); i++ {
		if t.loops[i].turn > 0 {
			shell = i
		}
	}
	for i := from; i < len(t.loops); i++ {
		t.loops[i].shell = shell
	}
}

func (t *tracer) add(walk []int32) {
	l := loop{walk: walk, turn: orientation(t.points, walk), shell: -1}
	if l.turn == 0 {
		return
	}
	for i, v := range walk[2:] {
		o, p, q := t.points[walk[0]], t.points[walk[i+1]], t.points[v]
		l.size += float64((p[0]-o[0])*(q[1]-o[1])) - float64((p[1]-o[1])*(q[0]-o[0]))
	}
	l.size = math.Abs(l.size)
	t.loops = append(t.loops, l)
}

// side is an edge of a loop, from left to right.
type side struct {
	loop    int32
	forward bool // the loop runs from left to right
	l, r    orb.Point
}

// nest finds the outer ring of each hole, and reports false unless every outer
// ring lies outside of all polygons and every hole within one; with outside, it
// forgets the holes in no polygon.
func (t *tracer) nest(outside bool) bool {
	if len(t.loops) == 1 && t.loops[0].turn > 0 {
		return true
	}
	var sides []side
	var around []boxes.Box
	probe := make([]side, len(t.loops)) // of each loop, the lower one of the edges at its leftmost vertex
	for i, l := range t.loops {
		p := t.points[l.walk[len(l.walk)-1]]
		first := 0
		for k, v := range l.walk {
			q := t.points[v]
			if less(q, t.points[l.walk[first]]) {
				first = k
			}
			s := side{int32(i), true, p, q}
			if p[0] > q[0] {
				s.forward, s.l, s.r = false, q, p
			}
			if p = q; s.l[0] == s.r[0] {
				continue
			}
			sides = append(sides, s)
			around = append(around, boxes.Box{MinX: s.l[0], MinY: min(s.l[1], s.r[1]), MaxX: s.r[0], MaxY: max(s.l[1], s.r[1])})
		}
		n := len(l.walk)
		at, next, last := t.points[l.walk[first]], t.points[l.walk[(first+1)%n]], t.points[l.walk[(first+n-1)%n]]
		if robust.Orient(at, next, last) > 0 {
			probe[i] = side{int32(i), true, at, next}
		} else {
			probe[i] = side{int32(i), false, at, last}
		}
	}
	tree := boxes.New(around)
	// Which edge is the next one below the probe, just right of its left end? What
	// lies between the two is outside of the loop, and on the upper side of that
	// edge; the edges of all loops have the interior on their left. The loop of that
	// edge begins further left or lower, so that no loops are under each other.
	under := make([]int, len(t.loops)) // of each loop, that of this edge; -1: none
	for i := range t.loops {
		at := &probe[i]
		best := -1
		floor := math.Inf(-1)
		tree.Below(at.l[0], at.l[1], func(k int) float64 {
			s := &sides[k]
			if s.loop != at.loop && s.l[0] <= at.l[0] && at.l[0] < s.r[0] && s.under(at) && (best < 0 || sides[best].under(s)) {
				best, floor = k, around[k].MinY
			}
			return floor
		})
		covered := best >= 0 && sides[best].forward || best < 0 && outside
		if covered != (t.loops[i].turn < 0) {
			return false
		}
		if under[i] = -1; best >= 0 {
			under[i] = int(sides[best].loop)
		}
	}
	for i := range t.loops {
		if t.loops[i].turn < 0 {
			t.shell(i, under)
		}
	}
	for i := range t.loops {
		if l := &t.loops[i]; l.turn < 0 && l.shell < 0 {
			l.turn = 0 // a hole in what has no bounds
		}
	}
	return true
}

// shell finds the outer ring of a hole: the loop under it, or that of the hole
// under it.
func (t *tracer) shell(hole int, under []int) {
	at := hole
	for t.loops[at].turn < 0 && t.loops[at].shell < 0 && under[at] >= 0 {
		at = under[at]
	}
	shell := t.loops[at].shell
	if t.loops[at].turn > 0 {
		shell = at
	}
	// The holes on the way have the same one.
	for at = hole; t.loops[at].turn < 0 && t.loops[at].shell < 0 && under[at] >= 0; at = under[at] {
		t.loops[at].shell = shell
	}
}

// under reports whether, just right of the later one of their left ends, s runs
// below at. Both are there, and they do not cross.
func (s *side) under(at *side) bool {
	if s.l[0] > at.l[0] {
		if turn := robust.Orient(at.l, at.r, s.l); turn != 0 {
			return turn < 0
		}
		return robust.Orient(at.l, at.r, s.r) < 0
	}
	if turn := robust.Orient(s.l, s.r, at.l); turn != 0 {
		return turn > 0
	}
	return robust.Orient(s.l, s.r, at.r) > 0
}

// polygons puts holes and outer rings together, sorted by where they begin.
func (t *tracer) polygons() orb.MultiPolygon {
	var shape orb.MultiPolygon
	part := make([]int, len(t.loops))
	for i, l := range t.loops {
		if l.turn > 0 {
			part[i] = len(shape)
			shape = append(shape, orb.Polygon{t.closed(l.walk)})
		}
	}
	for _, l := range t.loops {
		if l.turn < 0 {
			p := part[l.shell]
			shape[p] = append(shape[p], t.closed(l.walk))
		}
	}
	for _, polygon := range shape {
		slices.SortFunc(polygon[1:], earlier)
	}
	slices.SortFunc(shape, func(p, q orb.Polygon) int { return earlier(p[0], q[0]) })
	return shape
}

// earlier compares rings by their first two vertices: rings that do not cross
// leave a vertex in different directions.
func earlier(r, s orb.Ring) int {
	for i := range 2 {
		if r[i] != s[i] {
			if less(r[i], s[i]) {
				return -1
			}
			return 1
		}
	}
	return 0
}

// closed is the ring of a walk, from the lowest of its leftmost vertices on.
func (t *tracer) closed(walk []int32) orb.Ring {
	first := 0
	for i, v := range walk {
		if p, q := t.points[v], t.points[walk[first]]; p[0] < q[0] || p[0] == q[0] && p[1] < q[1] {
			first = i
		}
	}
	ring := make(orb.Ring, 0, len(walk)+1)
	for i := range walk {
		ring = append(ring, t.points[walk[(first+i)%len(walk)]])
	}
	return append(ring, ring[0])
}
