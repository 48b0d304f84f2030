package delaunay_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/delaunay"
)

// rat is a coordinate, exactly.
func rat(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }

// turn is twice the area of a, b, c, exactly.
func turn(a, b, c orb.Point) int {
	sub := func(x, y float64) *big.Rat { return new(big.Rat).Sub(rat(x), rat(y)) }
	left := new(big.Rat).Mul(sub(b[0], a[0]), sub(c[1], a[1]))
	right := new(big.Rat).Mul(sub(b[1], a[1]), sub(c[0], a[0]))
	return left.Cmp(right)
}

// inside compares distances from the centre of the circle through a, b, c: the
// definition, in rational numbers.
func inside(a, b, c, d orb.Point) bool {
	sub := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }
	add := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Add(x, y) }
	mul := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }
	bx, by := sub(rat(b[0]), rat(a[0])), sub(rat(b[1]), rat(a[1]))
	cx, cy := sub(rat(c[0]), rat(a[0])), sub(rat(c[1]), rat(a[1]))
	dx, dy := sub(rat(d[0]), rat(a[0])), sub(rat(d[1]), rat(a[1]))
	b2, c2 := add(mul(bx, bx), mul(by, by)), add(mul(cx, cx), mul(cy, cy))
	twice := mul(big.NewRat(2, 1), sub(mul(bx, cy), mul(by, cx)))
	ux := new(big.Rat).Quo(sub(mul(cy, b2), mul(by, c2)), twice)
	uy := new(big.Rat).Quo(sub(mul(bx, c2), mul(cx, b2)), twice)
	radius2 := add(mul(ux, ux), mul(uy, uy))
	gx, gy := sub(dx, ux), sub(dy, uy)
	return add(mul(gx, gx), mul(gy, gy)).Cmp(radius2) < 0
}

// check holds a mesh against the definition. With few points every circle is
// compared with every point; with many, with those of the adjacent triangles, which
// is enough (Delaunay's lemma).
func check(t *testing.T, points []orb.Point) *delaunay.Mesh {
	t.Helper()
	m := delaunay.New(points)
	same := map[orb.Point]int32{}
	for i, p := range points {
		p = orb.Point{p[0] + 0, p[1] + 0}
		if _, seen := same[p]; !seen {
			same[p] = int32(i)
		}
	}
	require.Len(t, m.Same, len(points)-len(same))
	for _, pair := range m.Same {
		require.Equal(t, points[pair[0]], points[pair[1]])
		require.Equal(t, same[orb.Point{points[pair[0]][0] + 0, points[pair[0]][1] + 0}], pair[0])
		require.NotEqual(t, pair[0], pair[1])
	}
	var distinct []orb.Point
	for _, i := range same {
		distinct = append(distinct, points[i])
	}
	// A triangle is told by each of its edges.
	type edge struct{ a, b int32 }
	edges, triangles, hull := map[edge]bool{}, map[[3]int32]int{}, 0
	used := map[int32]bool{}
	m.Edges(func(a, b, left, right int32) {
		require.False(t, edges[edge{a, b}] || edges[edge{b, a}], "an edge is told once")
		edges[edge{a, b}] = true
		for _, e := range [][3]int32{{a, b, left}, {b, a, right}} {
			if e[2] < 0 {
				hull++
				continue
			}
			require.Positive(t, turn(points[e[0]], points[e[1]], points[e[2]]))
			if other := left + right - e[2]; other >= 0 {
				require.False(t, inside(points[e[0]], points[e[1]], points[e[2]], points[other]))
			}
			slices.Sort(e[:])
			triangles[e]++
			used[e[0]], used[e[1]], used[e[2]] = true, true, true
		}
	})
	for e, sides := range triangles {
		require.Equal(t, 3, sides)
		if turn(points[e[0]], points[e[1]], points[e[2]]) < 0 {
			e[0], e[1] = e[1], e[0]
		}
		for _, p := range distinct {
			require.False(t, len(points) <= 30 && inside(points[e[0]], points[e[1]], points[e[2]], p))
		}
	}
	if len(triangles) == 0 {
		require.Len(t, edges, max(0, len(distinct)-1))
		require.Len(t, m.Line, len(distinct))
		return m
	}
	require.Len(t, used, len(distinct), "every place has a triangle")
	require.Equal(t, 2*len(distinct)-2-hull, len(triangles))
	require.Len(t, edges, 3*len(distinct)-3-hull)
	return m
}

