package geo

import (
	"math"
	"math/bits"

	"github.com/paulmach/orb"
)

// beyond is the size from which coordinates count as infinite: their products
// could overflow.
const beyond = 1e150

// usable reports whether a position can be computed with.
func usable(p orb.Point) bool {
	return math.Abs(p[0]) <= beyond && math.Abs(p[1]) <= beyond
}

// vertices numbers positions: equal positions have one number, and so have, with
// a snap > 0, positions that are at most that far from the first one that had
// the number.
type vertices struct {
	points []orb.Point
	exact  []int32 // open addressing by the bits of the coordinates; vertex+1, 0 is free
	moved  []orb.Point
	to     []int32 // of the entries -1, -2 … of exact, the vertex that moved[0], moved[1] … became
	snap   float64
	cells  map[[2]float64][]int32 // by square of side snap, the vertices in it
}

// newVertices is ready for n positions.
func newVertices(n int, snap float64) *vertices {
	v := &vertices{
		points: make([]orb.Point, 0, n/2+8),
		exact:  make([]int32, 1<<bits.Len(uint(2*n+8))),
		snap:   snap,
	}
	if snap > 0 {
		v.cells = make(map[[2]float64][]int32, n/2)
	}
	return v
}

// at is the number of a usable position.
func (v *vertices) at(p orb.Point) int32 {
	p[0] += 0 // -0 is 0
	p[1] += 0
	h := math.Float64bits(p[0])*0x9e3779b97f4a7c15 ^ bits.RotateLeft64(math.Float64bits(p[1])*0xc2b2ae3d27d4eb4f, 31)
	h ^= h >> 32
	h *= 0x9e3779b97f4a7c15
	mask := uint64(len(v.exact) - 1)
	slot := h >> 20 & mask
	for ; v.exact[slot] != 0; slot = (slot + 1) & mask {
		switch known := v.exact[slot]; {
		case known > 0 && v.points[known-1] == p:
			return known - 1
		case known < 0 && v.moved[-known-1] == p:
			return v.to[-known-1]
		}
	}
	if v.snap > 0 {
		if near := v.near(p); near >= 0 {
			v.moved = append(v.moved, p)
			v.to = append(v.to, near)
			v.exact[slot] = -int32(len(v.moved))
			return near
		}
	}
	v.points = append(v.points, p)
	id := int32(len(v.points))
	v.exact[slot] = id
	if v.snap > 0 {
		cell := v.cell(p, 0, 0)
		v.cells[cell] = append(v.cells[cell], id-1)
	}
	return id - 1
}

// cell is the square of p, or the one that lies dx and dy beside it.
func (v *vertices) cell(p orb.Point, dx, dy float64) [2]float64 {
	return [2]float64{math.Floor(p[0]/v.snap) + dx, math.Floor(p[1]/v.snap) + dy}
}

// near is the nearest vertex within snap of p, of equally near ones the first;
// -1: none.
func (v *vertices) near(p orb.Point) int32 {
	best, least := int32(-1), v.snap*v.snap
	for dx := -1.0; dx <= 1; dx++ {
		for dy := -1.0; dy <= 1; dy++ {
			for _, id := range v.cells[v.cell(p, dx, dy)] {
				d := squared(v.points[id], p)
				if d < least || d == least && (best < 0 || id < best) {
					best, least = id, d
				}
			}
		}
	}
	return best
}

func squared(a, b orb.Point) float64 {
	dx, dy := a[0]-b[0], a[1]-b[1]
	return float64(dx*dx) + float64(dy*dy)
}
