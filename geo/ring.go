package geo

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/robust"
)

// read numbers the vertices of all rings and returns their walks, each with its
// interior on the left. A ring without surface that is more than a point is a
// walk too, to and fro along the same edges: it has neighbours, if no sides.
func (c *Coverage) read() [][]int32 {
	total := positions(c.areas)
	v := newVertices(total, c.snap)
	flat := make([]int32, 0, total)
	var walks [][]int32
	for a, area := range c.areas {
		for p, part := range area {
			outer := 1
			for r, ring := range part {
				from := len(flat)
				for _, position := range ring {
					if !usable(position) {
						continue
					}
					if id := v.at(position); len(flat) == from || flat[len(flat)-1] != id {
						flat = append(flat, id)
					}
				}
				if len(flat)-from > 1 && flat[len(flat)-1] == flat[from] {
					flat = flat[:len(flat)-1]
				}
				walk := flat[from:len(flat):len(flat)]
				turn := orientation(v.points, walk)
				if turn*outer < 0 {
					slices.Reverse(walk)
				}
				if len(walk) > 1 {
					walks = append(walks, walk)
					c.rings = append(c.rings, ringIndex{int32(a), int32(p), int32(r)})
				}
				if turn == 0 && r == 0 {
					break // holes in nothing
				}
				outer = -1
			}
		}
	}
	c.points = v.points
	return walks
}

// orientation is +1 for a ring that winds counter-clockwise, -1 for one that
// winds clockwise, 0 for one without surface: all vertices on one line. Of a
// ring that crosses itself the larger surface counts. walk does not repeat its
// first vertex.
func orientation(points []orb.Point, walk []int32) int {
	n := len(walk)
	if n < 3 {
		return 0
	}
	origin := points[walk[0]]
	sum, size := 0.0, 0.0
	b := orb.Point{}
	for i := 1; i < n; i++ {
		c := points[walk[i]]
		c[0] -= origin[0]
		c[1] -= origin[1]
		l, r := float64(b[0]*c[1]), float64(b[1]*c[0])
		sum += l - r
		size += max(l, -l) + max(r, -r)
		b = c
	}
	if bound := float64(n) * 4e-16 * size; sum > bound {
		return 1
	} else if sum < -bound {
		return -1
	}
	// Too close to call. A ring that does not cross itself turns at its lowest
	// vertex the way that it winds.
	low := 0
	for i, id := range walk {
		if p, q := points[id], points[walk[low]]; p[1] < q[1] || p[1] == q[1] && p[0] < q[0] {
			low = i
		}
	}
	if turn := robust.Orient(points[walk[(low+n-1)%n]], points[walk[low]], points[walk[(low+1)%n]]); turn != 0 {
		return turn
	}
	for i := range walk {
		if robust.Orient(points[walk[0]], points[walk[1]], points[walk[i]]) != 0 {
			return 1 // retraces itself at its lowest vertex: no side is the interior
		}
	}
	return 0
}
