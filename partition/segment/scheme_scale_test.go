package segment_test

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition/segment"
)

// Ten times the units in the same combinations take no more allocations, and
// nothing depends on the number of processors.
func TestSchemeAtScale(t *testing.T) {
	tree := regions(t)
	some := randomRows(rand.New(rand.NewPCG(2, 4)), 3000)
	var many rows
	for range 10 {
		many.region, many.industry = append(many.region, some.region...), append(many.industry, some.industry...)
		many.staff, many.revenue, many.order = append(many.staff, some.staff...), append(many.revenue, some.revenue...), append(many.order, some.order...)
	}
	few, all := some.table(t, tree), many.table(t, tree)
	scheme := &segment.Scheme{Dimensions: dimensions(), Minimum: segment.Minimum{Of: "revenue"}, Grid: &segment.Grid{Order: []segment.Step{
		{Dimension: "region", Level: 1, Join: segment.ToOther}, {Dimension: "industry", Join: segment.ToOther},
		{Dimension: "size", Join: segment.ToNeighbour}, {Dimension: "order", Join: segment.ToNeighbour}, {Dimension: "region"},
	}}}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	allocs := func(apply func() error) float64 {
		return testing.AllocsPerRun(2, func() { require.NoError(t, apply()) })
	}
	small := allocs(func() error { _, err := scheme.Apply(few); return err })
	large := allocs(func() error { _, err := scheme.Apply(all); return err })
	require.Less(t, large, small+float64(few.Len())/10)

	scheme.Minimum.Units = 20
	want, err := scheme.Apply(all)
	require.NoError(t, err)
	runtime.GOMAXPROCS(4)
	got, err := scheme.Apply(all)
	require.NoError(t, err)
	require.Equal(t, want.Cells(), got.Cells())
	for i := range all.Len() {
		require.Equal(t, want.Of(i), got.Of(i))
	}
}
