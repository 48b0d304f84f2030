package geo

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/robust"
)

// rounds bounds how often edges are divided: with a snap, an edge that is
// divided moves, and may come near further vertices.
const rounds = 8

// division is a vertex that divides an edge.
type division struct {
	edge, vertex int32
	along        float64 // grows from the first end of the edge to its second
}

// divide inserts into the walks the vertices that lie on their edges, and
// reports whether there were any.
//
// Only edges without one area on either side are divided, and only by vertices
// of such edges. Nothing else is needed: around a vertex on the border of two
// areas that share it edge by edge, there is no room for a third one that does
// not overlap them.
func (c *Coverage) divide(walks [][]int32) bool {
	divisions := c.divisions()
	if len(divisions) == 0 {
		return false
	}
	of := make(map[int32][]int32)
	for _, d := range divisions {
		of[d.edge] = append(of[d.edge], d.vertex)
	}
	for r, walk := range walks {
		halves := c.halves[c.first[r]:c.first[r+1]]
		more := 0
		for _, half := range halves {
			more += len(of[half>>1])
		}
		if more == 0 {
			continue
		}
		longer := make([]int32, 0, len(walk)+more)
		for i, half := range halves {
			longer = append(longer, walk[i])
			on := of[half>>1]
			for k := range on {
				vertex := on[k]
				if half&1 == 1 {
					vertex = on[len(on)-1-k]
				}
				longer = append(longer, vertex)
				c.missing = append(c.missing, missing{int32(r), vertex})
			}
		}
		walks[r] = longer
	}
	return true
}

// divisions lists the vertices that lie on edges, by edge and then along it.
func (c *Coverage) divisions() []division {
	var open []int32
	var around []boxes.Box
	for e := range int32(len(c.ends)) {
		if c.matched(e) {
			continue
		}
		open = append(open, e)
		box := c.box(e)
		around = append(around, boxes.Box{MinX: box.MinX - c.snap, MinY: box.MinY - c.snap, MaxX: box.MaxX + c.snap, MaxY: box.MaxY + c.snap})
	}
	tree := boxes.New(around)
	var found []division
	seen := make([]bool, len(c.points))
	for _, e := range open {
		for _, vertex := range c.ends[e] {
			if seen[vertex] {
				continue
			}
			seen[vertex] = true
			p := c.points[vertex]
			tree.Search(boxes.Box{MinX: p[0], MinY: p[1], MaxX: p[0], MaxY: p[1]}, func(i int) bool {
				if along, on := c.on(vertex, open[i]); on {
					found = append(found, division{open[i], vertex, along})
				}
				return true
			})
		}
	}
	slices.SortFunc(found, func(a, b division) int {
		return cmp.Or(cmp.Compare(a.edge, b.edge), cmp.Compare(a.along, b.along), cmp.Compare(a.vertex, b.vertex))
	})
	return found
}

// on reports whether a vertex lies within an edge, not at its ends, and how far
// along.
func (c *Coverage) on(vertex, edge int32) (along float64, on bool) {
	ends := c.ends[edge]
	if vertex == ends[0] || vertex == ends[1] {
		return 0, false
	}
	a, b, p := c.points[ends[0]], c.points[ends[1]], c.points[vertex]
	dx, dy := b[0]-a[0], b[1]-a[1]
	if c.snap == 0 {
		if robust.Orient(a, b, p) != 0 {
			return 0, false
		}
		// On the line: between the ends if it is so in one coordinate.
		switch {
		case a[0] < b[0]:
			return p[0], a[0] < p[0] && p[0] < b[0]
		case a[0] > b[0]:
			return -p[0], b[0] < p[0] && p[0] < a[0]
		case a[1] < b[1]:
			return p[1], a[1] < p[1] && p[1] < b[1]
		}
		return -p[1], b[1] < p[1] && p[1] < a[1]
	}
	px, py := p[0]-a[0], p[1]-a[1]
	along = float64(dx*px) + float64(dy*py)
	length := float64(dx*dx) + float64(dy*dy)
	if !(0 < along && along < length) {
		return 0, false
	}
	across := float64(dx*py) - float64(dy*px)
	return along, float64(across*across) <= float64(c.snap*c.snap)*length
}

// box is the rectangle around an edge.
func (c *Coverage) box(edge int32) boxes.Box {
	a, b := c.points[c.ends[edge][0]], c.points[c.ends[edge][1]]
	return boxes.Box{MinX: min(a[0], b[0]), MinY: min(a[1], b[1]), MaxX: max(a[0], b[0]), MaxY: max(a[1], b[1])}
}

// segment is the two ends of an edge.
func (c *Coverage) segment(edge int32) (a, b orb.Point) {
	return c.points[c.ends[edge][0]], c.points[c.ends[edge][1]]
}
