package geo_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jts"
)

// surfaces are the areas of a geometry, one for each of its members, and whether
// it has nothing but surfaces.
func surfaces(g orb.Geometry) (areas []orb.MultiPolygon, only bool) {
	switch g := g.(type) {
	case nil:
		return nil, true
	case orb.Polygon:
		return []orb.MultiPolygon{{g}}, true
	case orb.MultiPolygon:
		return []orb.MultiPolygon{g}, true
	case orb.Collection:
		only = true
		for _, member := range g {
			some, all := surfaces(member)
			areas, only = append(areas, some...), only && all
		}
		return areas, only
	}
	return nil, false
}

func empty(g orb.Geometry) bool {
	switch g := g.(type) {
	case orb.MultiPoint:
		return len(g) == 0
	case orb.LineString:
		return len(g) == 0
	case orb.MultiLineString:
		return len(g) == 0
	}
	return false
}

// flat is a geometry as one area, overlapping members counted as often as they
// occur by no operation of ours.
func flat(areas []orb.MultiPolygon) (all orb.MultiPolygon) {
	for _, a := range areas {
		all = append(all, a...)
	}
	return all
}

func edgesOf(shapes ...orb.MultiPolygon) (n int, length float64) {
	for _, shape := range shapes {
		for _, p := range shape {
			for _, ring := range p {
				n += len(ring)
				for i := 1; i < len(ring); i++ {
					length += geo.Plane{}.Distance(ring[i-1], ring[i])
				}
			}
		}
	}
	return n, length
}

// The overlay cases of JTS, among them polygons on which one engine or another
// has failed.
func TestOverlayJTSLiterature(t *testing.T) {
	cases := jts.Cases(t)
	covered, exact := map[string]int{}, 0
	left := map[string]int{}
	for i := range cases {
		c := &cases[i]
		for _, check := range c.Checks {
			op := strings.TrimSuffix(strings.TrimSuffix(check.Op, "ng"), "sr")
			switch op {
			case "union", "intersection", "difference", "symdifference", "overlayareatest", "unionarea":
			case "unionlength":
				left[check.Op+": of lines"]++
				continue
			default:
				continue // no overlay
			}
			a, onlyA := surfaces(check.Left)
			b, onlyB := surfaces(check.Right)
			if !(onlyA || empty(check.Left)) || !(onlyB || empty(check.Right)) {
				left[check.Op+": of points or lines, which are no territories"]++
				continue
			}
			name := c.Name() + ": " + check.Op
			want := func(in []bool) bool { return in[0] || in[1] }
			do := func(a, b orb.MultiPolygon) (orb.MultiPolygon, error) { return geo.Union(a, b) }
			switch op {
			case "intersection":
				do, want = geo.Intersection, func(in []bool) bool { return in[0] && in[1] }
			case "difference":
				do, want = geo.Difference, func(in []bool) bool { return in[0] && !in[1] }
			case "symdifference":
				do, want = geo.SymmetricDifference, func(in []bool) bool { return in[0] != in[1] }
			}
			shapeA, shapeB := flat(a), flat(b)
			edges, length := edgesOf(shapeA, shapeB)
			got, err := do(shapeA, shapeB)
			require.NoError(t, err, name)
			scale := size(shapeA, shapeB)
			step := 1e-15 * scale
			if why := invalid(got, sum(got), 0); why != "" {
				t.Errorf("%s: %s", name, why)
			}
			if edges <= 200 {
				apart := surface([]orb.MultiPolygon{shapeA, shapeB, got}, func(in []bool) bool { return want(in) != in[2] })
				require.LessOrEqual(t, apart, step*length, name)
			}
			switch op {
			case "overlayareatest":
				areas := make([]float64, 0, 4)
				for _, op := range operations {
					part, err := op.do(shapeA, shapeB)
					require.NoError(t, err, name)
					require.Empty(t, invalid(part, sum(part), 0), name)
					areas = append(areas, sum(part))
				}
				back, err := geo.Difference(shapeB, shapeA)
				require.NoError(t, err, name)
				ownA, err := geo.Union(shapeA)
				require.NoError(t, err)
				ownB, err := geo.Union(shapeB)
				require.NoError(t, err)
				near := step*length + 1e-12*sum(got)
				require.InDelta(t, sum(ownA)+sum(ownB), areas[0]+areas[1], near, name)
				require.InDelta(t, sum(ownA), areas[1]+areas[2], near, name)
				require.InDelta(t, areas[3], areas[2]+sum(back), near, name)
				covered[check.Op]++
				continue
			case "unionarea":
				area, err := strconv.ParseFloat(check.Want, 64)
				require.NoError(t, err)
				_, decimals, _ := strings.Cut(check.Want, ".")
				require.InDelta(t, area, sum(got), max(1e-8*area, math.Pow10(-len(decimals))), name)
				covered[check.Op]++
				continue
			}
			if check.Want == "" {
				covered[check.Op+", valid"]++
				continue
			}
			answer, err := jts.Parse(check.Want)
			require.NoError(t, err, name)
			parts, _ := surfaces(answer) // lines and points where areas touch are no part of ours
			expected := flat(parts)
			tolerance := 1e-9*sum(got) + 4*step*length
			if c.Scale > 0 {
				tolerance = max(tolerance, length/c.Scale) // JTS rounds to a coarser grid
			}
			if s, err := strconv.ParseFloat(check.Arg, 64); err == nil && strings.HasSuffix(check.Op, "sr") {
				tolerance = max(tolerance, length/s)
			}
			difference, err := geo.SymmetricDifference(got, expected)
			require.NoError(t, err)
			apart := sum(difference)
			if n, _ := edgesOf(got, expected); n <= 100 {
				require.InDelta(t, apart, surface([]orb.MultiPolygon{got, expected}, func(in []bool) bool { return in[0] != in[1] }), 4*step*length, name)
			}
			if apart == 0 {
				exact++
			}
			if apart > tolerance {
				why := fmt.Sprintf("%s: differs by %g of %g, tolerance %g", name, apart, sum(got), tolerance)
				require.LessOrEqual(t, edges, 700, why)
				area := surface([]orb.MultiPolygon{shapeA, shapeB}, want)
				require.Greater(t, math.Abs(sum(expected)-area), tolerance, why)
				left[check.Op+": the answer itself is off, by exact arithmetic, and ours is not"]++
				continue
			}
			covered[check.Op]++
		}
	}
	t.Logf("covered %v, of them %d the same surface exactly; not covered %v", covered, exact, left)
}
