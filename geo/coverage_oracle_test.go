package geo_test

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// turns is how often a ring winds around p, which is not on it.
func turns(ring orb.Ring, p orb.Point) int {
	n := 0
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		if (a[1] > p[1]) == (b[1] > p[1]) {
			continue
		}
		left := (b[0]-a[0])*(p[1]-a[1]) > (p[0]-a[0])*(b[1]-a[1])
		if up := b[1] > a[1]; up && left {
			n++
		} else if !up && !left {
			n--
		}
	}
	return n
}

// covers reports whether p lies in a polygon: its outer ring winds around p, and
// no hole does.
func covers(area orb.MultiPolygon, p orb.Point) bool {
	for _, polygon := range area {
		in := len(polygon) > 0 && turns(polygon[0], p) != 0
		for i := 1; in && i < len(polygon); i++ {
			in = turns(polygon[i], p) == 0
		}
		if in {
			return true
		}
	}
	return false
}

// scribble is an area of random rings on a small grid: they cross themselves and
// each other, retrace their steps, have no surface, are open.
func scribble(r *splitmix.Source) orb.MultiPolygon {
	area := make(orb.MultiPolygon, r.Below(3))
	for p := range area {
		area[p] = make(orb.Polygon, 1+r.Below(2)*r.Below(2))
		for i := range area[p] {
			for range 2 + r.Below(6) {
				area[p][i] = append(area[p][i], orb.Point{float64(r.Below(5)), float64(r.Below(5))})
			}
			if r.Below(4) > 0 {
				area[p][i] = append(area[p][i], area[p][i][0])
			}
		}
	}
	return area
}

// probes are points that lie on no line between points of the grid.
func probes(r *splitmix.Source, n int) []orb.Point {
	var all []orb.Point
	for range n {
		all = append(all, orb.Point{5 * r.Float(), 5 * r.Float()})
	}
	return all
}

// Whatever the areas are, the outline of some of them is valid, winds as it
// should, and covers what they cover.
func TestOutlinesOfScribblesByDefinition(t *testing.T) {
	r := splitmix.Fork(7, 0)
	points := probes(&r, 60)
	for round := range 3000 {
		areas := make([]orb.MultiPolygon, 1+r.Below(5))
		of := make([]int, len(areas))
		for i := range areas {
			if r.Below(3) == 0 {
				areas[i] = block(float64(r.Below(4)), float64(r.Below(4)), float64(1+r.Below(3)))
			} else {
				areas[i] = scribble(&r)
			}
			of[i] = r.Below(3) - 1
		}
		c, err := geo.NewCoverage(areas, 0)
		require.NoError(t, err)
		plan, err := partition.NewPlan(2, of)
		require.NoError(t, err)
		shapes, err := c.Dissolve(plan)
		require.NoError(t, err)
		for k, shape := range shapes {
			requireSound(t, shape, areas)
			units := slices.Collect(plan.Units(k))
			for _, p := range points {
				want := false
				for _, u := range units {
					want = want || covers(areas[u], p)
				}
				require.Equal(t, want, covers(shape, p), "round %d: %v of %v: %v", round, units, areas, shape)
			}
			outline, err := c.Outline(units)
			require.NoError(t, err)
			require.Equal(t, shape, outline)
		}
	}
}

// requireSound fails unless a shape has no findings at all.
func requireSound(t testing.TB, shape orb.MultiPolygon, areas any) {
	t.Helper()
	for _, f := range geo.Check(shape, geo.Plane{}) {
		require.Fail(t, "the outline is not sound", "%s\n%v\n%v", f.Detail, shape, areas)
	}
}

