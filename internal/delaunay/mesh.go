// Package delaunay triangulates points of the plane, exactly.
package delaunay

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/robust"
)

// Mesh is a Delaunay triangulation: no point lies inside the circle through the
// corners of a triangle. Where more than three points lie on one empty circle,
// it is one of the triangulations that there are; which one depends on the
// coordinates alone, not on the order of the points.
type Mesh struct {
	// Same pairs each point that lies where another one does with the one of
	// them that has the lowest number, which alone is in the mesh.
	Same [][2]int32

	// Line lists the points of the mesh from one end to the other where all of
	// them lie on one line; there are no triangles then.
	Line []int32

	// Triangle t has the corners 3t, 3t+1, 3t+2, counter-clockwise, and half-edge
	// 3t+i goes from corner 3t+i to the next one. Outside of every edge of the
	// hull is a triangle with the corner ghost, so that every half-edge has a twin.
	corner []int32
	twin   []int32
	ghost  int32
}

// Edges calls f once for every edge a-b, with the third corner of the triangle on
// each side of it, -1 where there is none.
func (m *Mesh) Edges(f func(a, b, left, right int32)) {
	for i := 1; i < len(m.Line); i++ {
		f(m.Line[i-1], m.Line[i], -1, -1)
	}
	real := func(v int32) int32 {
		if v == m.ghost {
			return -1
		}
		return v
	}
	for h := range int32(len(m.corner)) {
		o := m.twin[h]
		a, b := m.corner[h], m.corner[o]
		if h < o && a != m.ghost && b != m.ghost {
			f(a, b, real(m.corner[before(h)]), real(m.corner[before(o)]))
		}
	}
}

// New triangulates the points, whose coordinates must be finite.
//
// They are inserted one by one, in rounds of growing size that are drawn by
// their coordinates (a biased randomised insertion order: Amenta, Choi and Rote,
// Incremental Constructions con BRIO, 2003) and run along a Hilbert curve within,
// each by a walk from the last one and by flips of edges. O(n log n), and next
// to O(n) after sorting where the points are not very unevenly spread.
func New(points []orb.Point) *Mesh {
	m := &Mesh{}
	order := m.distinct(points)
	b := builder{at: make([]orb.Point, len(order))}
	for i, v := range order {
		b.at[i] = points[v]
	}
	third := b.turn()
	if third < 0 {
		m.Line = line(points, order)
		return m
	}
	// The first triangle comes first.
	b.at[2], b.at[third] = b.at[third], b.at[2]
	order[2], order[third] = order[third], order[2]
	b.build()

	m.corner, m.twin, m.ghost = b.corner, b.twin, int32(len(points))
	order = append(order, m.ghost)
	for h, v := range m.corner {
		m.corner[h] = order[v]
	}
	return m
}

// builder inserts points into a mesh whose corners are positions in at.
type builder struct {
	at           []orb.Point
	corner, twin []int32
	ghost        int32
	stack        []int32
}

// turn is the first point that is not on a line with the first two, or -1.
func (b *builder) turn() int {
	for i := 2; i < len(b.at); i++ {
		if robust.Orient(b.at[0], b.at[1], b.at[i]) != 0 {
			return i
		}
	}
	return -1
}

func (b *builder) build() {
	n := len(b.at)
	b.ghost = int32(n)
	b.corner = make([]int32, 0, 3*(2*n-2))
	b.twin = make([]int32, 3*(2*n-2))
	first, second := int32(0), int32(1)
	if robust.Orient(b.at[0], b.at[1], b.at[2]) < 0 {
		first, second = second, first
	}
	g := b.ghost
	b.corner = append(b.corner, first, second, 2, second, first, g, 2, second, g, first, 2, g)
	for _, pair := range [][2]int32{{0, 3}, {1, 6}, {2, 9}, {4, 11}, {5, 7}, {8, 10}} {
		b.join(pair[0], pair[1])
	}
	last := int32(0)
	for p := int32(3); p < int32(n); p++ {
		last = b.insert(p, b.locate(p, last))
	}
}

