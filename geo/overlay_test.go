package geo_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/overlay"
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
	for round := range 12 {
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
	for round := range 60 {
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

// jagged is a ring around a centre with its corners in the order of their angles,
// at most radius away from it and at least a part of that.
func jagged(r *rand.Rand, x, y, radius, least float64, corners int) orb.MultiPolygon {
	var ring orb.Ring
	for i := range corners {
		a := 2 * math.Pi * float64(i) / float64(corners)
		d := radius * (least + (1-least)*r.Float64())
		ring = append(ring, orb.Point{x + d*math.Cos(a), y + d*math.Sin(a)})
	}
	return orb.MultiPolygon{{append(ring, ring[0])}}
}

// What must hold between results, whatever they are.
func TestOverlayLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for round := range 20 {
		var areas []orb.MultiPolygon
		for range 2 + r.IntN(6) {
			areas = append(areas, jagged(r, -90+r.Float64(), 40+r.Float64(), 1, 0.3, 3+r.IntN(100)))
		}
		a, b := areas[0], areas[1]
		results := make([]orb.MultiPolygon, len(operations))
		for i, op := range operations {
			var err error
			results[i], err = op.do(a, b)
			require.NoError(t, err)
			require.Empty(t, invalid(results[i], sum(results[i]), 0), op.name)
			again, err := geo.Union(results[i])
			require.NoError(t, err)
			require.Equal(t, results[i], again, "a union of what is valid is the same")
		}
		const tolerance = 1e-12
		require.InDelta(t, sum(a)+sum(b), sum(results[0])+sum(results[1]), tolerance, round)
		require.InDelta(t, sum(a), sum(results[1])+sum(results[2]), tolerance, round)
		require.InDelta(t, sum(results[0]), sum(results[1])+sum(results[3]), tolerance, round)
		parts, err := geo.Union(results[1], results[3])
		require.NoError(t, err)
		require.InDelta(t, sum(results[0]), sum(parts), tolerance)

		all, err := geo.Union(areas...)
		require.NoError(t, err)
		require.Empty(t, invalid(all, sum(all), 0))
		r.Shuffle(len(areas), func(i, j int) { areas[i], areas[j] = areas[j], areas[i] })
		shuffled, err := geo.Union(areas...)
		require.NoError(t, err)
		require.Equal(t, all, shuffled, "the order of areas is nothing to a union")
	}
}

// Overlaps of many areas, pair by pair, against the exact surface.
func TestOverlapsOfWildAreas(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 8 {
		areas := make([]orb.MultiPolygon, 4)
		for i := range areas {
			areas[i] = wild(r, 8)
		}
		found := overlay.New(areas).Overlaps()
		for a := range areas {
			for b := range areas[:a] {
				want := surface([]orb.MultiPolygon{areas[b], areas[a]}, func(in []bool) bool { return in[0] && in[1] })
				i := slices.IndexFunc(found, func(o overlay.Overlap) bool { return o.A == b && o.B == a })
				if i < 0 {
					require.Less(t, want, 1e-12)
					continue
				}
				require.Positive(t, want)
				require.Empty(t, invalid(found[i].Shared, want, 1e-12))
			}
		}
		require.True(t, slices.IsSortedFunc(found, func(o, p overlay.Overlap) int { return slices.Compare([]int{o.A, o.B}, []int{p.A, p.B}) }))
	}
}

// Vertices keep their coordinates, those that are finer than the grid as well.
func TestOverlayKeepsVertices(t *testing.T) {
	a := orb.MultiPolygon{{{{179.9, 0.1}, {180, 0.1}, {180, 0.3}, {179.9, 0.30000000000000004}, {179.9, 0.1}}}}
	b := orb.MultiPolygon{{{{0.1, 0.7}, {0.2, 0.1}, {0.30000000000000004, 0.3}, {0.1, 0.7}}}}
	both, err := geo.Union(a, b)
	require.NoError(t, err)
	require.Equal(t, orb.MultiPolygon{{{{0.1, 0.7}, {0.2, 0.1}, {0.30000000000000004, 0.3}, {0.1, 0.7}}}, a[0]}, both)
	// Where borders come close to each other they are rounded.
	beside := orb.MultiPolygon{{{{0.1, 0.7}, {math.Nextafter(0.2, 0), 0.1}, {-1, 0.1}, {0.1, 0.7}}}}
	got, err := geo.Union(a, b, beside)
	require.NoError(t, err)
	require.Empty(t, invalid(got, sum(got), 0))
	require.InDelta(t, sum(a)+sum(b)+sum(beside), sum(got), 1e-13)
}

// Positions that are finer than the grid can be in another order than it says:
// rings begin where their positions do.
func TestOverlayBeginsAtLowestPosition(t *testing.T) {
	got, err := geo.Union(orb.MultiPolygon{{{{0, 0x1p52}, {math.MaxFloat64, 0}, {1, 0}}}})
	require.NoError(t, err)
	require.Equal(t, orb.MultiPolygon{{{{0, 0x1p52}, {1, 0}, {math.MaxFloat64, 0}, {0, 0x1p52}}}}, got)
}

func TestOverlayNamesWhatIsNotFinite(t *testing.T) {
	bad := orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}}, {{0, 0}, {math.NaN(), 0}, {1, math.Inf(-1)}}}}
	_, err := geo.Union(square(0, 0, 1), bad)
	require.EqualError(t, err, "areas[1][0][1][1] = [NaN 0]: is not finite\nareas[1][0][1][2] = [1 -Inf]: is not finite")
	_, err = geo.Difference(square(0, 0, 1), bad)
	require.EqualError(t, err, "b[0][1][1] = [NaN 0]: is not finite\nb[0][1][2] = [1 -Inf]: is not finite")
}
