package geo_test

import (
	"encoding/binary"
	"math"
	"math/big"
	"runtime"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// ownersByHand lists the areas that contain p by the words of the documentation, in
// rational arithmetic: it counts the edges that a level ray to the east meets
// from a point that lies a step north of p and a far smaller one east.
func ownersByHand(areas []orb.MultiPolygon, p orb.Point) (owners []int) {
	if math.IsNaN(p[0]+p[1]) || math.IsInf(p[0]+p[1], 0) {
		return nil
	}
	rat := func(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }
	for i, area := range areas {
		within := false
		for _, polygon := range area {
			met := 0
			for _, ring := range polygon {
				for k := range ring {
					a, b := ring[k], ring[(k+1)%len(ring)]
					if (a[1] <= p[1]) == (b[1] <= p[1]) {
						continue
					}
					slope := new(big.Rat).Quo(new(big.Rat).Sub(rat(b[0]), rat(a[0])), new(big.Rat).Sub(rat(b[1]), rat(a[1])))
					x := new(big.Rat).Mul(slope, new(big.Rat).Sub(rat(p[1]), rat(a[1])))
					x.Add(x, rat(a[0]))
					if c := x.Cmp(rat(p[0])); c > 0 || c == 0 && slope.Sign() > 0 {
						met++
					}
				}
			}
			within = within || met%2 == 1
		}
		if within {
			owners = append(owners, i)
		}
	}
	return owners
}

// requireOracle compares all answers about the points with those of the oracle.
func requireOracle(t *testing.T, areas []orb.MultiPolygon, points []orb.Point) {
	t.Helper()
	l, err := geo.NewLocator(areas)
	require.NoError(t, err)
	all := l.LocateAll(points)
	require.Len(t, all, len(points))
	for i, p := range points {
		want := ownersByHand(areas, p)
		require.Equal(t, want, l.Owners(p), "%v", p)
		first := -1
		if len(want) > 0 {
			first = want[0]
		}
		require.Equal(t, first, l.Locate(p), "%v", p)
		require.Equal(t, first, all[i], "%v", p)
	}
}

// telling are the points where a rule is put to the test: vertices, points of
// edges as near as rounding gets, and points around them.
func telling(areas []orb.MultiPolygon, r *splitmix.Source, around int) (points []orb.Point) {
	for _, area := range areas {
		for _, polygon := range area {
			for _, ring := range polygon {
				for k, a := range ring {
					b := ring[(k+1)%len(ring)]
					t := r.Float()
					points = append(points, a, orb.Point{a[0]/2 + b[0]/2, a[1]/2 + b[1]/2},
						orb.Point{a[0] + t*(b[0]-a[0]), a[1] + t*(b[1]-a[1])})
				}
			}
		}
	}
	corners := points
	for range around {
		if len(corners) == 0 {
			break
		}
		p, q := corners[r.Below(len(corners))], corners[r.Below(len(corners))]
		points = append(points, orb.Point{p[0], q[1]}, orb.Point{math.Nextafter(p[0], q[0]), math.Nextafter(p[1], q[1])},
			orb.Point{p[0] + (r.Float()-0.5)*(q[0]-p[0]), p[1] + (r.Float()-0.5)*(q[1]-p[1])})
	}
	return points
}

func squareRing(x, y, size float64) orb.Ring {
	return orb.Ring{{x, y}, {x + size, y}, {x + size, y + size}, {x, y + size}, {x, y}}
}

func areaOf(rings ...orb.Ring) orb.MultiPolygon { return orb.MultiPolygon{orb.Polygon(rings)} }

// crookedTiles is a coverage of n×n quadrangles with crooked corners; those of even
// number wind one way, the others the other way.
func crookedTiles(n int, r *splitmix.Source) (areas []orb.MultiPolygon) {
	corner := make([][]orb.Point, n+1)
	for y := range corner {
		for x := range n + 1 {
			corner[y] = append(corner[y], orb.Point{float64(x) + 0.8*(r.Float()-0.5), float64(y) + 0.8*(r.Float()-0.5)})
		}
	}
	for y := range n {
		for x := range n {
			ring := orb.Ring{corner[y][x], corner[y][x+1], corner[y+1][x+1], corner[y+1][x], corner[y][x]}
			if len(areas)%2 == 1 {
				ring.Reverse()
			}
			areas = append(areas, areaOf(ring))
		}
	}
	return areas
}

func TestLocatorOwnsEachPointOfAGridOnce(t *testing.T) {
	var areas []orb.MultiPolygon
	for i := range 100 {
		areas = append(areas, areaOf(squareRing(float64(i%10), float64(i/10), 1)))
	}
	l, err := geo.NewLocator(areas)
	require.NoError(t, err)
	for x := range 41 {
		for y := range 41 {
			// The step north and east, on a grid: from the quarters of a unit to the next.
			p := orb.Point{float64(x) / 4, float64(y) / 4}
			want := -1
			if x < 40 && y < 40 {
				want = y/4*10 + x/4
			}
			require.Equal(t, want, l.Locate(p), "%v", p)
		}
	}
}

func TestLocatorAgainstRationalArithmetic(t *testing.T) {
	r := splitmix.Source(3)
	bow := orb.Ring{{0, 0}, {4, 4}, {4, 0}, {0, 4}}
	for _, c := range []struct {
		name  string
		areas []orb.MultiPolygon
	}{
		{"nothing", nil},
		{"empty areas", []orb.MultiPolygon{nil, {}, {{}}, {{{}}}, {nil, {nil}}}},
		{"short rings", []orb.MultiPolygon{areaOf(orb.Ring{{1, 1}}), areaOf(orb.Ring{{1, 1}, {2, 2}}), areaOf(orb.Ring{{1, 1}, {2, 2}, {1, 1}}), areaOf(orb.Ring{{0, 0}, {2, 0}, {0, 2}})}},
		{"one square", []orb.MultiPolygon{areaOf(squareRing(0, 0, 1))}},
		{"a hole and an island", []orb.MultiPolygon{areaOf(squareRing(0, 0, 9), squareRing(1, 1, 7)), areaOf(squareRing(2, 2, 3)), areaOf(squareRing(1, 1, 7), squareRing(2, 2, 3))}},
		{"a hole outside", []orb.MultiPolygon{areaOf(squareRing(0, 0, 2), squareRing(1, 1, 2))}},
		{"overlapping polygons", []orb.MultiPolygon{{{squareRing(0, 0, 3)}, {squareRing(1, 1, 3)}, {squareRing(0, 0, 3)}}}},
		{"neighbouring polygons", []orb.MultiPolygon{{{squareRing(0, 0, 1)}, {squareRing(1, 0, 1)}}, areaOf(squareRing(2, 0, 1))}},
		{"overlapping areas", []orb.MultiPolygon{areaOf(squareRing(0, 0, 4)), areaOf(squareRing(1, 1, 4)), areaOf(squareRing(2, 2, 4)), areaOf(squareRing(3, 0, 4)), areaOf(squareRing(2, 1, 2))}},
		{"identical areas", []orb.MultiPolygon{areaOf(squareRing(0, 0, 2)), areaOf(squareRing(0, 0, 2)), areaOf(squareRing(0, 0, 2)), areaOf(squareRing(0, 0, 2)), areaOf(squareRing(0, 0, 2))}},
		{"crossing itself", []orb.MultiPolygon{areaOf(bow), areaOf(append(orb.Ring{}, append(bow, bow...)...))}},
		{"ring twice", []orb.MultiPolygon{areaOf(squareRing(0, 0, 2), squareRing(0, 0, 2)), areaOf(squareRing(0, 0, 1))}},
		{"spike", []orb.MultiPolygon{areaOf(orb.Ring{{0, 0}, {2, 0}, {2, 1}, {5, 1}, {2, 1}, {2, 2}, {0, 2}})}},
		{"tiny", []orb.MultiPolygon{areaOf(squareRing(0, 0, 5e-324)), areaOf(squareRing(5e-324, 0, 1e-323))}},
		{"huge", []orb.MultiPolygon{areaOf(squareRing(-1e150, -1e150, 1e150)), areaOf(squareRing(0, 0, 1e150)), areaOf(squareRing(0, 0, 1))}},
		{"far away", []orb.MultiPolygon{areaOf(squareRing(1e15, 1e15, 1)), areaOf(squareRing(1e15+1, 1e15, 1)), areaOf(squareRing(1e15, 1e15+1, 2))}},
		{"very wide", []orb.MultiPolygon{areaOf(orb.Ring{{-1e150, 0}, {1e150, 1e-150}, {1e150, 3e-150}, {-1e150, 2e-150}}), areaOf(orb.Ring{{1e-20, -1e150}, {3e-20, 1e150}, {0, 1e150}})}},
		{"crooked tiles", crookedTiles(8, &r)},
		{"tiles and a speck", append(crookedTiles(4, &r), areaOf(squareRing(1e6, 1e6, 1e-3)))},
		{"zero of either sign", []orb.MultiPolygon{areaOf(orb.Ring{{math.Copysign(0, -1), 0}, {1, 0}, {1, 1}, {0, 1}}), areaOf(orb.Ring{{0, 0}, {0, math.Copysign(0, -1)}, {0, 1}, {-1, 1}})}},
	} {
		t.Run(c.name, func(t *testing.T) {
			points := append(telling(c.areas, &r, 200), orb.Point{}, orb.Point{math.NaN(), 1}, orb.Point{1, math.Inf(1)},
				orb.Point{math.Inf(-1), math.NaN()}, orb.Point{math.MaxFloat64, -math.MaxFloat64}, orb.Point{1, 1})
			requireOracle(t, c.areas, points)
		})
	}
}

// Each point of a border has one owner, which does not change with the order of
// the areas or the way in which their rings wind.
func TestLocatorBordersDoNotDependOnTheOrder(t *testing.T) {
	r := splitmix.Source(4)
	areas := crookedTiles(12, &r)
	n := len(areas)
	other := make([]orb.MultiPolygon, n)
	for i, a := range areas {
		ring := append(orb.Ring{}, a[0][0][1:]...)
		ring.Reverse()
		other[n-1-i] = areaOf(append(ring, ring[0]))
	}
	first, err := geo.NewLocator(areas)
	require.NoError(t, err)
	second, err := geo.NewLocator(other)
	require.NoError(t, err)
	points := telling(areas, &r, 1000)
	for _, p := range points {
		owners := first.Owners(p)
		require.LessOrEqual(t, len(owners), 1, "%v", p)
		want := -1
		if len(owners) == 1 {
			want = n - 1 - owners[0]
		}
		require.Equal(t, want, second.Locate(p), "%v", p)
	}
}

// Thousands of areas in one place, all the same or each within the next: no
// list of all of them per cell.
func TestLocatorOfManyAreasInOnePlace(t *testing.T) {
	const n = 2000
	var areas []orb.MultiPolygon
	for i := range n {
		inset := 20 * float64(i) / (4 * n)
		areas = append(areas, areaOf(squareRing(0, 0, 20)), areaOf(squareRing(inset, inset, 20-2*inset)))
	}
	areas = append(areas, crookedTiles(20, new(splitmix.Source))...)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l, err := geo.NewLocator(areas)
	require.NoError(t, err)
	runtime.GC()
	runtime.ReadMemStats(&after)
	grown := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("%d areas in %d kB", len(areas), grown/1000)
	require.Less(t, grown, int64(40_000_000))
	require.Equal(t, 0, l.Locate(orb.Point{0.5, 0.5}))
	r := splitmix.Source(5)
	for range 10 {
		p := orb.Point{20 * r.Float(), 20 * r.Float()}
		require.Equal(t, ownersByHand(areas, p), l.Owners(p))
	}
}

func TestLocatorNamesWhatIsNoNumber(t *testing.T) {
	_, err := geo.NewLocator([]orb.MultiPolygon{
		areaOf(squareRing(0, 0, 1)),
		{{squareRing(0, 0, 1), orb.Ring{{0, 0}, {1, math.NaN()}, {1, 1}}}},
		areaOf(orb.Ring{{0, 0}, {math.Inf(1), 0}, {1, 1e151}}),
	})
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "areas[1] = [1 NaN]: polygon 0, ring 1, position 1 is not finite")
	require.ErrorContains(t, err, "areas[2] = [+Inf 0]")
	require.ErrorContains(t, err, "areas[2] = [1 1e+151]")
}

