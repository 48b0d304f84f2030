package geo

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/boxes"
	"github.com/territory-go/territory/internal/parallel"
)

// Findings lists what is wrong with the map, in this order: what [Check] says of
// every area; the [MissingVertex] of rings; the surfaces that two areas share
// ([Overlap]), one finding for each connected piece; the surfaces between areas
// that none of them covers ([Gap]).
//
// Where areas share their edges, overlaps and gaps follow from the table of
// edges. Areas along which that is in doubt (their edges cross, they have an
// edge and a side of it in common, lie around the same corner in each other's
// way, or around each other) are compared by a robust overlay of their shapes,
// as they were snapped. Every overlap is found, and so is every gap, however small;
// the surface says how much it matters, and a border that its two neighbours draw
// differently shows as many of both. [Coverage.Slivers] finds what is narrow.
//
// A gap is surface that areas enclose: a lake, an enclave of another country,
// or a place that was forgotten. The sea is none.
//
// metric measures surfaces (nil: [Geodesic]); on a [Plane], coordinates are not
// held to the range of longitude and latitude.
func (c *Coverage) Findings(metric Metric) []Finding {
	each := make([][]Finding, c.Len())
	parallel.For(c.Len(), func(i int) { each[i] = checkArea(i, c.areas[i], degrees(metric)) })
	all := slices.Concat(each...)
	all = append(all, c.missingVertices()...)
	metric = orGeodesic(metric)
	for _, o := range c.overlaps(c.suspects()) {
		for _, piece := range o.Shared {
			all = append(all, Finding{Kind: Overlap, Areas: []int{o.A, o.B}, Part: -1, Ring: -1, At: piece[0][0],
				Witness: piece, Amount: surface(piece, metric), Detail: fmt.Sprintf("areas %d and %d overlap at %v", o.A, o.B, piece[0][0])})
		}
	}
	return append(all, c.gaps(metric)...)
}

// surface is the area of a polygon, without what rounding takes below 0.
func surface(p orb.Polygon, metric Metric) float64 {
	return max(polygonArea(p, metric), 0)
}

// missingVertices reports, ring by ring, the vertices of other areas that
// divided its edges.
func (c *Coverage) missingVertices() []Finding {
	holders := make(map[int32][]int32, len(c.missing)) // of each such vertex, the areas whose own it is
	for _, m := range c.missing {
		holders[m.vertex] = nil
	}
	lacking := make(map[missing]bool, len(c.missing))
	for _, m := range c.missing {
		lacking[m] = true
	}
	for r := range c.rings {
		for _, half := range c.halves[c.first[r]:c.first[r+1]] {
			v := c.tail(half)
			if own, asked := holders[v]; asked && !lacking[missing{int32(r), v}] {
				holders[v] = append(own, c.rings[r].area)
			}
		}
	}
	var found []Finding
	all := slices.Clone(c.missing)
	slices.SortStableFunc(all, func(a, b missing) int { return int(a.ring) - int(b.ring) })
	for i := 0; i < len(all); {
		r := all[i].ring
		at := c.rings[r]
		var places tally
		var others []int
		for ; i < len(all) && all[i].ring == r; i++ {
			before := len(others)
			for _, area := range holders[all[i].vertex] {
				if area != at.area {
					others = append(others, int(area))
				}
			}
			if len(others) > before {
				places.add(c.points[all[i].vertex])
			}
		}
		if places.count == 0 {
			continue // a ring that touches itself or another one of its area
		}
		slices.Sort(others)
		others = slices.Compact(others)
		areas := append([]int{int(at.area)}, others...)
		found = append(found, Finding{Kind: MissingVertex, Areas: areas, Part: int(at.part), Ring: int(at.ring), At: places.at,
			Detail: fmt.Sprintf("area %d: ring %d of part %d has no vertex in %s where %s one on its border, first at %v", at.area, at.ring, at.part,
				counted(places.count, "place"), named(others, "area", "has", "have"), places.at)})
	}
	return found
}

// named writes "area 3 has", "areas 3, 4 and 7 have", and of many the first.
func named(list []int, noun, one, many string) string {
	const most = 6
	if len(list) == 1 {
		return fmt.Sprintf("%s %d %s", noun, list[0], one)
	}
	var b strings.Builder
	b.WriteString(noun + "s ")
	for i, x := range list {
		switch {
		case i == most && len(list) > most+1:
			fmt.Fprintf(&b, " and %d more", len(list)-most)
		case i > most && len(list) > most+1:
		case i == len(list)-1:
			fmt.Fprintf(&b, " and %d", x)
		case i > 0:
			fmt.Fprintf(&b, ", %d", x)
		default:
			fmt.Fprintf(&b, "%d", x)
		}
	}
	return b.String() + " " + many
}

// gaps are the surfaces that no area covers and areas enclose.
func (c *Coverage) gaps(metric Metric) []Finding {
	borders := c.borders(1, func(int32) int32 { return 0 })[0]
	holes, clean := newTracer(c).trace(borders, true)
	if !clean || c.wild != nil {
		holes = uncovered(c.shapes(c.all()))
	}
	around := make([]boxes.Box, len(c.ends))
	for e := range around {
		around[e] = c.box(int32(e))
	}
	near := 0.0
	for _, p := range c.points {
		near = max(near, math.Abs(p[0]), math.Abs(p[1]))
	}
	near *= 1e-15 // the overlay moves edges by up to 2^-52 of the largest coordinate
	tree := boxes.New(around)
	var found []Finding
	for _, hole := range holes {
		var areas []int
		for _, ring := range hole {
			for i := range ring[1:] {
				// The edges that run through the middle of this one, which may be a part
				// of them where they cross others.
				p, q := ring[i], ring[i+1]
				at := orb.Point{float64(p[0]/2) + float64(q[0]/2), float64(p[1]/2) + float64(q[1]/2)}
				tree.Search(boxes.Box{MinX: at[0] - near, MinY: at[1] - near, MaxX: at[0] + near, MaxY: at[1] + near}, func(e int) bool {
					a, b := c.segment(int32(e))
					length := Plane{}.Distance(a, b)
					if across := float64((b[0]-a[0])*(at[1]-a[1])) - float64((b[1]-a[1])*(at[0]-a[0])); math.Abs(across) <= near*length {
						for _, use := range c.along(int32(e)) {
							areas = append(areas, int(use>>1))
						}
					}
					return true
				})
			}
		}
		slices.Sort(areas)
		areas = slices.Compact(areas)
		who := "areas enclose"
		if len(areas) > 0 {
			who = named(areas, "area", "encloses", "enclose")
		}
		found = append(found, Finding{Kind: Gap, Areas: areas, Part: -1, Ring: -1, At: hole[0][0], Witness: hole, Amount: surface(hole, metric),
			Detail: fmt.Sprintf("%s a gap at %v", who, hole[0][0])})
	}
	return found
}
