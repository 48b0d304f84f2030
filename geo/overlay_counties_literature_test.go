package geo_test

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/overlay"
)

// The union of published counties, some of them invalid. GEOS 3.11 gives the
// areas of the two states, and fails on the whole.
func TestOverlayCountiesLiterature(t *testing.T) {
	for _, state := range []struct {
		code string
		area float64
	}{{"19", 15.8584169813312}, {"48", 65.3654723367518}, {"", 0}} {
		var areas []orb.MultiPolygon
		if state.code == "" {
			areas = counties(t)
		} else {
			areas = counties(t, state.code)
		}
		outline, err := geo.Union(areas...)
		require.NoError(t, err)
		require.Empty(t, invalid(outline, sum(outline), 0))
		if state.area > 0 {
			require.InEpsilon(t, state.area, sum(outline), 1e-14)
		}
		// Counted as often as there are counties, surfaces add up to those of each.
		own, covered, shared := 0.0, 0.0, 0.0
		for _, area := range areas {
			shape, err := geo.Union(area)
			require.NoError(t, err)
			require.Empty(t, invalid(shape, sum(shape), 0))
			own += sum(shape)
		}
		cut := overlay.New(areas)
		for _, o := range cut.Overlaps() {
			require.Empty(t, invalid(o.Shared, sum(o.Shared), 0))
			shared += sum(o.Shared)
		}
		for times := range 4 {
			covered += sum(cut.Region(func(in []int32) bool { return len(in) > times }))
		}
		require.InDelta(t, own, covered, 1e-11)
		// The positions are those of the counties.
		known := map[orb.Point]bool{}
		for _, area := range areas {
			for _, p := range area {
				for _, ring := range p {
					for _, v := range ring {
						known[v] = true
					}
				}
			}
		}
		added := 0
		for _, p := range outline {
			for _, ring := range p {
				for _, v := range ring {
					if !known[v] {
						added++
					}
				}
			}
		}
		t.Logf("%d counties: %d polygons, surface shared %g, %d positions that are new", len(areas), len(outline), shared, added)
		slices.Reverse(areas)
		again, err := geo.Union(areas...)
		require.NoError(t, err)
		require.Equal(t, outline, again)
	}
}
