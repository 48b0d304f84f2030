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

// Two reps and six customers, in a projection in kilometres. The east is busy, so
// that the border moves towards the rep there until both have the same hours. The
// prices of the optimum draw it, and say whose a new customer is.
func ExamplePowerDiagram() {
	reps := []orb.Point{{10, 10}, {30, 10}}
	customers := []orb.Point{{4, 8}, {12, 12}, {22, 9}, {27, 14}, {31, 6}, {36, 11}}
	hours := []float64{10, 10, 20, 10, 15, 15}
	plan, err := allocate.Transport{}.Allocate(context.Background(), &allocate.Problem{
		// Hours times squared kilometres: the longer the visits, the dearer to be far.
		Cost: allocate.CostFunc(6, 2, func(i, j int) float64 {
			return hours[i] * planar.DistanceSquared(customers[i], reps[j])
		}),
		Measures: []partition.Measure{{Name: "hours", Value: hours, Upper: []float64{40, 40}}},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(plan.Plan.Slice())

	state := orb.MultiPolygon{{{{0, 0}, {40, 0}, {40, 20}, {0, 20}, {0, 0}}}}
	cells, err := geo.PowerDiagram(reps, plan.Prices[0], state)
	if err != nil {
		panic(err)
	}
	for rep, cell := range cells {
		fmt.Printf("rep %d: %.1f to %.1f km east, %.0f km²\n", rep, cell.Bound().Min[0], cell.Bound().Max[0], planar.Area(cell))
	}
	fmt.Println("a new customer goes to rep", geo.Owner(orb.Point{21, 15}, reps, plan.Prices[0], planar.DistanceSquared))
	// Output:
	// [0 0 0 1 1 1]
	// rep 0: 0.0 to 24.9 km east, 499 km²
	// rep 1: 24.9 to 40.0 km east, 301 km²
	// a new customer goes to rep 0
}

// By the default costs of allocate, great-circle kilometres times the workload, the
// prices are kilometres: what is nearer than the other by more than they differ.
func ExampleOwner() {
	reps := []orb.Point{{9.18, 48.78}, {11.58, 48.14}} // Stuttgart and Munich
	ulm := orb.Point{9.99, 48.40}
	fmt.Println(geo.Owner(ulm, reps, nil, nil), geo.Owner(ulm, reps, []float64{60, 0}, nil))
	// Output: 0 1
}

// region has a bay, a hole and an island.
func region() orb.MultiPolygon {
	return orb.MultiPolygon{
		{{{0, 0}, {10, 0}, {10, 10}, {6, 10}, {5, 4}, {4, 10}, {0, 10}, {0, 0}}, {{1, 1}, {1, 3}, {3, 3}, {3, 1}, {1, 1}}},
		{{{12, 2}, {14, 2}, {13, 5}, {12, 2}}},
	}
}

// insideOf is the even-odd rule.
func insideOf(area orb.MultiPolygon, p orb.Point) bool {
	odd := false
	for _, polygon := range area {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < a[0]+(p[1]-a[1])/(b[1]-a[1])*(b[0]-a[0]) {
					odd = !odd
				}
			}
		}
	}
	return odd
}

// checkCells compares a diagram with the definition at random places, and holds its
// cells to be a tiling: areas add up, and what borders of cells are not shared are
// those of the boundary.
func checkCells(t *testing.T, sites []orb.Point, weights []float64, boundary orb.MultiPolygon) {
	t.Helper()
	cells, err := geo.PowerDiagram(sites, weights, boundary)
	require.NoError(t, err)
	require.Len(t, cells, len(sites))
	checkTiles(t, cells, boundary)
	rng := rand.New(rand.NewPCG(1, 1))
	b := boundary.Bound()
	for range 300 {
		p := orb.Point{b.Min[0] + rng.Float64()*(b.Max[0]-b.Min[0]), b.Min[1] + rng.Float64()*(b.Max[1]-b.Min[1])}
		least, second := math.Inf(1), math.Inf(1)
		for j, s := range sites {
			c := planar.DistanceSquared(p, s)
			if weights != nil {
				c += weights[j]
			}
			if c < least {
				least, second = c, least
			} else {
				second = min(second, c)
			}
		}
		if second-least < 1e-9*(1+math.Abs(least)) {
			continue // on a border
		}
		owner := geo.Owner(p, sites, weights, planar.DistanceSquared)
		for j, cell := range cells {
			require.Equal(t, j == owner && insideOf(boundary, p), insideOf(cell, p), "cell %d at %v, whose owner is %d", j, p, owner)
		}
	}
}