// Areas that share surface are all found, with exactly the surface that they
// share; so are the gaps between them.
func TestOverlapsAndGapsOfScribblesByDefinition(t *testing.T) {
	r := splitmix.Fork(11, 0)
	points := probes(&r, 60)
	for range 1500 {
		areas := make([]orb.MultiPolygon, 1+r.Below(5))
		for i := range areas {
			if r.Below(2) == 0 {
				areas[i] = block(float64(r.Below(4)), float64(r.Below(4)), float64(1+r.Below(3)))
			} else {
				areas[i] = scribble(&r)
			}
		}
		c, err := geo.NewCoverage(areas, 0)
		require.NoError(t, err)
		var gaps orb.MultiPolygon
		shared := map[[2]int]orb.MultiPolygon{}
		for _, f := range c.Findings(geo.Plane{}) {
			switch f.Kind {
			case geo.Overlap:
				pair := [2]int{f.Areas[0], f.Areas[1]}
				shared[pair] = append(shared[pair], f.Witness)
				require.Positive(t, f.Amount)
			case geo.Gap:
				gaps = append(gaps, f.Witness)
			}
		}
		requireSound(t, gaps, areas)
		filled := append(orb.MultiPolygon{}, gaps...)
		for i := range areas {
			for j := range i {
				requireSound(t, shared[[2]int{j, i}], areas)
				for _, p := range points {
					require.Equal(t, covers(areas[i], p) && covers(areas[j], p), covers(shared[[2]int{j, i}], p), "%v", areas)
				}
			}
			filled = append(filled, areas[i]...)
		}
		for _, p := range points {
			in := false
			for _, area := range areas {
				in = in || covers(area, p)
			}
			require.False(t, in && covers(gaps, p), "%v", areas)
		}
		// With its gaps filled, the map has none, but for rounded corners.
		whole, err := geo.Union(filled)
		require.NoError(t, err)
		for _, part := range whole {
			for _, hole := range part[1:] {
				require.Less(t, geo.Plane{}.Area(hole), 1e-12, "%v", areas)
			}
		}
	}
}

// cut divides a square into rectangles of dyadic sides, at random, whose
// corners do not matter to their neighbours.
func cut(r *splitmix.Source, x, y, w, h float64, depth int) []orb.MultiPolygon {
	if depth == 0 || w < 1 || h < 1 || r.Below(8) == 0 {
		return []orb.MultiPolygon{{{orb.Ring{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}, {x, y}}}}}
	}
	share := float64(1+r.Below(3)) / 4
	if r.Below(2) == 0 {
		return append(cut(r, x, y, w*share, h, depth-1), cut(r, x+w*share, y, w-w*share, h, depth-1)...)
	}
	return append(cut(r, x, y, w, h*share, depth-1), cut(r, x, y+h*share, w, h-h*share, depth-1)...)
}

// Neighbours share their border although the long side of one runs along several
// shorter sides of others.
func TestContiguityOfCutSquaresByDefinition(t *testing.T) {
	r := splitmix.Fork(3, 0)
	for range 60 {
		areas := cut(&r, 0, 0, 64, 64, 6)
		c, err := geo.NewCoverage(areas, 0)
		require.NoError(t, err)
		rook, queen := c.Contiguity(geo.Rook, geo.Plane{}), c.Contiguity(geo.Queen, geo.Plane{})
		for i := range areas {
			p := areas[i].Bound()
			for j := range i {
				q := areas[j].Bound()
				w := math.Min(p.Max[0], q.Max[0]) - math.Max(p.Min[0], q.Min[0])
				h := math.Min(p.Max[1], q.Max[1]) - math.Max(p.Min[1], q.Min[1])
				_, near := find(queen.Neighbors(i), j)
				require.Equal(t, w >= 0 && h >= 0, near)
				_, beside := find(rook.Neighbors(i), j)
				require.Equal(t, near && w+h > 0, beside)
				want := 0.0
				if beside {
					want = w + h
				}
				require.Equal(t, want, rook.Border(i, j))
				require.Equal(t, want, queen.Border(i, j))
			}
		}
		for _, f := range c.Findings(geo.Plane{}) {
			require.Equal(t, geo.MissingVertex, f.Kind, f.Detail)
		}

		of := make([]int, len(areas))
		for i := range of {
			of[i] = r.Below(4)
		}
		plan, err := partition.NewPlan(4, of)
		require.NoError(t, err)
		shapes, err := c.Dissolve(plan)
		require.NoError(t, err)
		perimeters, err := c.Perimeters(plan, geo.Plane{})
		require.NoError(t, err)
		for k, shape := range shapes {
			requireSound(t, shape, areas)
			area, around, length := 0.0, 0.0, 0.0
			for _, u := range slices.Collect(plan.Units(k)) {
				area += geo.Plane{}.Area(areas[u][0][0])
			}
			for _, part := range shape {
				for i, ring := range part {
					sign := 1.0
					if i > 0 {
						sign = -1
					}
					around += sign * geo.Plane{}.Area(ring)
					for v := range ring[1:] {
						length += geo.Plane{}.Distance(ring[v], ring[v+1])
					}
				}
			}
			require.Equal(t, area, around)
			require.Equal(t, length, perimeters[k])
		}
	}
}

