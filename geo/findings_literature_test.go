package geo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
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
	for _, f := range c.Findings(nil) {
		count[f.Kind]++
		if f.Kind == geo.Overlap || f.Kind == geo.Antimeridian || f.Kind == geo.MissingVertex {
			t.Log(f.Kind, f.Amount, f.Detail, fips[f.Areas[0]], f.Witness)
		}
	}
	t.Log(count, dropped)
}
