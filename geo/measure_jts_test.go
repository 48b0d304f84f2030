package geo_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jts"
)

// Hulls, centroids, distances and interior points of the JTS suite. What is not
// covered is counted by its reason.
func TestMeasuresOfJTSLiterature(t *testing.T) {
	covered, not := map[string]int{}, map[string]int{}
	for _, c := range jts.Cases(t) {
		for _, check := range c.Checks {
			name := fmt.Sprintf("%s: %s of %v", c.Name(), check.Op, check.Left)
			switch check.Op {
			case "convexhull":
				want, err := jts.Parse(check.Want)
				require.NoError(t, err, name)
				require.Equal(t, canonical(geo.ConvexHull(want)), canonical(geo.ConvexHull(check.Left)), name)
				require.InDelta(t, surfaceOf(want), surfaceOf(geo.ConvexHull(check.Left)), 1e-9*surfaceOf(want), name)
			case "getcentroid":
				want, err := jts.Parse(check.Want)
				require.NoError(t, err, name)
				got := geo.Centroid(check.Left, geo.Plane{})
				if at, ok := want.(orb.Point); ok {
					require.InDelta(t, at[0], got[0], 1e-9*max(1, math.Abs(at[0])), name)
					require.InDelta(t, at[1], got[1], 1e-9*max(1, math.Abs(at[1])), name)
				} else {
					require.True(t, math.IsNaN(got[0]), name)
				}
			case "distance", "iswithindistance":
				p, q, d := geo.ClosestPoints(check.Left, check.Right, geo.Plane{})
				if check.Op == "iswithindistance" {
					limit, err := strconv.ParseFloat(check.Arg, 64)
					require.NoError(t, err, name)
					require.Equal(t, check.Want, strconv.FormatBool(d <= limit), name)
				} else {
					want, err := strconv.ParseFloat(check.Want, 64)
					require.NoError(t, err, name)
					if math.IsNaN(d) {
						require.Zero(t, want, name) // JTS has 0 for empty geometries
						break
					}
					require.InDelta(t, want, d, 1e-9*max(1, want), name)
				}
				if !math.IsNaN(d) {
					require.InDelta(t, d, geo.Plane{}.Distance(p, q), 1e-12*max(1, d), name)
				}
			case "getinteriorpoint":
				area, ok := areal(check.Left)
				if !ok {
					not["interior point of lines and points: a label point is for areas"]++
					continue
				}
				at, clearance := geo.LabelPoint(area, 0, geo.Plane{})
				if clearance > 0 {
					require.True(t, evenOdd(area, at), name)
				} else {
					require.Zero(t, geo.Area(area, geo.Plane{}), name)
				}
			case "minclearance", "minclearanceline":
				not[check.Op+": a measure of robustness, not of a map"]++
				continue
			default:
				continue
			}
			covered[check.Op]++
		}
	}
	t.Logf("covered %v; not covered %v", covered, not)
	require.Equal(t, 14, covered["convexhull"])
	require.Equal(t, 38, covered["getcentroid"])
	require.Equal(t, 32, covered["distance"])
	require.Equal(t, 22, covered["iswithindistance"])
}

// canonical is a ring without the point it begins with.
func canonical(ring orb.Ring) orb.Ring {
	ring = slices.Clone(ring)
	if len(ring) > 1 {
		ring = ring[:len(ring)-1]
	}
	slices.SortFunc(ring, func(a, b orb.Point) int { return slices.Compare(a[:], b[:]) })
	return ring
}

func surfaceOf(g orb.Geometry) float64 {
	switch g := g.(type) {
	case orb.Ring:
		return geo.Plane{}.Area(g)
	case orb.Polygon:
		return geo.Area(orb.MultiPolygon{g}, geo.Plane{})
	}
	return 0
}

func areal(g orb.Geometry) (orb.MultiPolygon, bool) {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}, true
	case orb.MultiPolygon:
		return g, true
	}
	return nil, false
}
