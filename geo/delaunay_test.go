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
	"github.com/territory-go/territory/partition"
)

// Four customers around a fifth. Those across the square do not see each other.
func ExampleDelaunay() {
	customers := []orb.Point{{0, 0}, {4, 0}, {4, 4}, {0, 4}, {2, 2}}
	g, err := geo.Delaunay(customers, geo.Plane{})
	if err != nil {
		panic(err)
	}
	fmt.Println(g.Neighbors(4), g.Neighbors(0))
	// Output: [0 1 2 3] [1 3 4]
}

// On a grid, Gabriel leaves out the diagonals.
func ExampleGabriel() {
	var grid []orb.Point
	for i := range 9 {
		grid = append(grid, orb.Point{float64(i % 3), float64(i / 3)})
	}
	g, err := geo.Gabriel(grid, geo.Plane{})
	if err != nil {
		panic(err)
	}
	fmt.Println(g.Neighbors(4), g.Neighbors(0))
	// Output: [1 3 5 7] [1 3]
}

// Around the globe it makes no difference where the longitudes begin.
func ExampleDelaunay_antimeridian() {
	islands := []orb.Point{{179.5, -17}, {-179.5, -17}, {178, -18}, {-178, -18}} // west, east, far west, far east
	g, err := geo.Delaunay(islands, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(g.Neighbors(0), g.Neighbors(2))
	// Output: [1 2 3] [0 3]
}

// Rounding hides how far two sites lie from a third one where they are very near
// to each other; the third one must not lose both.
func TestGabrielOfNearlyTheSamePlaceIsConnected(t *testing.T) {
	for _, e := range []float64{1e-6, 1e-8, 1e-12, 1e-15, 1e-300} {
		for _, points := range [][]orb.Point{
			{{0, e}, {0, -e}, {5, 0}},
			{{5, 0}, {0, -e}, {0, e}},
			{{0, 0}, {e, 0}, {0, e}},
			{{112.7, 90 - e}, {112.7, 90}, {112.7 + e, 90 - e}},
			{{10, e}, {10, -e}, {5, e}, {5, -e}, {0, e}, {0, -e}},
		} {
			g, err := geo.Gabriel(points, nil)
			require.NoError(t, err)
			require.Len(t, g.Components(), 1, "%v", points)
		}
	}
}

func randomPoints(seed uint64, n int) []orb.Point {
	rng := rand.New(rand.NewPCG(seed, 5))
	points := make([]orb.Point, n)
	for i := range points {
		points[i] = orb.Point{rng.Float64(), rng.Float64()}
	}
	return points
}

func connected(g *geo.Contiguity) bool { return len(g.Components()) == 1 }

func isSubgraph(t *testing.T, sub, of *geo.Contiguity) {
	t.Helper()
	for pair := range sub.Edges() {
		require.Contains(t, of.Neighbors(pair[0]), pair[1])
	}
}

// By the definition: no third point in the closed circle with the two as its
// diameter; coordinates are small whole numbers, so that nothing is rounded.
func TestGabrielByDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	for range 60 {
		seen := map[orb.Point]bool{}
		var points []orb.Point
		for range 40 {
			p := orb.Point{float64(rng.IntN(14)), float64(rng.IntN(14))}
			if !seen[p] {
				seen[p] = true
				points = append(points, p)
			}
		}
		g, err := geo.Gabriel(points, geo.Plane{})
		require.NoError(t, err)
		for a, p := range points {
			for b, q := range points[:a] {
				empty := true
				for c, r := range points {
					if c != a && c != b && (p[0]-r[0])*(q[0]-r[0])+(p[1]-r[1])*(q[1]-r[1]) <= 0 {
						empty = false
					}
				}
				if empty {
					require.Contains(t, g.Neighbors(a), b)
				} else {
					require.NotContains(t, g.Neighbors(a), b)
				}
			}
		}
		require.True(t, connected(g))
		all, err := geo.Delaunay(points, geo.Plane{})
		require.NoError(t, err)
		isSubgraph(t, g, all)
	}
}