func TestMesh(t *testing.T) {
	for name, points := range map[string][]orb.Point{
		"none":          nil,
		"one":           {{1, 2}},
		"one place":     {{1, 2}, {1, 2}, {1, 2}},
		"two":           {{1, 2}, {3, 4}},
		"line":          {{3, 3}, {1, 1}, {2, 2}, {2, 2}, {0, 0}},
		"upright line":  {{0, 3}, {0, 1}, {0, 2}},
		"signed zero":   {{0, 0}, {math.Copysign(0, -1), 0}, {1, 0}, {0, 1}},
		"triangle":      {{0, 0}, {0, 1}, {1, 0}},
		"square":        {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {.5, .5}},
		"on an edge":    {{0, 0}, {4, 0}, {2, 3}, {2, 0}, {1, 0}, {3, 0}, {2, -3}},
		"huge":          {{-1e308, -1e308}, {1e308, 1e308}, {1e308, -1e308}, {0, 0}, {1e300, 0}},
		"tiny":          {{0, 0}, {5e-324, 0}, {0, 5e-324}, {5e-324, 5e-324}, {1e-323, 5e-324}},
		"huge and tiny": {{0, 0}, {1e308, 1}, {1e-308, 1}, {1, 1e-308}, {-1e200, 1e-200}},
	} {
		t.Run(name, func(t *testing.T) { check(t, points) })
	}
}

func TestMeshOfRandomPoints(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for round := range 90 {
		points := make([]orb.Point, 1+rng.IntN(30))
		wide := 1 + rng.IntN(12)
		for i := range points {
			switch round % 3 {
			case 0: // a grid: circles and lines through many
				points[i] = orb.Point{float64(rng.IntN(wide)), float64(rng.IntN(wide))}
			case 1: // next to a line
				x := rng.Float64()
				points[i] = orb.Point{x, x / 3}
			default:
				points[i] = orb.Point{rng.Float64(), rng.Float64()}
			}
		}
		check(t, points)
	}
	points := make([]orb.Point, 600)
	for i := range points {
		points[i] = orb.Point{rng.NormFloat64(), rng.NormFloat64()}
	}
	check(t, points)
}

// The mesh of a set of places does not depend on the order of the points.
func TestMeshWhateverTheOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 7))
	points := make([]orb.Point, 400)
	for i := range points {
		points[i] = orb.Point{float64(rng.IntN(15)), float64(rng.IntN(15))}
	}
	edges := func(points []orb.Point) (all []string) {
		delaunay.New(points).Edges(func(a, b, _, _ int32) {
			ends := []string{fmt.Sprint(points[a]), fmt.Sprint(points[b])}
			slices.Sort(ends)
			all = append(all, ends[0]+ends[1])
		})
		slices.Sort(all)
		return all
	}
	want := edges(points)
	for range 5 {
		rng.Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
		require.Equal(t, want, edges(points))
	}
}

// Degenerate and nearly collinear points that have broken other triangulations.
func TestDelaunatorLiterature(t *testing.T) {
	folder := os.Getenv("TERRITORY_INSTANCES")
	if folder == "" {
		t.Skip("TERRITORY_INSTANCES is not set: the published instances are not shipped with the module")
	}
	read := 0
	for name, data := range archive(t, filepath.Join(folder, "geo", "conformance", "delaunator.tar.gz")) {
		var points []orb.Point
		require.NoError(t, json.Unmarshal(data, &points), name)
		m := check(t, points)
		edges := 0
		m.Edges(func(_, _, _, _ int32) { edges++ })
		t.Logf("%s: %d points, %d edges", name, len(points), edges)
		read++
	}
	t.Logf("%d point sets", read)
	require.NotZero(t, read)
}

func FuzzMesh(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 0, 1, 1, 1, 5, 5, 9, 2}, uint8(0))
	f.Add([]byte("the quick brown fox jumps over"), uint8(3))
	f.Fuzz(func(t *testing.T, data []byte, scale uint8) {
		points := make([]orb.Point, min(len(data)/2, 24))
		unit := math.Ldexp(1, int(scale)-128) / 3
		for i := range points {
			points[i] = orb.Point{float64(int8(data[2*i])) * unit, float64(data[2*i+1]) * unit}
		}
		check(t, points)
	})
}

func BenchmarkNew(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 1_000_000
	uniform, cities, grid := make([]orb.Point, n), make([]orb.Point, n), make([]orb.Point, n)
	for i := range n {
		uniform[i] = orb.Point{rng.Float64(), rng.Float64()}
		cities[i] = orb.Point{float64(rng.IntN(40)) + rng.NormFloat64()/20, float64(rng.IntN(40)) + rng.NormFloat64()/20}
		grid[i] = orb.Point{float64(i % 1000), float64(i / 1000)}
	}
	for _, c := range []struct {
		name   string
		points []orb.Point
	}{{"uniform", uniform}, {"cities", cities}, {"grid", grid}} {
		b.Run(fmt.Sprintf("method=delaunay/instance=%s/n=%d", c.name, n), func(b *testing.B) {
			for b.Loop() {
				delaunay.New(c.points)
			}
		})
	}
}