func TestPowerDiagram(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	for round := range 60 {
		sites := make([]orb.Point, 1+rng.IntN(40))
		weights := make([]float64, len(sites))
		for j := range sites {
			sites[j] = orb.Point{rng.Float64()*16 - 1, rng.Float64()*12 - 1}
			switch round % 4 {
			case 1: // many corners of four cells, and borders through corners of the boundary
				sites[j] = orb.Point{float64(rng.IntN(8)) * 2, float64(rng.IntN(6)) * 2}
			case 2: // some cells are empty, some sites in those of others
				weights[j] = rng.Float64() * 60
			case 3:
				sites[j] = orb.Point{float64(j), 5}
				weights[j] = float64(rng.IntN(5))
			}
		}
		if round%8 == 0 {
			weights = nil
		}
		checkCells(t, distinctSites(sites), weights, region())
	}
}

// distinctSites moves sites apart that share a place, which the definition of an
// owner by rounded costs cannot tell from each other.
func distinctSites(sites []orb.Point) []orb.Point {
	seen := map[orb.Point]bool{}
	for j := range sites {
		for seen[sites[j]] {
			sites[j][0] += 16
		}
		seen[sites[j]] = true
	}
	return sites
}

func TestPowerDiagramOfFewSites(t *testing.T) {
	square := orb.MultiPolygon{{{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}}}}
	cells, err := geo.PowerDiagram([]orb.Point{{-50, 3}}, nil, square)
	require.NoError(t, err)
	require.Equal(t, square, cells[0])

	// In one place the lower weight wins, then the first.
	cells, err = geo.PowerDiagram([]orb.Point{{1, 1}, {1, 1}, {1, 1}}, []float64{5, 2, 2}, square)
	require.NoError(t, err)
	require.Equal(t, []orb.MultiPolygon{nil, square, nil}, cells)

	// A border through a corner of the boundary and along an edge of it.
	cells, err = geo.PowerDiagram([]orb.Point{{1, 3}, {3, 1}}, nil, square)
	require.NoError(t, err)
	require.Equal(t, 8.0, planar.Area(cells[0]))
	require.Equal(t, 8.0, planar.Area(cells[1]))
	cells, err = geo.PowerDiagram([]orb.Point{{2, 2}, {2, 6}}, nil, square)
	require.NoError(t, err)
	require.Equal(t, square, cells[0])
	require.Empty(t, cells[1])

	// Weights as large as numbers get.
	cells, err = geo.PowerDiagram([]orb.Point{{0, 0}, {1, 0}, {2, 0}}, []float64{math.MaxFloat64, 0, -math.MaxFloat64}, square)
	require.NoError(t, err)
	require.Equal(t, []orb.MultiPolygon{nil, nil, square}, cells)
	_, err = geo.PowerDiagram([]orb.Point{{1e308, 1e-308}, {-1e308, 5e-324}}, []float64{5e-324, 1e308}, orb.MultiPolygon{{{{-1e308, -1e308}, {1e308, -1e308}, {0, 1e308}, {-1e308, -1e308}}}})
	require.NoError(t, err)

	cells, err = geo.PowerDiagram([]orb.Point{{1, 1}}, nil, nil)
	require.NoError(t, err)
	require.Equal(t, []orb.MultiPolygon{nil}, cells)
	cells, err = geo.PowerDiagram(nil, nil, square)
	require.NoError(t, err)
	require.Empty(t, cells)

	_, err = geo.PowerDiagram([]orb.Point{{1, math.NaN()}, {0, 0}}, []float64{math.Inf(1)}, orb.MultiPolygon{{{{math.Inf(-1), 0}}}})
	require.ErrorIs(t, err, partition.ErrInput)
	for _, name := range []string{"sites[0]", "weights = 1", "weights[0]", "boundary[0][0][0]"} {
		require.ErrorContains(t, err, name)
	}
}