// space is a point of the unit sphere, by the functions of package math.
func space(p orb.Point) [3]float64 {
	lon, lat := p[0]*math.Pi/180, p[1]*math.Pi/180
	return [3]float64{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

// On the sphere an edge of the triangulation is an edge of the convex hull in
// space: some plane through both points has all others on one side. All triples
// are tried.
func TestDelaunayOnTheSphere(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 5))
	for name, at := range map[string]func() orb.Point{
		"globe": func() orb.Point { return orb.Point{rng.Float64()*360 - 180, rng.Float64()*180 - 90} },
		"pole":  func() orb.Point { return orb.Point{rng.Float64()*360 - 180, 80 + rng.Float64()*10} },
		"antimeridian": func() orb.Point {
			lon := 175 + rng.Float64()*10
			if lon > 180 {
				lon -= 360
			}
			return orb.Point{lon, rng.Float64()*10 - 5}
		},
	} {
		t.Run(name, func(t *testing.T) {
			points := make([]orb.Point, 40)
			var mean [3]float64
			for i := range points {
				points[i] = at()
				for d, x := range space(points[i]) {
					mean[d] += x
				}
			}
			g, err := geo.Delaunay(points, nil)
			require.NoError(t, err)
			require.True(t, connected(g))
			hull := map[[2]int]bool{}
			for a := range points {
				for b := range a {
					for c := range b {
						u, v, w := space(points[a]), space(points[b]), space(points[c])
						for d := range 3 {
							v[d], w[d] = v[d]-u[d], w[d]-u[d]
						}
						normal := [3]float64{v[1]*w[2] - v[2]*w[1], v[2]*w[0] - v[0]*w[2], v[0]*w[1] - v[1]*w[0]}
						up, down, outward := 0, 0, 0.0
						for d := range 3 {
							outward += normal[d] * u[d]
						}
						for i, p := range points {
							if i == a || i == b || i == c {
								continue
							}
							side := 0.0
							for d, x := range space(p) {
								side += normal[d] * (x - u[d])
							}
							if side > 0 {
								up++
							} else {
								down++
							}
						}
						if up > 0 && down > 0 {
							continue
						}
						// The empty cap lies on the side of the plane that the others are not on.
						toMean := 0.0
						for d := range 3 {
							toMean += normal[d] * mean[d]
						}
						far := outward * float64(len(points)) // a cap that is the far side of the earth
						if back := (up == 0) == (toMean > far); name != "globe" && back {
							continue
						}
						for _, e := range [][2]int{{b, a}, {c, b}, {c, a}} {
							hull[e] = true
						}
					}
				}
			}
			missing := 0
			for e := range hull {
				if !slices.Contains(g.Neighbors(e[0]), e[1]) {
					missing++
				}
			}
			for pair := range g.Edges() {
				require.True(t, hull[pair], "%v is no edge of the hull", pair)
			}
			if name == "globe" {
				require.LessOrEqual(t, missing, 6, "edges on the far side")
			} else {
				// A cap past the eye is empty as well; few are.
				require.LessOrEqual(t, missing, 12)
			}
		})
	}
}

// Turning the globe, or going the other way round it, keeps the graph.
func TestGraphsOfPointsTurnWithTheGlobe(t *testing.T) {
	points := randomPoints(6, 200)
	turned := make([]orb.Point, len(points))
	for i, p := range points {
		points[i] = orb.Point{10 * p[0], 50 + 10*p[1]}
		turned[i] = orb.Point{10*p[0] + 175, 50 + 10*p[1]}
		if turned[i][0] > 180 {
			turned[i][0] -= 360
		}
	}
	for name, graph := range map[string]func([]orb.Point) (*geo.Contiguity, error){
		"Delaunay": func(p []orb.Point) (*geo.Contiguity, error) { return geo.Delaunay(p, nil) },
		"Gabriel":  func(p []orb.Point) (*geo.Contiguity, error) { return geo.Gabriel(p, nil) },
		"nearest":  func(p []orb.Point) (*geo.Contiguity, error) { return geo.NearestNeighbors(p, 4, nil) },
	} {
		a, err := graph(points)
		require.NoError(t, err)
		b, err := graph(turned)
		require.NoError(t, err)
		for i := range points {
			require.Equal(t, a.Neighbors(i), b.Neighbors(i), "%s, unit %d", name, i)
		}
	}
}

// Points that have no middle.
func TestDelaunayAllAround(t *testing.T) {
	octahedron := []orb.Point{{0, 0}, {90, 0}, {180, 0}, {-90, 0}, {0, 90}, {0, -90}}
	g, err := geo.Delaunay(octahedron, nil)
	require.NoError(t, err)
	edges := 0
	for pair := range g.Edges() {
		require.NotContains(t, [][2]int{{0, 2}, {1, 3}, {4, 5}}, pair, "opposite points")
		edges++
	}
	require.GreaterOrEqual(t, edges, 10) // of twelve, but for those on the far side

	var equator []orb.Point
	for lon := range 360 {
		equator = append(equator, orb.Point{float64(lon), 0})
	}
	g, err = geo.Gabriel(equator, nil)
	require.NoError(t, err)
	require.True(t, connected(g))
	for i := 1; i < len(equator); i++ {
		require.Contains(t, g.Neighbors(i), i-1)
	}
	g, err = geo.Delaunay([]orb.Point{{0, 90}, {0, -90}}, nil)
	require.NoError(t, err)
	require.Equal(t, []int{1}, g.Neighbors(0))
}