// A map whose neighbours were digitised on their own fits together with a snap.
func TestSnapClosesWhatIsDrawnTwice(t *testing.T) {
	r := splitmix.Fork(5, 0)
	shaken := grid(6, 5)
	for _, area := range shaken {
		ring := area[0][0]
		for i := range ring[:4] {
			ring[i][0] += 0.004 * (r.Float() - 0.5)
			ring[i][1] += 0.004 * (r.Float() - 0.5)
		}
		ring[4] = ring[0]
	}
	loose, err := geo.NewCoverage(shaken, 0)
	require.NoError(t, err)
	require.Zero(t, edges(loose.Contiguity(geo.Queen, geo.Plane{})))
	slivers, err := loose.Slivers(0.01, geo.Plane{})
	require.NoError(t, err)
	require.NotEmpty(t, slivers)

	exact, err := geo.NewCoverage(grid(6, 5), 0)
	require.NoError(t, err)
	tight, err := geo.NewCoverage(shaken, 0.01)
	require.NoError(t, err)
	for _, contact := range []geo.Contact{geo.Rook, geo.Queen} {
		want, got := exact.Contiguity(contact, geo.Plane{}), tight.Contiguity(contact, geo.Plane{})
		for u := range want.Len() {
			require.Equal(t, want.Neighbors(u), got.Neighbors(u))
		}
	}
	require.Empty(t, tight.Findings(geo.Plane{}))
	slivers, err = tight.Slivers(0.01, geo.Plane{})
	require.NoError(t, err)
	require.Empty(t, slivers)
}

// Shapes and neighbours do not depend on the order of the areas, on where rings
// begin, or on the way that they wind.
func TestCoverageDoesNotDependOnTheOrder(t *testing.T) {
	r := splitmix.Fork(13, 0)
	for range 300 {
		areas := cut(&r, 0, 0, 16, 16, 4)
		for range r.Below(3) {
			areas = append(areas, scribble(&r))
		}
		order := make([]int, len(areas)) // of each area, where it goes
		for i := range order {
			j := r.Below(i + 1)
			order[i], order[j] = order[j], i
		}
		moved := make([]orb.MultiPolygon, len(areas))
		of, ofMoved := make([]int, len(areas)), make([]int, len(areas))
		for i, area := range areas {
			of[i] = r.Below(3)
			ofMoved[order[i]] = of[i]
			moved[order[i]] = area.Clone()
			for _, part := range moved[order[i]] {
				for k, ring := range part {
					if open := ring[:len(ring)-1]; len(open) > 2 && ring[0] == ring[len(ring)-1] {
						from := r.Below(len(open))
						turned := append(slices.Clone(open[from:]), open[:from]...)
						if r.Below(2) == 0 {
							slices.Reverse(turned)
						}
						part[k] = append(turned, turned[0])
					}
				}
			}
		}
		before, err := geo.NewCoverage(areas, 0)
		require.NoError(t, err)
		after, err := geo.NewCoverage(moved, 0)
		require.NoError(t, err)
		for _, contact := range []geo.Contact{geo.Rook, geo.Queen} {
			was, is := before.Contiguity(contact, geo.Plane{}), after.Contiguity(contact, geo.Plane{})
			require.Equal(t, edges(was), edges(is))
			for pair, border := range was.Edges() {
				_, still := find(is.Neighbors(order[pair[0]]), order[pair[1]])
				require.True(t, still)
				require.InDelta(t, border, is.Border(order[pair[0]], order[pair[1]]), 1e-9)
			}
		}
		plan, err := partition.NewPlan(3, of)
		require.NoError(t, err)
		planMoved, err := partition.NewPlan(3, ofMoved)
		require.NoError(t, err)
		was, err := before.Dissolve(plan)
		require.NoError(t, err)
		is, err := after.Dissolve(planMoved)
		require.NoError(t, err)
		require.Equal(t, was, is)
	}
}
