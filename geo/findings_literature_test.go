package geo_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// GEOS says which of the published counties are no valid polygons, once rings
// of fewer than four positions are dropped.
func TestCountyFindingsLiterature(t *testing.T) {
	areas, at, fips := usCounties(t)
	kept, dropped := geo.DropShortRings(areas)
	invalid := map[string]bool{}
	for _, row := range rows(t, "geo", "golden", "county-planar-metrics.csv.gz") {
		invalid[row[0]] = row[1] == "0"
	}
	bad := 0
	for id, is := range invalid {
		require.Equal(t, !is, valid(kept[at[id]]), id)
		if is {
			bad++
		}
	}
	require.Equal(t, 22, bad)

	c, err := geo.NewCoverage(areas, 0)
	require.NoError(t, err)
	count := map[geo.Kind]int{}
	overlaps := map[float64][]string{} // by surface in m²
	for _, f := range c.Findings(nil) {
		count[f.Kind]++
		if f.Kind != geo.Overlap {
			continue
		}
		overlaps[math.Round(f.Amount)] = append(overlaps[math.Round(f.Amount)], fips[f.Areas[0]]+" "+fips[f.Areas[1]])
		for _, unit := range f.Areas {
			shared, err := geo.Intersection(areas[unit], orb.MultiPolygon{f.Witness})
			require.NoError(t, err)
			require.InDelta(t, f.Amount, geo.Geodesic{}.Area(shared[0][0]), 1e-3*f.Amount)
		}
	}
	// Two places with three owners, where the border of one county crosses itself
	// and those of the others each other; one with two.
	require.Equal(t, map[float64][]string{
		886:    {"51620 51093"},
		2623:   {"06077 06085", "06077 06001", "06085 06001"},
		307440: {"22083 22067", "22083 22073", "22067 22073"},
	}, overlaps)
	require.Equal(t, dropped, count[geo.Degenerate])
	require.Zero(t, count[geo.Gap])
	t.Logf("%d invalid counties, %d short rings, findings %v", bad, dropped, count)

	// Every county keeps its surface in whatever it is dissolved into.
	plan := states(t, fips)
	shapes, err := c.Dissolve(plan)
	require.NoError(t, err)
	for state, shape := range shapes {
		requireSound(t, shape, state)
		separate := []orb.MultiPolygon{}
		for u := range plan.Units(state) {
			separate = append(separate, areas[u])
		}
		union, err := geo.Union(separate...)
		require.NoError(t, err)
		require.InDelta(t, planarArea(union), planarArea(shape), 1e-9)
	}
}

func planarArea(area orb.MultiPolygon) float64 {
	total := 0.0
	for _, part := range area {
		for i, ring := range part {
			if i == 0 {
				total += geo.Plane{}.Area(ring)
			} else {
				total -= geo.Plane{}.Area(ring)
			}
		}
	}
	return total
}

// states is the plan of counties by state.
func states(t testing.TB, fips []string) *partition.Plan {
	t.Helper()
	of := make([]int, len(fips))
	for i, id := range fips {
		state, err := strconv.Atoi(id[:2])
		require.NoError(t, err)
		of[i] = state
	}
	plan, err := partition.NewPlan(80, of)
	require.NoError(t, err)
	return plan
}