func TestOwner(t *testing.T) {
	require.Equal(t, -1, geo.Owner(orb.Point{}, nil, nil, nil))
	require.Equal(t, 0, geo.Owner(orb.Point{1, 0}, []orb.Point{{0, 0}, {2, 0}}, nil, planar.Distance), "the first of equals")
	blocked := func(_, s orb.Point) float64 { return []float64{math.NaN(), math.Inf(1), 7}[int(s[0])] }
	require.Equal(t, 2, geo.Owner(orb.Point{}, []orb.Point{{0, 0}, {1, 0}, {2, 0}}, nil, blocked))
	require.Equal(t, -1, geo.Owner(orb.Point{}, []orb.Point{{0, 0}, {1, 0}}, nil, blocked))
	require.Equal(t, 1, geo.Owner(orb.Point{179, 0}, []orb.Point{{170, 0}, {-179, 0}}, nil, nil), "across the antimeridian")
}

// The prices of an optimal transport are the weights: every customer lies in the cell
// of the agent that serves it, and those that are shared on a border.
func TestCellsAreTheOptimalTerritories(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	const n, m = 400, 7
	customers, hours := make([]orb.Point, n), make([]float64, n)
	total := 0.0
	for i := range customers {
		customers[i] = orb.Point{rng.Float64() * 10, rng.Float64() * rng.Float64() * 10}
		hours[i] = float64(1 + rng.IntN(9))
		total += hours[i]
	}
	reps := randomPoints(3, m)
	r, err := allocate.Transport{}.Allocate(context.Background(), &allocate.Problem{
		Cost:     allocate.CostFunc(n, m, func(i, j int) float64 { return hours[i] * planar.DistanceSquared(customers[i], reps[j]) }),
		Measures: []partition.Measure{{Value: hours, Tolerance: 0.02}},
	})
	require.NoError(t, err)
	square := orb.MultiPolygon{{{{-1, -1}, {11, -1}, {11, 11}, {-1, 11}, {-1, -1}}}}
	cells, err := geo.PowerDiagram(reps, r.Prices[0], square)
	require.NoError(t, err)
	shared := map[int]bool{}
	for _, s := range r.Splits {
		shared[s.Unit] = true
	}
	require.Less(t, len(shared), m)
	for i, c := range customers {
		if shared[i] {
			continue
		}
		require.True(t, insideOf(cells[r.Plan.Of(i)], c), "customer %d", i)
		require.Equal(t, r.Plan.Of(i), geo.Owner(c, reps, r.Prices[0], planar.DistanceSquared))
	}
}

func FuzzPowerDiagram(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9}, uint8(100))
	f.Add([]byte("a few sites with weights of all kinds"), uint8(0))
	f.Fuzz(func(t *testing.T, data []byte, scale uint8) {
		var sites []orb.Point
		var weights []float64
		unit := math.Ldexp(1, int(scale)-128)
		for i := 0; i+2 < len(data) && len(sites) < 30; i += 3 {
			sites = append(sites, orb.Point{float64(data[i]%32) / 2 * unit, float64(data[i+1]%32) / 2 * unit})
			weights = append(weights, float64(int8(data[i+2]))*unit*unit)
		}
		boundary := region()
		for _, polygon := range boundary {
			for _, ring := range polygon {
				for i := range ring {
					ring[i] = orb.Point{ring[i][0] * unit, ring[i][1] * unit}
				}
			}
		}
		cells, err := geo.PowerDiagram(sites, weights, boundary)
		require.NoError(t, err)
		sum := 0.0
		for _, cell := range cells {
			sum += planar.Area(cell)
		}
		if total := planar.Area(boundary); len(sites) > 0 {
			require.InDelta(t, 1, sum/total, 1e-9)
		}
	})
}

func BenchmarkPowerDiagram(b *testing.B) {
	for _, k := range []int{100, 1000, 5000} {
		sites := randomPoints(2, k)
		weights := make([]float64, k)
		for j, p := range randomPoints(3, k) {
			sites[j] = orb.Point{sites[j][0] * 14, sites[j][1] * 10}
			weights[j] = p[0] * 20 / float64(k)
		}
		b.Run(fmt.Sprintf("method=power/n=%d", k), func(b *testing.B) {
			for b.Loop() {
				_, err := geo.PowerDiagram(sites, weights, region())
				require.NoError(b, err)
			}
		})
	}
}
