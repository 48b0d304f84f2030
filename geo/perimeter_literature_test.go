package geo_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// GeographicLib measured the perimeter of every county, edges being geodesics.
func TestCountyPerimetersLiterature(t *testing.T) {
	areas, at, _ := usCounties(t)
	kept, _ := geo.DropShortRings(areas)
	c, err := geo.NewCoverage(kept, 0)
	require.NoError(t, err)
	of := make([]int, c.Len())
	for i := range of {
		of[i] = i
	}
	plan, err := partition.NewPlan(len(of), of)
	require.NoError(t, err)
	perimeters, err := c.Perimeters(plan, nil)
	require.NoError(t, err)
	checked, retraced := 0, 0
	for _, row := range rows(t, "geo", "golden", "county-area-perimeter.csv.gz") {
		want, err := strconv.ParseFloat(row[3], 64)
		require.NoError(t, err)
		i := at[row[0]]
		if got := perimeters[i]; got < want-1e-3 {
			// Edges to and fro are no border.
			require.False(t, valid(kept[i]), row[0])
			retraced++
			continue
		}
		require.InDelta(t, want, perimeters[i], 1e-4+1e-9*want, row[0])
		checked++
	}
	require.Positive(t, checked)
	t.Logf("%d perimeters agree, %d counties retrace some edges", checked, retraced)
}
