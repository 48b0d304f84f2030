package geo_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// Stuttgart and Munich share the south. By distance alone Ulm is Stuttgart's; if
// Stuttgart has more to do than it can, its price is higher, and Munich reaches farther.
func ExampleCatchments() {
	reps := []orb.Point{{9.18, 48.78}, {11.58, 48.14}}
	south := orb.MultiPolygon{{{{7.5, 47.3}, {13.8, 47.3}, {13.8, 50.5}, {7.5, 50.5}, {7.5, 47.3}}}}
	for _, prices := range [][]float64{{0, 0}, {60, 0}} {
		areas, err := geo.Catchments(reps, prices, south, 0.01, nil)
		if err != nil {
			panic(err)
		}
		locator, err := geo.NewLocator(areas)
		if err != nil {
			panic(err)
		}
		fmt.Printf("Ulm is with %d, Stuttgart has %.0f %%\n", locator.Locate(orb.Point{9.99, 48.40}), 100*planar.Area(areas[0])/planar.Area(south))
	}
	// Output:
	// Ulm is with 0, Stuttgart has 50 %
	// Ulm is with 1, Stuttgart has 39 %
}

// Cells tile the boundary, and what lies farther from a border than a square is wide
// is with its owner, by the definition at random places.
func TestCatchments(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 1))
	for round := range 12 {
		var metric geo.Metric = geo.Plane{}
		cost, unit := planar.Distance, 1.0
		if round%2 == 1 {
			metric, cost, unit = nil, nil, 100 // kilometres to a degree, roughly
		}
		sites := make([]orb.Point, 1+rng.IntN(25))
		weights := make([]float64, len(sites))
		for j := range sites {
			sites[j] = orb.Point{rng.Float64()*16 - 1, rng.Float64()*12 - 1}
			if round%3 == 1 {
				weights[j] = unit * rng.Float64() * 3
			}
			if round%6 == 2 {
				sites[j] = orb.Point{float64(rng.IntN(4)) * 4, float64(rng.IntN(4)) * 4} // many in one place
			}
		}
		boundary := region()
		const tolerance = 0.05
		cells, err := geo.Catchments(sites, weights, boundary, tolerance, metric)
		require.NoError(t, err)
		checkTiles(t, cells, boundary)
		b := boundary.Bound()
		checked := 0
		for range 1500 {
			p := orb.Point{b.Min[0] + rng.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + rng.Float64()*(b.Max[1]-b.Min[1])}
			owner := geo.Owner(p, sites, weights, cost)
			inner := true // all around for the diagonal of a square
			for k := range 32 {
				sin, cos := math.Sincos(float64(k))
				r := 1.5 * tolerance * float64(1+k%4) / 4
				inner = inner && geo.Owner(orb.Point{p[0] + r*cos, p[1] + r*sin}, sites, weights, cost) == owner
			}
			if !inner {
				continue
			}
			checked++
			for j, cell := range cells {
				require.Equal(t, j == owner && insideOf(boundary, p), insideOf(cell, p), "cell %d at %v, whose owner is %d", j, p, owner)
			}
		}
		require.Greater(t, checked, 500)
	}
}

// checkTiles holds cells to be a tiling of the boundary: areas add up, and what
// borders of cells are not shared are those of the boundary.
func checkTiles(t *testing.T, cells []orb.MultiPolygon, boundary orb.MultiPolygon) {
	t.Helper()
	sum := 0.0
	type edge [2]orb.Point
	edges := map[edge]bool{}
	for _, cell := range cells {
		for _, polygon := range cell {
			for r, ring := range polygon {
				require.Equal(t, r == 0, ring.Orientation() == orb.CCW)
				for i := 1; i < len(ring); i++ {
					e := edge{ring[i-1], ring[i]}
					require.False(t, edges[e], "two cells on the same side of an edge")
					edges[e] = true
				}
			}
		}
		sum += math.Abs(planar.Area(cell))
	}
	total := planar.Area(boundary)
	require.InDelta(t, total, sum, 1e-9*total)
	length, around := 0.0, 0.0
	for e := range edges {
		if !edges[edge{e[1], e[0]}] {
			length += planar.Distance(e[0], e[1])
		}
	}
	for _, polygon := range boundary {
		for _, ring := range polygon {
			around += planar.Length(ring)
		}
	}
	require.InDelta(t, around, length, 1e-9*around)
}

// By the default costs of allocate, kilometres times hours, the prices of an optimum
// draw the territories: customers that are not on a border lie in the area of their
// owner.
func TestCatchmentsAreTheOptimalTerritories(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	const n, m = 300, 6
	customers, hours := make([]orb.Point, n), make([]float64, n)
	for i := range customers {
		customers[i] = orb.Point{8 + 4*rng.Float64(), 48 + 2*rng.Float64()*rng.Float64()}
		hours[i] = float64(1 + rng.IntN(9))
	}
	reps := make([]orb.Point, m)
	for j, p := range randomPoints(13, m) {
		reps[j] = orb.Point{8 + 4*p[0], 48 + 2*p[1]}
	}
	r, err := allocate.Transport{}.Allocate(context.Background(), &allocate.Problem{
		Cost:     &allocate.Travel{Units: customers, Agents: reps, UnitFactor: hours},
		Measures: []partition.Measure{{Value: hours, Tolerance: 0.02}},
	})
	require.NoError(t, err)
	square := orb.MultiPolygon{{{{7, 47}, {13, 47}, {13, 51}, {7, 51}, {7, 47}}}}
	areas, err := geo.Catchments(reps, r.Prices[0], square, 0.002, nil)
	require.NoError(t, err)
	shared := map[int]bool{}
	for _, s := range r.Splits {
		shared[s.Unit] = true
	}
	off := 0
	for i, c := range customers {
		if shared[i] {
			continue
		}
		require.Equal(t, r.Plan.Of(i), geo.Owner(c, reps, r.Prices[0], nil))
		if !insideOf(areas[r.Plan.Of(i)], c) {
			off++
		}
	}
	require.LessOrEqual(t, off, 1, "beside a border")
}