func TestLocatorZeroValue(t *testing.T) {
	var l geo.Locator
	require.Equal(t, -1, l.Locate(orb.Point{}))
	require.Nil(t, l.Owners(orb.Point{}))
	require.Empty(t, l.LocateAll(nil))
}

// FuzzLocator makes areas of the bytes: a byte for the number of rings and what
// to do with them, two for each vertex, on a coarse grid so that edges overlap,
// points repeat and borders are shared; and asks about the telling points.
func FuzzLocator(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 4, 4, 4, 4, 0, 255})
	f.Add([]byte{7, 1, 2, 3, 4, 5, 6, 255, 1, 6, 5, 4, 3, 2, 1, 255, 2, 9, 9, 1, 1, 1, 9, 255})
	f.Add([]byte("the quick brown fox\xff jumps over\xfe the lazy dog"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 200 {
			return
		}
		r := splitmix.Source(uint64(len(data)))
		scale := 1.0
		if len(data) > 1 {
			r.Mix(uint64(binary.LittleEndian.Uint16(data)))
			scale = []float64{1, 0.1, 1e-310, 1e15, 3e148, 1.0 / 3}[int(data[0])%6]
		}
		areas := []orb.MultiPolygon{{{{}}}}
		for i := 1; i+1 < len(data); i += 2 {
			a := &areas[len(areas)-1]
			switch rings := &(*a)[len(*a)-1]; {
			case data[i] == 255:
				areas = append(areas, orb.MultiPolygon{{{}}})
			case data[i] == 254:
				*a = append(*a, orb.Polygon{{}})
			case data[i] == 253:
				*rings = append(*rings, orb.Ring{})
			default:
				ring := &(*rings)[len(*rings)-1]
				p := orb.Point{float64(data[i]%16) * scale, float64(data[i+1]%16) * scale}
				if data[i]&64 != 0 {
					p[0] = math.Nextafter(p[0], math.Inf(1))
				}
				if data[i+1]&64 != 0 {
					p[1] = math.Nextafter(p[1], math.Inf(-1))
				}
				*ring = append(*ring, p)
			}
		}
		requireOracle(t, areas, telling(areas, &r, 10))
	})
}

func BenchmarkLocator(b *testing.B) {
	r := splitmix.Source(1)
	areas := crookedTiles(60, &r)
	points := make([]orb.Point, 100_000)
	for i := range points {
		points[i] = orb.Point{62*r.Float() - 1, 62*r.Float() - 1}
	}
	b.Run("method=build/areas=3600", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := geo.NewLocator(areas)
			require.NoError(b, err)
		}
	})
	l, err := geo.NewLocator(areas)
	require.NoError(b, err)
	b.Run("method=locate/areas=3600/n=100000", func(b *testing.B) {
		for b.Loop() {
			for _, p := range points {
				l.Locate(p)
			}
		}
		b.ReportMetric(float64(b.N)*float64(len(points))/1e6/b.Elapsed().Seconds(), "Mpoints/s")
	})
	b.Run("method=all/areas=3600/n=100000", func(b *testing.B) {
		for b.Loop() {
			l.LocateAll(points)
		}
		b.ReportMetric(float64(b.N)*float64(len(points))/1e6/b.Elapsed().Seconds(), "Mpoints/s")
	})
}