func TestPointsInOnePlaceMakeAStar(t *testing.T) {
	for _, metric := range []geo.Metric{nil, geo.Plane{}} {
		g, err := geo.Delaunay([]orb.Point{{1, 1}, {0, 0}, {1, 0}, {0, 0}, {0, 0}}, metric)
		require.NoError(t, err)
		require.Equal(t, []int{0, 2, 3, 4}, g.Neighbors(1))
		require.Equal(t, []int{1}, g.Neighbors(3))
		require.Equal(t, []int{1}, g.Neighbors(4))
	}
	g, err := geo.Delaunay([]orb.Point{{180, 5}, {-180, 5}, {10, 90}, {-70, 90}}, nil)
	require.NoError(t, err)
	require.Equal(t, [][]int{{0, 1, 2, 3}}, g.Components())
	require.Equal(t, []int{0}, g.Neighbors(1), "one place on either side of the antimeridian")
	require.Equal(t, []int{2}, g.Neighbors(3), "a pole has every longitude")
}

func TestPointsOnALineMakeAPath(t *testing.T) {
	g, err := geo.Delaunay([]orb.Point{{3, 6}, {1, 2}, {2, 4}}, geo.Plane{})
	require.NoError(t, err)
	require.Equal(t, []int{1, 2}, []int{len(g.Neighbors(1)), len(g.Neighbors(2))})
	g, err = geo.Gabriel([]orb.Point{{50, 0}, {10, 0}, {20, 0}}, nil)
	require.NoError(t, err)
	require.Equal(t, []int{2}, g.Neighbors(0))
	g, err = geo.Delaunay(nil, nil)
	require.NoError(t, err)
	require.Zero(t, g.Len())
}

func TestGraphsOfPointsNameEveryFault(t *testing.T) {
	bad := []orb.Point{{0, 0}, {math.NaN(), 0}, {0, math.Inf(1)}, {0, 91}, {361, 0}}
	for _, err := range []error{
		func() error { _, err := geo.Delaunay(bad, nil); return err }(),
		func() error { _, err := geo.Gabriel(bad, nil); return err }(),
		func() error { _, err := geo.NearestNeighbors(bad, 0, nil); return err }(),
		func() error { _, _, err := new(geo.Contiguity).Tie(bad, nil); return err }(),
	} {
		require.ErrorIs(t, err, partition.ErrInput)
		for _, name := range []string{"points[1]", "points[2]", "points[3]", "points[4]"} {
			require.ErrorContains(t, err, name)
		}
	}
	_, err := geo.Delaunay(bad, geo.Plane{})
	require.ErrorContains(t, err, "points[2]")
	require.NotContains(t, err.Error(), "points[3]")
	_, err = geo.NearestNeighbors(nil, 0, nil)
	require.ErrorContains(t, err, "k = 0")
	_, err = geo.NearestNeighbors(make([]orb.Point, 40_000), 20_000, nil)
	require.ErrorContains(t, err, "2^28")
}

func BenchmarkGraphs(b *testing.B) {
	const n = 1_000_000
	points := randomPoints(1, n)
	for i, p := range points {
		points[i] = orb.Point{p[0]*50 - 120, p[1]*20 + 30}
	}
	for name, graph := range map[string]func(geo.Metric) (*geo.Contiguity, error){
		"delaunay": func(m geo.Metric) (*geo.Contiguity, error) { return geo.Delaunay(points, m) },
		"gabriel":  func(m geo.Metric) (*geo.Contiguity, error) { return geo.Gabriel(points, m) },
		"nearest6": func(m geo.Metric) (*geo.Contiguity, error) { return geo.NearestNeighbors(points, 6, m) },
	} {
		for kind, metric := range map[string]geo.Metric{"plane": geo.Plane{}, "sphere": nil} {
			b.Run(fmt.Sprintf("method=%s/instance=%s/n=%d", name, kind, n), func(b *testing.B) {
				for b.Loop() {
					_, err := graph(metric)
					require.NoError(b, err)
				}
			})
		}
	}
}
