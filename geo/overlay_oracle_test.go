package geo_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/robust"
)

// surface is the exact area of the set of points for which keep says yes, told
// in which of the shapes they lie. It shares nothing with the code under test:
// the plane is cut into horizontal strips at every vertex and every crossing, in
// rational arithmetic; within a strip, edges are sorted along its middle and
// windings counted from left to right. O(n³).
func surface(shapes []orb.MultiPolygon, keep func(in []bool) bool) float64 {
	type side struct {
		x0, y0, x1, y1 *big.Rat // y0 < y1
		ring, up       int
	}
	type place struct {
		shape, polygon int
		hole           bool
	}
	var sides []side
	var rings []place
	var levels []*big.Rat
	polygon := 0
	rat := func(v float64) *big.Rat { return new(big.Rat).SetFloat64(v) }
	for s, shape := range shapes {
		for _, p := range shape {
			for r, ring := range p {
				for i, from := range ring {
					to := ring[(i+1)%len(ring)]
					levels = append(levels, rat(from[1]))
					switch {
					case from[1] < to[1]:
						sides = append(sides, side{rat(from[0]), rat(from[1]), rat(to[0]), rat(to[1]), len(rings), 1})
					case from[1] > to[1]:
						sides = append(sides, side{rat(to[0]), rat(to[1]), rat(from[0]), rat(from[1]), len(rings), -1})
					}
				}
				rings = append(rings, place{s, polygon, r > 0})
			}
			polygon++
		}
	}
	at := func(s side, y *big.Rat) *big.Rat { // x of a side at height y
		t := new(big.Rat).Sub(y, s.y0)
		t.Quo(t, new(big.Rat).Sub(s.y1, s.y0))
		t.Mul(t, new(big.Rat).Sub(s.x1, s.x0))
		return t.Add(t, s.x0)
	}
	for i, s := range sides {
		for _, t := range sides[:i] {
			lo, hi := s.y0, s.y1
			if t.y0.Cmp(lo) > 0 {
				lo = t.y0
			}
			if t.y1.Cmp(hi) < 0 {
				hi = t.y1
			}
			if lo.Cmp(hi) >= 0 {
				continue
			}
			d0 := new(big.Rat).Sub(at(s, lo), at(t, lo))
			d1 := new(big.Rat).Sub(at(s, hi), at(t, hi))
			if d0.Sign()*d1.Sign() < 0 {
				y := new(big.Rat).Quo(d0, new(big.Rat).Sub(d0, d1))
				y.Mul(y, new(big.Rat).Sub(hi, lo))
				levels = append(levels, y.Add(y, lo))
			}
		}
	}
	slices.SortFunc(levels, (*big.Rat).Cmp)
	levels = slices.CompactFunc(levels, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
	total := new(big.Rat)
	for i := 0; i+1 < len(levels); i++ {
		lo, hi := levels[i], levels[i+1]
		middle := new(big.Rat).Add(lo, hi)
		middle.Quo(middle, big.NewRat(2, 1))
		type crossed struct {
			x *big.Rat
			side
		}
		var row []crossed
		for _, s := range sides {
			if s.y0.Cmp(lo) <= 0 && s.y1.Cmp(hi) >= 0 {
				row = append(row, crossed{at(s, middle), s})
			}
		}
		slices.SortFunc(row, func(a, b crossed) int { return a.x.Cmp(b.x) })
		winding := make([]int, len(rings))
		for j := 0; j+1 < len(row); j++ {
			winding[row[j].ring] += row[j].up
			in := make([]bool, len(shapes))
			for r := 0; r < len(rings); {
				p := r
				inside := winding[p] != 0
				for r++; r < len(rings) && rings[r].polygon == rings[p].polygon; r++ {
					inside = inside && winding[r] == 0
				}
				in[rings[p].shape] = in[rings[p].shape] || inside
			}
			if keep(in) {
				width := new(big.Rat).Sub(row[j+1].x, row[j].x) // times the height is the area of the trapezoid
				total.Add(total, width.Mul(width, new(big.Rat).Sub(hi, lo)))
			}
		}
	}
	v, _ := total.Float64()
	return v
}

// invalid says what keeps a result from being valid polygons in the normal form
// of geo.Union, with the given surface; "" if nothing does. It compares every edge
// with every other.
func invalid(shape orb.MultiPolygon, area, tolerance float64) string {
	type segment struct {
		a, b          orb.Point
		polygon, ring int
	}
	var all []segment
	for p, polygon := range shape {
		if len(polygon) == 0 {
			return "empty polygon"
		}
		for r, ring := range polygon {
			if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
				return "ring that is short or open"
			}
			seen := map[orb.Point]bool{}
			low := ring[0]
			for _, v := range ring[1:] {
				if seen[v] {
					return "vertex twice in a ring"
				}
				seen[v] = true
				if v[0] < low[0] || v[0] == low[0] && v[1] < low[1] {
					return "ring that does not begin at its lowest vertex"
				}
			}
			if turn := robust.Orient(ring[len(ring)-2], ring[0], ring[1]); turn != 1 && r == 0 || turn != -1 && r > 0 {
				return "ring that winds the wrong way"
			}
			for i := range ring[1:] {
				all = append(all, segment{ring[i], ring[i+1], p, r})
			}
		}
	}
	touching := map[[2]int]map[orb.Point]bool{} // polygon and ring: the vertices that it shares with others of its polygon
	for i, s := range all {
		for _, t := range all[:i] {
			if max(s.a[0], s.b[0]) < min(t.a[0], t.b[0]) || max(t.a[0], t.b[0]) < min(s.a[0], s.b[0]) ||
				max(s.a[1], s.b[1]) < min(t.a[1], t.b[1]) || max(t.a[1], t.b[1]) < min(s.a[1], s.b[1]) {
				continue
			}
			if s.a == t.a && s.b == t.b || s.a == t.b && s.b == t.a {
				return "edge twice"
			}
			if s.a == t.a && s.polygon == t.polygon && s.ring != t.ring {
				for _, k := range [][2]int{{s.polygon, s.ring}, {t.polygon, t.ring}} {
					if touching[k] == nil {
						touching[k] = map[orb.Point]bool{}
					}
					touching[k][s.a] = true
				}
			}
			o1, o2 := robust.Orient(s.a, s.b, t.a), robust.Orient(s.a, s.b, t.b)
			o3, o4 := robust.Orient(t.a, t.b, s.a), robust.Orient(t.a, t.b, s.b)
			if o1*o2 < 0 && o3*o4 < 0 {
				return "edges that cross"
			}
			within := func(o int, a, b, p orb.Point) bool {
				return o == 0 && p != a && p != b &&
					min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) && min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1])
			}
			if within(o1, s.a, s.b, t.a) || within(o2, s.a, s.b, t.b) || within(o3, t.a, t.b, s.a) || within(o4, t.a, t.b, s.b) {
				return "vertex within an edge"
			}
		}
	}
	// Rings of a polygon and the vertices that they share are a graph; a cycle in
	// it would enclose a part of the inside.
	for p, polygon := range shape {
		vertices := map[orb.Point]int{}
		parent := make([]int, len(polygon))
		find := func(i int) int {
			for parent[i] != i {
				i = parent[i]
			}
			return i
		}
		for r := range polygon {
			parent[r] = r
		}
		for r := range polygon {
			for v := range touching[[2]int{p, r}] {
				at, known := vertices[v]
				if !known {
					vertices[v] = len(parent)
					parent = append(parent, len(parent))
					at = len(parent) - 1
				}
				if find(at) == find(r) {
					return "inside that is cut in two"
				}
				parent[find(at)] = find(r)
			}
		}
	}
	// Where holes lie in their outer rings and polygons beside each other, nothing
	// is counted twice.
	if got := sum(shape); math.Abs(got-area) > tolerance {
		return fmt.Sprintf("surface %v within rings, %v wanted", got, area)
	}
	return ""
}

// sum is the surface within rings as they are listed.
func sum(shape orb.MultiPolygon) float64 {
	total := 0.0
	for _, p := range shape {
		for r, ring := range p {
			if area := (geo.Plane{}).Area(ring); r == 0 {
				total += area
			} else {
				total -= area
			}
		}
	}
	return total
}
