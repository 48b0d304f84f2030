package geo_test

import (
	"context"
	"strconv"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// The places of the United States, given to 60 people in equal parts by population,
// and the territories that this makes of the country: cells without gaps or
// overlaps, each with the places of its owner.
func TestPowerDiagramLiterature(t *testing.T) {
	var places []orb.Point
	var people []float64
	for _, row := range rows(t, "geo", "embed", "us-cities.csv.gz") {
		var number [3]float64
		for i := range number {
			var err error
			number[i], err = strconv.ParseFloat(row[4+i], 64)
			require.NoError(t, err)
		}
		places = append(places, orb.Point{number[0], number[1]})
		people = append(people, number[2])
	}
	const m = 60
	var reps []orb.Point
	for j := range m {
		reps = append(reps, places[j*len(places)/m])
	}
	r, err := allocate.Transport{}.Allocate(context.Background(), &allocate.Problem{
		Cost:     allocate.CostFunc(len(places), m, func(i, j int) float64 { return people[i] * planar.DistanceSquared(places[i], reps[j]) }),
		Measures: []partition.Measure{{Value: people, Tolerance: 0.01}},
	})
	require.NoError(t, err)
	require.Equal(t, partition.ProvedOptimal, r.Stop)

	areas, _, _ := usCounties(t)
	country, err := geo.Union(areas...)
	require.NoError(t, err)
	cells, err := geo.PowerDiagram(reps, r.Prices[0], country)
	require.NoError(t, err)
	sum := 0.0
	for _, cell := range cells {
		sum += planar.Area(cell)
	}
	require.InDelta(t, 1, sum/planar.Area(country), 1e-12)
	coverage, err := geo.NewCoverage(cells, 0)
	require.NoError(t, err)
	for _, f := range coverage.Findings(geo.Plane{}) {
		require.Failf(t, "a finding", "%v", f)
	}

	shared := map[int]bool{}
	for _, s := range r.Splits {
		shared[s.Unit] = true
	}
	locator, err := geo.NewLocator(cells)
	require.NoError(t, err)
	at, offshore := 0, 0
	for i, p := range places {
		switch owner := locator.Locate(p); {
		case shared[i]:
		case owner < 0:
			offshore++ // the outline is generalised
		case owner != r.Plan.Of(i):
			require.Failf(t, "another cell", "place %d", i)
		default:
			at++
		}
		if !shared[i] {
			require.Equal(t, r.Plan.Of(i), geo.Owner(p, reps, r.Prices[0], planar.DistanceSquared))
		}
	}
	t.Logf("%d places lie in the cells of their %d owners, %d off the coast, %d are shared", at, m, offshore, len(shared))
	require.Greater(t, at, 16_000)
}
