package geo_test

import (
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

// A pointer to a metric measures what the metric does.
func TestMetricsByPointer(t *testing.T) {
	area := orb.MultiPolygon{{{{10, 60}, {14, 60}, {13, 64}, {10, 64}, {10, 60}}}}
	points := []orb.Point{{0, 80}, {90, 80}, {180, 80}, {10, 80}}
	locator, err := geo.NewLocator([]orb.MultiPolygon{area})
	require.NoError(t, err)
	for _, c := range []struct{ value, pointer geo.Metric }{
		{geo.Plane{}, &geo.Plane{}}, {geo.Geodesic{}, &geo.Geodesic{}}, {geo.StraightEdge{}, &geo.StraightEdge{}},
	} {
		require.Equal(t, geo.ShapeOf(area, c.value), geo.ShapeOf(area, c.pointer), "%T", c.value)
		require.Equal(t, geo.Centroid(area, c.value), geo.Centroid(area, c.pointer), "%T", c.value)
		require.Equal(t, geo.Check(area, c.value), geo.Check(area, c.pointer), "%T", c.value)
		require.Equal(t, locator.BorderDistance(orb.Point{9, 61}, c.value), locator.BorderDistance(orb.Point{9, 61}, c.pointer), "%T", c.value)
		g, err := geo.Gabriel(points, c.value)
		require.NoError(t, err)
		h, err := geo.Gabriel(points, c.pointer)
		require.NoError(t, err)
		require.Equal(t, g, h, "%T", c.value)
	}
}
