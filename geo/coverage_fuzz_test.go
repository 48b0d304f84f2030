package geo_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// areasOf reads areas from bytes: a coordinate each, mostly on a small grid,
// some off it by little, some beyond all bounds; rings, polygons and areas end
// at bytes of their own.
func areasOf(data []byte) (areas []orb.MultiPolygon, plain bool) {
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1e150, math.Copysign(0, -1), 5e-324, 181, 1 / 3.0, 2 + 1e-9, 2 - 1e-15, 1e-7}
	plain = true
	var xs []float64
	areas = []orb.MultiPolygon{{{nil}}}
	for _, b := range data {
		area := &areas[len(areas)-1]
		part := &(*area)[len(*area)-1]
		ring := &(*part)[len(*part)-1]
		switch {
		case b == 255:
			areas = append(areas, orb.MultiPolygon{{nil}})
			xs = nil
		case b == 254:
			*area = append(*area, orb.Polygon{nil})
			xs = nil
		case b == 253:
			*part = append(*part, nil)
			xs = nil
		case b == 252 && len(*ring) > 0:
			*ring = append(*ring, (*ring)[0])
		case b >= 240 && int(b) < 240+len(odd):
			xs = append(xs, odd[int(b)-240])
			plain = false
		default:
			xs = append(xs, float64(b%6))
		}
		if len(xs) == 2 {
			area := &areas[len(areas)-1]
			part := &(*area)[len(*area)-1]
			(*part)[len(*part)-1] = append((*part)[len(*part)-1], orb.Point{xs[0], xs[1]})
			xs = nil
		}
	}
	return areas, plain
}

func FuzzCoverage(f *testing.F) {
	f.Add([]byte{0, 0, 4, 0, 4, 4, 0, 4, 252, 255, 4, 0, 5, 0, 5, 4, 4, 4, 252}, byte(0))
	f.Add([]byte{0, 0, 4, 0, 4, 4, 0, 4, 252, 253, 1, 1, 1, 2, 2, 2, 252, 255, 1, 1, 2, 2, 1, 2}, byte(1))
	f.Add([]byte{0, 0, 4, 4, 4, 0, 0, 4, 252, 255, 240, 1, 3, 241, 2, 2, 0, 5}, byte(2))
	f.Fuzz(func(t *testing.T, data []byte, how byte) {
		if len(data) > 200 {
			return
		}
		areas, plain := areasOf(data)
		snap := []float64{0, 1e-8, 0.3, 1.5}[how%4]
		c, err := geo.NewCoverage(areas, snap)
		require.NoError(t, err)
		for _, f := range c.Findings(nil) {
			require.NotEmpty(t, f.Areas, "%v of %v: %v", f.Kind, areas, f.Witness)
			require.NotEmpty(t, f.Detail)
		}
		_, err = c.Slivers(0.5, geo.Plane{})
		require.NoError(t, err)
		rook, queen := c.Contiguity(geo.Rook, nil), c.Contiguity(geo.Queen, geo.Plane{})
		of := make([]int, len(areas))
		for u := range areas {
			for _, v := range rook.Neighbors(u) {
				_, both := find(rook.Neighbors(v), u)
				_, too := find(queen.Neighbors(u), v)
				require.True(t, both && too)
			}
			of[u] = u%3 - 1
		}
		plan, err := partition.NewPlan(2, of)
		require.NoError(t, err)
		shapes, err := c.Dissolve(plan)
		require.NoError(t, err)
		_, err = c.Perimeters(plan, nil)
		require.NoError(t, err)
		_, err = c.Enclaves(plan)
		require.NoError(t, err)
		if !plain {
			return
		}
		r := splitmix.Fork(uint64(how), 0)
		for k, shape := range shapes {
			requireSound(t, shape, areas)
			for _, p := range probes(&r, 20) {
				want := false
				for u := range plan.Units(k) {
					want = want || covers(areas[u], p)
				}
				if snap < 0.1 {
					require.Equal(t, want, covers(shape, p), "%v at %v", areas, p)
				}
			}
		}
	})
}
