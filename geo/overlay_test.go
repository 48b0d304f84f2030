package geo_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

// operations are the four verbs and what they mean for one point.
var operations = []struct {
	name string
	do   func(a, b orb.MultiPolygon) (orb.MultiPolygon, error)
	want func(inA, inB bool) bool
}{
	{"union", func(a, b orb.MultiPolygon) (orb.MultiPolygon, error) { return geo.Union(a, b) }, func(inA, inB bool) bool { return inA || inB }},
	{"intersection", geo.Intersection, func(inA, inB bool) bool { return inA && inB }},
	{"difference", geo.Difference, func(inA, inB bool) bool { return inA && !inB }},
	{"symmetric difference", geo.SymmetricDifference, func(inA, inB bool) bool { return inA != inB }},
}

// wild is an area of random rings on a small grid, most of them invalid.
func wild(r *rand.Rand, size int) orb.MultiPolygon {
	var area orb.MultiPolygon
	for range 1 + r.IntN(2) {
		var p orb.Polygon
		for range 1 + r.IntN(3) {
			var ring orb.Ring
			for range 3 + r.IntN(5) {
				ring = append(ring, orb.Point{float64(r.IntN(size)), float64(r.IntN(size))})
			}
			if r.IntN(2) == 0 {
				ring = append(ring, ring[0])
			}
			p = append(p, ring)
		}
		area = append(area, p)
	}
	return area
}

func TestOverlayOfWildRings(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 30 {
		size := 3 + r.IntN(12)
		a, b := wild(r, size), wild(r, size)
		for _, op := range operations {
			got, err := op.do(a, b)
			require.NoError(t, err)
			why := fmt.Sprintf("round %d: %s of %v and %v is %v", round, op.name, a, b, got)
			area := surface([]orb.MultiPolygon{a, b}, func(in []bool) bool { return op.want(in[0], in[1]) })
			require.Empty(t, invalid(got, area, 1e-12), why)
			wrong := surface([]orb.MultiPolygon{a, b, got}, func(in []bool) bool { return op.want(in[0], in[1]) != in[2] })
			require.Less(t, wrong, 1e-12, why)
		}
	}
}

// Far from the origin the grid is as coarse as the shapes are fine: every edge is
// led through the pixels of others, and surfaces shrink to lines. What moves may
// do so by a step.
func TestOverlayOnCoarseGrid(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 300 {
		size := 3 + r.IntN(20)
		a, b := wild(r, size), wild(r, size)
		length := 0.0
		fine := round%2 == 1 // coordinates between the points of the grid; else on them
		for _, shape := range []orb.MultiPolygon{a, b} {
			for _, p := range shape {
				for _, ring := range p {
					for i := range ring {
						if ring[i][0] += 0x1p52; fine {
							ring[i][0] -= 0x1p52 - r.Float64()
						}
						if ring[i][1] -= 0x1p52; fine {
							ring[i][1] += 0x1p52 - r.Float64()
						}
					}
					length += float64(2 * size * len(ring))
				}
			}
		}
		if fine {
			a = append(a, orb.Polygon{{{0x1p52, 0x1p52}, {0x1p52 + 1, 0x1p52}, {0x1p52, 0x1p52 + 2}}})
		}
		for _, op := range operations {
			got, err := op.do(a, b)
			require.NoError(t, err)
			why := fmt.Sprintf("round %d: %s of %v and %v is %v", round, op.name, a, b, got)
			require.Empty(t, invalid(got, sum(got), 0), why)
			if round < 10 {
				wrong := surface([]orb.MultiPolygon{a, b, got}, func(in []bool) bool { return op.want(in[0], in[1]) != in[2] })
				require.LessOrEqual(t, wrong, 2*length, why)
			}
		}
	}
}