func (b *builder) join(h, o int32) { b.twin[h], b.twin[o] = o, h }

// after and before are the other half-edges of the triangle of h.
func after(h int32) int32 {
	if h%3 == 2 {
		return h - 2
	}
	return h + 1
}

func before(h int32) int32 {
	if h%3 == 0 {
		return h + 2
	}
	return h - 1
}

// outside is the half-edge opposite to the ghost in the triangle t, or -1.
func (b *builder) outside(t int32) int32 {
	for h := 3 * t; h < 3*t+3; h++ {
		if b.corner[h] == b.ghost {
			return after(h)
		}
	}
	return -1
}

// locate walks from triangle t to one that point p lies in, or in whose outside
// it lies. In a Delaunay triangulation the walk ends whichever edge that has p on
// its other side is crossed.
func (b *builder) locate(p, t int32) int32 {
	x := b.at[p]
	came := int32(-1) // the half-edge that was entered by
	if h := b.outside(t); h >= 0 {
		if robust.Orient(b.at[b.corner[h]], b.at[b.corner[after(h)]], x) > 0 {
			return t
		}
		came = b.twin[h]
		t = came / 3
	}
walk:
	for {
		h := 3 * t
		for range 3 {
			if h != came && robust.Orient(b.at[b.corner[h]], b.at[b.corner[after(h)]], x) < 0 {
				came = b.twin[h]
				t = came / 3
				if b.corner[before(came)] == b.ghost {
					return t
				}
				continue walk
			}
			h++
		}
		return t
	}
}

// insert divides triangle t among point p and restores the mesh by flips; it
// returns a triangle of p. In all triangles that it touches p is the third corner.
func (b *builder) insert(p, t int32) int32 {
	h := 3 * t
	u := int32(len(b.corner))
	v := u + 3
	x, y, z := b.corner[h], b.corner[h+1], b.corner[h+2]
	b.corner[h+2] = p
	b.corner = append(b.corner, y, z, p, z, x, p)
	b.join(u, b.twin[h+1])
	b.join(v, b.twin[h+2])
	b.join(h+1, u+2)
	b.join(u+1, v+2)
	b.join(v+1, h+2)
	b.stack = append(b.stack[:0], v, u, h)
	for len(b.stack) > 0 {
		h = b.stack[len(b.stack)-1]
		b.stack = b.stack[:len(b.stack)-1]
		o := b.twin[h]
		if !b.conflict(p, o) {
			continue
		}
		// The triangles x y p and y x d become x d p and d y p.
		d := b.corner[before(o)]
		xd, dy, yp := b.twin[after(o)], b.twin[before(o)], b.twin[h+1]
		u := o - o%3
		y := b.corner[h+1]
		b.corner[h+1] = d
		b.corner[u], b.corner[u+1], b.corner[u+2] = d, y, p
		b.join(h, xd)
		b.join(u, dy)
		b.join(u+1, yp)
		b.join(h+1, u+2)
		b.stack = append(b.stack, u, h)
	}
	return t
}

// conflict reports whether the triangle of half-edge o has point p inside its
// circle. The circle of a triangle outside is the half-plane there, with the edge
// of the hull but not with what prolongs it.
func (b *builder) conflict(p, o int32) bool {
	x, y, z := b.corner[o], b.corner[after(o)], b.corner[before(o)]
	switch b.ghost {
	case x:
		x, y = y, z
	case y:
		x, y = z, x
	case z:
	default:
		return robust.InCircle(b.at[x], b.at[y], b.at[z], b.at[p]) > 0
	}
	side := robust.Orient(b.at[x], b.at[y], b.at[p])
	return side > 0 || side == 0 && between(b.at[x], b.at[y], b.at[p])
}

// between reports whether p, on the line through a and b, lies between them.
func between(a, b, p orb.Point) bool {
	if a[0] != b[0] {
		return a[0] < p[0] && p[0] < b[0] || b[0] < p[0] && p[0] < a[0]
	}
	return a[1] < p[1] && p[1] < b[1] || b[1] < p[1] && p[1] < a[1]
}
