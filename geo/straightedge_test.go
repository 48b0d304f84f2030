package geo_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

// The southern border of the western provinces of Canada follows the 49th
// parallel, which is not the shortest way.
func ExampleStraightEdge() {
	west, east := orb.Point{-123, 49}, orb.Point{-95, 49}
	fmt.Printf("along the parallel %.0f km\n", geo.StraightEdge{}.Distance(west, east)/1000)
	fmt.Printf("the shortest way %.0f km\n", geo.Geodesic{}.Distance(west, east)/1000)
	// Output:
	// along the parallel 2049 km
	// the shortest way 2037 km
}

// Coordinates are literal: 179 to -179 is the long way, unless written 181.
func TestStraightEdgeIsLiteral(t *testing.T) {
	m := geo.StraightEdge{}
	short := m.Distance(orb.Point{179, 10}, orb.Point{181, 10})
	require.InEpsilon(t, short*179, m.Distance(orb.Point{179, 10}, orb.Point{-179, 10}), 1e-12)
	box := func(west, east float64) orb.Ring {
		return orb.Ring{{west, 10}, {east, 10}, {east, 12}, {west, 12}, {west, 10}}
	}
	require.InEpsilon(t, m.Area(box(3, 5)), m.Area(box(179, 181)), 1e-12)
	require.InEpsilon(t, m.Area(box(3, 5))*179, m.Area(box(-179, 179)), 1e-12)
	require.Zero(t, m.Distance(orb.Point{-180, 90}, orb.Point{180, 90}))

	// Rings may wind either way and be open; parts that cancel do.
	ring := box(3, 5)
	require.Equal(t, m.Area(ring), m.Area(ring[:4]))
	require.InEpsilon(t, m.Area(ring), m.Area(orb.Ring{ring[3], ring[2], ring[1], ring[0]}), 1e-13)
	require.Zero(t, m.Area(orb.Ring{{3, 10}, {5, 10}, {3, 10}}))
	require.True(t, math.IsNaN(m.Area(orb.Ring{{3, 10}, {5, 100}, {4, 4}})))
}

// Both readings agree where edges are short: the counties' surfaces within what
// the lens between a parallel and a geodesic can hold.
func TestBothReadingsLiterature(t *testing.T) {
	areas, _, fips := usCounties(t)
	areas, _ = geo.DropShortRings(areas)
	worst := 0.0
	for i, area := range areas {
		straight, geodesic := geo.Area(area, geo.StraightEdge{}), geo.Area(area, geo.Geodesic{})
		if geodesic == 0 || fips[i] == "02016" {
			continue // the one that crosses the antimeridian
		}
		worst = max(worst, math.Abs(straight/geodesic-1))
		require.InDelta(t, geodesic, straight, 1e-2*geodesic+1e4, fips[i])
		require.InEpsilon(t, geo.Perimeter(area, geo.Geodesic{}), geo.Perimeter(area, geo.StraightEdge{}), 1e-5)
	}
	t.Logf("read %d counties; the readings differ by at most %.1e of a surface", len(areas), worst)
}
