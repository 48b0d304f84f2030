package geo

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/robust"
)

// stretch is an edge of a ring: from position i of its walk to the next one.
type stretch struct{ ring, i int32 }

// meetings finds the places where rings meet themselves and each other.
func (k *checker) meetings() {
	var edges []stretch
	var ends [][2]int32
	var around []boxes.Box
	for r := range k.rings {
		ring := &k.rings[r]
		for i, a := range ring.walk {
			b := ring.next(i)
			edges = append(edges, stretch{int32(r), int32(i)})
			ends = append(ends, [2]int32{a, b})
			p, q := k.points[a], k.points[b]
			box := boxes.Box{MinX: min(p[0], q[0]), MinY: min(p[1], q[1]), MaxX: max(p[0], q[0]), MaxY: max(p[1], q[1])}
			around = append(around, box)
			if i == 0 {
				ring.box = box
			}
			ring.box.MinX, ring.box.MaxX = min(ring.box.MinX, box.MinX), max(ring.box.MaxX, box.MaxX)
			ring.box.MinY, ring.box.MaxY = min(ring.box.MinY, box.MinY), max(ring.box.MaxY, box.MaxY)
		}
	}
	crossings := map[[2]int32]*tally{} // by two rings, the lower one first
	report := func(r, s int32, at orb.Point) {
		r, s = min(r, s), max(r, s)
		c := crossings[[2]int32{r, s}]
		if c == nil {
			c = new(tally)
			crossings[[2]int32{r, s}] = c
		}
		c.add(at)
		k.rings[r].bad, k.rings[s].bad = true, true
	}
	type passage struct {
		vertex int32
		stretch
		at bool // a vertex of the ring, not a point within its edge
	}
	var passages []passage
	boxes.New(around).Pairs(func(i, j int) {
		e, f := edges[i], edges[j]
		same := e.ring == f.ring
		a, b, p, q := ends[i][0], ends[i][1], ends[j][0], ends[j][1]
		if same && (b == p || q == a) && !(b == p && q == a) && !retraces(k.points, a, b, p, q) {
			// One edge after the other; they share this vertex and nothing else,
			// for two lines that are not one meet once.
			return
		}
		switch how, at := encounter(k.points, a, b, p, q); how {
		case crosses:
			report(e.ring, f.ring, at)
		case coincides:
			report(e.ring, f.ring, at)
		case touches:
			for _, v := range [2]int32{a, b} {
				if on(k.points, p, q, v) {
					passages = append(passages, passage{v, f, v == p || v == q}, passage{v, e, true})
				}
			}
			for _, v := range [2]int32{p, q} {
				if on(k.points, a, b, v) {
					passages = append(passages, passage{v, e, v == a || v == b}, passage{v, f, true})
				}
			}
		}
	})
	// A passage at a vertex is named by the edge that leaves it.
	for i := range passages {
		p := &passages[i]
		ring := &k.rings[p.ring]
		if p.at && ring.walk[p.i] != p.vertex {
			p.i = int32((int(p.i) + 1) % len(ring.walk))
		}
	}
	slices.SortFunc(passages, func(p, q passage) int {
		return slices.Compare([]int32{p.vertex, p.ring, p.i}, []int32{q.vertex, q.ring, q.i})
	})
	passages = slices.Compact(passages)
	selfTouches := make([]tally, len(k.rings))
	for from := 0; from < len(passages); {
		to := from + 1
		for to < len(passages) && passages[to].vertex == passages[from].vertex {
			to++
		}
		v := passages[from].vertex
		for i := from; i < to; i++ {
			for j := from; j < i; j++ {
				p, q := passages[j], passages[i]
				before, after := k.neighbors(p.stretch, p.at)
				in, out := k.neighbors(q.stretch, q.at)
				switch {
				case before == in || before == out || after == in || after == out:
					// They run along each other from here, which is reported already.
				case crossesAt(k.points, v, before, after, in, out):
					report(p.ring, q.ring, k.points[v])
				case p.ring == q.ring:
					selfTouches[p.ring].add(k.points[v])
				default:
					k.touches = append(k.touches, [2]int32{p.ring, v}, [2]int32{q.ring, v})
				}
			}
		}
		from = to
	}
	slices.SortFunc(k.touches, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
	k.touches = slices.Compact(k.touches)

	for r := range k.rings {
		ring := &k.rings[r]
		if c := crossings[[2]int32{int32(r), int32(r)}]; c != nil {
			k.add(SelfCross, ring.part, ring.ring, c.at, "crosses or retraces itself at %s, first at %v", counted(c.count, "place"), c.at)
		}
		if c := selfTouches[r]; c.count > 0 {
			k.add(SelfTouch, ring.part, ring.ring, c.at, "touches itself at %s, first at %v", counted(c.count, "place"), c.at)
		}
	}
	pairs := make([][2]int32, 0, len(crossings))
	for pair := range crossings {
		pairs = append(pairs, pair)
	}
	slices.SortFunc(pairs, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
	for _, pair := range pairs {
		if r, s := &k.rings[pair[0]], &k.rings[pair[1]]; pair[0] != pair[1] {
			c := crossings[pair]
			k.add(RingsCross, r.part, r.ring, c.at, "meets ring %d of part %d not only in points that they touch, at %s, first at %v",
				s.ring, s.part, counted(c.count, "place"), c.at)
		}
	}
}

// next is the vertex after position i.
func (c *checked) next(i int) int32 {
	if i+1 < len(c.walk) {
		return c.walk[i+1]
	}
	return c.walk[0]
}

// neighbors are the vertices before and after a place on a ring: around the
// vertex at which the edge begins, or the ends of the edge.
func (k *checker) neighbors(e stretch, at bool) (before, after int32) {
	ring := &k.rings[e.ring]
	if !at {
		return ring.walk[e.i], ring.next(int(e.i))
	}
	return ring.walk[(int(e.i)+len(ring.walk)-1)%len(ring.walk)], ring.next(int(e.i))
}

// How two edges meet.
const (
	apart     = iota
	touches   // in one point, an end of at least one of them
	crosses   // in one point, an end of neither
	coincides // along a stretch
)

// encounter says how the edges ab and pq meet, and where if they cross or
// coincide.
func encounter(points []orb.Point, a, b, p, q int32) (how int, at orb.Point) {
	pa, pb, pp, pq := points[a], points[b], points[p], points[q]
	sp, sq := robust.Orient(pa, pb, pp), robust.Orient(pa, pb, pq)
	if sp == 0 && sq == 0 {
		// On one line: the stretch in common lies between the later of the lower
		// ends and the earlier of the upper ones.
		lo, hi := maxPoint(minPoint(pa, pb), minPoint(pp, pq)), minPoint(maxPoint(pa, pb), maxPoint(pp, pq))
		switch {
		case less(lo, hi):
			return coincides, lo
		case lo == hi:
			return touches, lo
		}
		return apart, at
	}
	if sp == sq {
		return apart, at
	}
	sa, sb := robust.Orient(pp, pq, pa), robust.Orient(pp, pq, pb)
	switch {
	case sa == sb:
		return apart, at
	case sp == 0 || sq == 0 || sa == 0 || sb == 0:
		return touches, at
	}
	return crosses, intersection(pa, pb, pp, pq)
}

// intersection is where two edges cross, up to rounding.
func intersection(a, b, p, q orb.Point) orb.Point {
	dx, dy := b[0]-a[0], b[1]-a[1]
	ex, ey := q[0]-p[0], q[1]-p[1]
	over := float64(dx*ey) - float64(dy*ex)
	t := (float64((p[0]-a[0])*ey) - float64((p[1]-a[1])*ex)) / over
	if !(t >= 0 && t <= 1) {
		t = 0.5
	}
	return orb.Point{a[0] + float64(t*dx), a[1] + float64(t*dy)}
}

func less(p, q orb.Point) bool { return p[0] < q[0] || p[0] == q[0] && p[1] < q[1] }

func minPoint(p, q orb.Point) orb.Point {
	if less(q, p) {
		return q
	}
	return p
}

func maxPoint(p, q orb.Point) orb.Point {
	if less(p, q) {
		return q
	}
	return p
}

// on reports whether v lies on the edge from a to b, its ends included.
func on(points []orb.Point, a, b, v int32) bool {
	return v == a || v == b || robust.Orient(points[a], points[b], points[v]) == 0 && within(points[a], points[b], points[v])
}

// within reports whether p, on the line through a and b, lies between them.
func within(a, b, p orb.Point) bool {
	return min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) && min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1])
}

// retraces reports whether two edges with a common end go in the same direction
// from there.
func retraces(points []orb.Point, a, b, p, q int32) bool {
	how, _ := encounter(points, a, b, p, q)
	return how == coincides
}

// crossesAt reports whether a path from before to after through v leads from one
// side to the other of a path from in to out through v.
func crossesAt(points []orb.Point, v, before, after, in, out int32) bool {
	return between(points, v, in, before, out) != between(points, v, in, after, out)
}

// between reports whether, turning clockwise around v from the direction of
// from, one meets p before to.
func between(points []orb.Point, v, from, p, to int32) bool {
	return clockwise(points[v], points[from], points[p], points[to])
}