func TestCatchmentsOfFewSites(t *testing.T) {
	square := orb.MultiPolygon{{{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}}}
	areas, err := geo.Catchments([]orb.Point{{9, 3}}, nil, square, 1, geo.Plane{})
	require.NoError(t, err)
	require.Equal(t, square, areas[0])
	// In one place the lower weight wins, then the first.
	areas, err = geo.Catchments([]orb.Point{{1, 1}, {1, 1}, {1, 1}}, []float64{5, 2, 2}, square, 0.001, geo.Plane{})
	require.NoError(t, err)
	require.Equal(t, []orb.MultiPolygon{nil, square, nil}, areas)
	areas, err = geo.Catchments([]orb.Point{{1, 1}}, nil, nil, 1, nil)
	require.NoError(t, err)
	require.Equal(t, []orb.MultiPolygon{nil}, areas)
	// Weights as large as numbers get.
	areas, err = geo.Catchments([]orb.Point{{0, 0}, {1, 0}, {2, 0}, {3, 1}}, []float64{math.MaxFloat64, 0, -math.MaxFloat64, -math.MaxFloat64}, square, 0.01, nil)
	require.NoError(t, err)
	require.Nil(t, areas[0])
	require.Nil(t, areas[1])
	checkTiles(t, areas, square)
	// A straight border is drawn straight.
	areas, err = geo.Catchments([]orb.Point{{1, 2}, {2.5, 2}}, nil, square, 0.5, geo.Plane{})
	require.NoError(t, err)
	require.InDelta(t, 7, planar.Area(areas[0]), 0.1)

	for _, c := range []struct {
		sites     []orb.Point
		weights   []float64
		tolerance float64
		fault     string
	}{
		{[]orb.Point{{math.NaN(), 0}}, nil, 1, "sites[0]"},
		{[]orb.Point{{0, 91}}, nil, 1, "sites[0]"},
		{[]orb.Point{{0, 0}}, []float64{}, 1, "weights"},
		{[]orb.Point{{0, 0}}, []float64{math.Inf(1)}, 1, "weights[0]"},
		{[]orb.Point{{0, 0}}, nil, 0, "tolerance"},
		{[]orb.Point{{0, 0}}, nil, 4.0 / 20_000, "tolerance"},
		{[]orb.Point{{0, 0}}, nil, math.NaN(), "tolerance"},
	} {
		_, err := geo.Catchments(c.sites, c.weights, square, c.tolerance, nil)
		require.ErrorIs(t, err, partition.ErrInput)
		require.ErrorContains(t, err, c.fault)
	}
}

func FuzzCatchments(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9}, false)
	f.Add([]byte("sites with weights of all kinds"), true)
	f.Fuzz(func(t *testing.T, data []byte, planar bool) {
		var sites []orb.Point
		var weights []float64
		for i := 0; i+2 < len(data) && len(sites) < 20; i += 3 {
			sites = append(sites, orb.Point{float64(data[i]%32) / 2, float64(data[i+1]%32) / 2})
			weights = append(weights, float64(int8(data[i+2]))/8)
		}
		var metric geo.Metric
		if planar {
			metric = geo.Plane{}
		}
		cells, err := geo.Catchments(sites, weights, region(), 0.3, metric)
		require.NoError(t, err)
		if len(sites) > 0 {
			checkTiles(t, cells, region())
		}
	})
}

func BenchmarkCatchments(b *testing.B) {
	for _, k := range []int{10, 100, 1000} {
		sites := randomPoints(2, k)
		weights := make([]float64, k)
		for j, p := range randomPoints(3, k) {
			sites[j] = orb.Point{sites[j][0] * 14, sites[j][1] * 10}
			weights[j] = 100 * p[0] / math.Sqrt(float64(k))
		}
		b.Run(fmt.Sprintf("method=catchments/n=%d", k), func(b *testing.B) {
			for b.Loop() {
				_, err := geo.Catchments(sites, weights, region(), 0.01, nil)
				require.NoError(b, err)
			}
		})
	}
}

// Where rounding alone tells two sites apart, it must not draw a border in every
// square of the grid.
func TestCatchmentsOfSitesThatAreNearlyOne(t *testing.T) {
	boundary := orb.MultiPolygon{{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}}}
	for _, sites := range [][]orb.Point{
		{{1, 1}, {1 + 0x1p-52, 1}},
		{{1, 1}, {1, 1 + 1e-12}, {9, 9}},
		{{5, 5}, {5 + 1e-11, 5}, {5, 5 + 1e-11}},
		{{0.1 + 0.2, 3}, {8, 8}, {0.3, 3}},
		{{-1e12, 5}, {-1e12, 6}},
	} {
		for _, metric := range []geo.Metric{geo.Plane{}, nil} {
			if metric == nil && sites[0][0] < -360 {
				continue
			}
			cells, err := geo.Catchments(sites, nil, boundary, 0.02, metric)
			require.NoError(t, err)
			sum, corners := 0.0, 0
			for _, cell := range cells {
				sum += geo.Area(cell, geo.Plane{})
				for _, polygon := range cell {
					for _, ring := range polygon {
						corners += len(ring)
					}
				}
			}
			require.InDelta(t, 100, sum, 1e-9)
			require.Less(t, corners, 10_000, "%v %T", sites, metric)
		}
	}
}
