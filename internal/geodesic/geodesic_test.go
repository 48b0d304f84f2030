package geodesic_test

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/geodesic"
)

const (
	equatorial = 6378137.0
	flattening = 1 / 298.257223563
)

// simpson integrates a smooth function; the oracle for every series.
func simpson(from, to float64, n int, at func(float64) float64) float64 {
	h := (to - from) / float64(2*n)
	sum := at(from) + at(to)
	for i := 1; i < 2*n; i++ {
		sum += float64(2+2*(i%2)) * at(from+float64(i)*h)
	}
	return sum * h / 3
}

func radii(lat float64) (meridian, transverse float64) {
	e2 := flattening * (2 - flattening)
	s := math.Sin(lat * math.Pi / 180)
	w := math.Sqrt(1 - e2*s*s)
	return equatorial * (1 - e2) / (w * w * w), equatorial / w
}

func TestAlongMeridiansAndTheEquator(t *testing.T) {
	quarter := simpson(0, 90, 400, func(lat float64) float64 { m, _ := radii(lat); return m * math.Pi / 180 })
	require.InDelta(t, quarter, geodesic.Distance(7, 0, 99, 90), 1e-7)
	require.InDelta(t, 2*quarter, geodesic.Distance(7, -90, 99, 90), 1e-7)
	require.InDelta(t, 2*quarter, geodesic.Distance(20, 0, -160, 0), 1e-7, "antipodes on the equator go over a pole")
	require.InDelta(t, equatorial*math.Pi/2, geodesic.Distance(-45, 0, 45, 0), 1e-8)
	require.InDelta(t, equatorial*math.Pi/180, geodesic.Distance(179.5, 0, -179.5, 0), 1e-8)
	require.InDelta(t, geodesic.Distance(179.5, 40, 180.5, 41), geodesic.Distance(179.5, 40, -179.5, 41), 1e-9)
	require.Zero(t, geodesic.Distance(180, 12.5, -180, 12.5))
	require.Zero(t, geodesic.Distance(77, 90, -120, 90))
	require.Zero(t, geodesic.Distance(77, -90, -120, -90))
}

// Direct and Inverse undo each other, wherever and however far.
func TestDirectUndoesInverse(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	check := func(lon1, lat1, lon2, lat2 float64) {
		s, azi1, azi2 := geodesic.Inverse(lon1, lat1, lon2, lat2)
		lon, lat, azi := geodesic.Direct(lon1, lat1, azi1, s)
		require.Less(t, geodesic.Distance(lon, lat, lon2, lat2), 1e-7, "%v %v to %v %v", lon1, lat1, lon2, lat2)
		if math.Abs(lat2) < 89.99 && s > 1 {
			require.InDelta(t, 0, math.Remainder(azi-azi2, 360)*min(s, 1e6), 1e-4, "%v %v to %v %v", lon1, lat1, lon2, lat2)
		}
		back, _, _ := geodesic.Inverse(lon2, lat2, lon1, lat1)
		require.InDelta(t, s, back, 1e-8)
	}
	for range 3000 {
		lon1, lat1 := rng.Float64()*360-180, rng.Float64()*180-90
		check(lon1, lat1, rng.Float64()*720-360, rng.Float64()*180-90)
		size := math.Ldexp(1, -rng.IntN(50))
		check(lon1, lat1, lon1+size*rng.NormFloat64(), max(-90, min(90, lat1+size*rng.NormFloat64())))
		check(lon1, lat1, lon1+180+size*rng.NormFloat64(), max(-90, min(90, -lat1+size*rng.NormFloat64())))
		check(lon1, 0, lon1+180*rng.Float64(), 0)
	}
	for _, lat1 := range []float64{-90, -45, -1e-20, 0, 1e-20, 1e-300, 30, 90} {
		for _, lat2 := range []float64{-90, -30, -1e-17, 0, 45, 90} {
			for _, lon := range []float64{0, 1e-300, 1e-16, 1, 90, 179.3, 179.5, 179.9999999, 180, -180, 360, 1e17} {
				check(0, lat1, lon, lat2)
			}
		}
	}
}

// No path over a third point is shorter.
func TestTriangleInequality(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	point := func() (lon, lat float64) {
		return rng.Float64()*360 - 180, math.Asin(2*rng.Float64()-1) * 180 / math.Pi
	}
	for range 3000 {
		lon1, lat1 := point()
		lon2, lat2 := lon1+180+rng.NormFloat64(), max(-90, min(90, -lat1+rng.NormFloat64()))
		lon3, lat3 := point()
		require.LessOrEqual(t, geodesic.Distance(lon1, lat1, lon2, lat2),
			geodesic.Distance(lon1, lat1, lon3, lat3)+geodesic.Distance(lon3, lat3, lon2, lat2)+1e-7)
	}
}

func ringArea(f func(int, func(int) (float64, float64)) float64, ring ...[2]float64) float64 {
	return f(len(ring), func(i int) (lon, lat float64) { return ring[i][0], ring[i][1] })
}

// northOf is the surface north of a latitude on a degree of longitude.
func northOf(lat float64) float64 {
	return simpson(lat, 90, 2000, func(lat float64) float64 {
		m, n := radii(lat)
		return m * n * math.Cos(lat*math.Pi/180) * math.Pi / 180 * math.Pi / 180
	})
}

func TestSurfaces(t *testing.T) {
	require.InEpsilon(t, 720*northOf(0), geodesic.Surface, 1e-12)
	octant := [][2]float64{{0, 0}, {90, 0}, {0, 90}}
	require.InEpsilon(t, geodesic.Surface/8, ringArea(geodesic.Area, octant...), 1e-14)
	require.InEpsilon(t, geodesic.Surface/2, ringArea(geodesic.Area, [2]float64{0, 0}, [2]float64{90, 0}, [2]float64{180, 0}, [2]float64{-90, 0}), 1e-14)
	require.Zero(t, ringArea(geodesic.Area, [2]float64{5, 5}, [2]float64{6, 7}, [2]float64{5, 5}))

	// A geodesic polygon of many corners on a parallel is nearly the cap,
	// round either pole, in either direction, however its longitudes are written.
	const corners = 3600
	for _, lat := range []float64{60, -60, 1, -1} {
		for _, step := range []float64{360.0 / corners, -360.0 / corners} {
			for _, times := range []int{1, 2} {
				var ring [][2]float64
				for i := range corners * times {
					ring = append(ring, [2]float64{-180 + step*float64(i), lat})
				}
				got := ringArea(geodesic.Area, ring...)
				// Twice around counts twice, up to whole earths.
				want := math.Abs(math.Remainder(360*northOf(math.Abs(lat))*float64(times), geodesic.Surface))
				require.InEpsilon(t, want, got, 1e-5, "latitude %v, step %v, %d times", lat, step, times)
			}
		}
	}
}

// The same ring measures the same, wherever its longitudes begin and whichever
// way it winds.
func TestAreaTurnsWithTheGlobe(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		n := 3 + rng.IntN(10)
		lon, lat := rng.Float64()*360-180, rng.Float64()*178-89
		var ring [][2]float64
		for i := range n {
			angle := 2 * math.Pi * (float64(i) + rng.Float64()) / float64(n)
			ring = append(ring, [2]float64{lon + 20*math.Cos(angle), max(-90, min(90, lat+20*math.Sin(angle)))})
		}
		want := ringArea(geodesic.Area, ring...)
		for _, shift := range []float64{90, 180, -180, 360, -45} {
			turned := make([][2]float64, n)
			for i, p := range ring {
				turned[n-1-i] = [2]float64{math.Remainder(p[0]+shift, 360), p[1]}
			}
			require.InDelta(t, want, ringArea(geodesic.Area, turned...), 0.5)
		}
	}
}

// Cutting an edge of a geodesic polygon at a point of that edge changes nothing.
func TestAreaOfCutEdges(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		a := [2]float64{rng.Float64() * 100, rng.Float64()*160 - 80}
		b := [2]float64{rng.Float64() * 100, rng.Float64()*160 - 80}
		c := [2]float64{rng.Float64() * 100, rng.Float64()*160 - 80}
		s, azi, _ := geodesic.Inverse(a[0], a[1], b[0], b[1])
		lon, lat, _ := geodesic.Direct(a[0], a[1], azi, s*rng.Float64())
		require.InDelta(t, ringArea(geodesic.Area, a, b, c), ringArea(geodesic.Area, a, [2]float64{lon, lat}, b, c), 0.3)
	}
}

// Straight edges against sums of many small pieces.
func TestStraightEdges(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	length := func(lon1, lat1, lon2, lat2 float64) float64 {
		return simpson(0, 1, 20_000, func(t float64) float64 {
			lat := lat1 + (lat2-lat1)*t
			m, n := radii(lat)
			return math.Hypot(m*(lat2-lat1), n*math.Cos(lat*math.Pi/180)*(lon2-lon1)) * math.Pi / 180
		})
	}
	below := func(lon1, lat1, lon2, lat2 float64) float64 {
		return (lon2 - lon1) * simpson(0, 1, 1000, func(t float64) float64 { return fromEquator(lat1 + (lat2-lat1)*t) })
	}
	for range 40 {
		size := math.Ldexp(1, -rng.IntN(12))
		p := [2]float64{rng.Float64()*360 - 180, rng.Float64()*180 - 90}
		var ring [][2]float64
		for range 3 {
			ring = append(ring, [2]float64{p[0] + size*(rng.Float64()*120-60), max(-90, min(90, p[1]+size*(rng.Float64()*120-60)))})
		}
		want, oracleError := 0.0, 0.0
		for i, a := range ring {
			b := ring[(i+1)%3]
			part := below(a[0], a[1], b[0], b[1])
			want += part
			oracleError += 5e-14 * math.Abs(part)
			l := length(a[0], a[1], b[0], b[1])
			require.InDelta(t, l, geodesic.StraightLength(a[0], a[1], b[0], b[1]), 1e-9*l+1e-9)
			require.GreaterOrEqual(t, geodesic.StraightLength(a[0], a[1], b[0], b[1])*(1+1e-14)+1e-8, geodesic.Distance(a[0], a[1], b[0], b[1]))
		}
		require.InDelta(t, math.Abs(want), math.Abs(ringArea(geodesic.StraightArea, ring...)), 1e-12*math.Abs(want)+oracleError)
	}
	require.InEpsilon(t, 360*northOf(60), math.Abs(ringArea(geodesic.StraightArea,
		[2]float64{-180, 60}, [2]float64{180, 60}, [2]float64{180, 90}, [2]float64{-180, 90})), 1e-12)

	// A square of some millimetres.
	const small = 0x1p-24
	m, n := radii(50 + small/2)
	require.InEpsilon(t, m*n*math.Cos(50*math.Pi/180)*math.Pow(small*math.Pi/180, 2), math.Abs(ringArea(geodesic.StraightArea,
		[2]float64{10, 50}, [2]float64{10 + small, 50}, [2]float64{10 + small, 50 + small}, [2]float64{10, 50 + small})), 1e-8)

	// Edges that graze a pole.
	for _, lat := range []float64{90, 89.9999, 89, 80} {
		for _, dlon := range []float64{1e-6, 1, 100, 360} {
			for _, dlat := range []float64{-1e-9, -1e-3, -0.5, -100} {
				got := geodesic.StraightLength(0, lat, dlon, lat+dlat)
				halves := geodesic.StraightLength(0, lat, dlon/2, lat+dlat/2) + geodesic.StraightLength(dlon/2, lat+dlat/2, dlon, lat+dlat)
				require.InEpsilon(t, halves, got, 1e-5*1e-6/max(1e-6, math.Abs(dlat))+1e-12)
			}
		}
	}
}

// fromEquator is the surface between the equator and a latitude on one degree,
// by its closed form.
func fromEquator(lat float64) float64 {
	e2 := flattening * (2 - flattening)
	e := math.Sqrt(e2)
	s := math.Sin(lat * math.Pi / 180)
	b := equatorial * (1 - flattening)
	return b * b / 2 * (s/(1-e2*s*s) + math.Atanh(e*s)/e) * math.Pi / 180
}

func TestWhatIsNoPlaceIsNaN(t *testing.T) {
	for _, bad := range [][2]float64{{math.NaN(), 0}, {0, math.NaN()}, {math.Inf(1), 0}, {0, math.Inf(-1)}, {0, 90.0001}, {0, -91}} {
		require.True(t, math.IsNaN(geodesic.Distance(bad[0], bad[1], 1, 1)))
		require.True(t, math.IsNaN(geodesic.Distance(1, 1, bad[0], bad[1])))
		require.True(t, math.IsNaN(geodesic.StraightLength(bad[0], bad[1], 1, 1)))
		s, azi1, azi2 := geodesic.Inverse(bad[0], bad[1], 1, 1)
		require.True(t, math.IsNaN(s) && math.IsNaN(azi1) && math.IsNaN(azi2))
		lon, lat, azi := geodesic.Direct(bad[0], bad[1], 1, 1)
		require.True(t, math.IsNaN(lon) && math.IsNaN(lat) && math.IsNaN(azi))
		ring := [][2]float64{{0, 0}, bad, {1, 1}, {0, 1}}
		require.True(t, math.IsNaN(ringArea(geodesic.Area, ring...)))
		require.True(t, math.IsNaN(ringArea(geodesic.StraightArea, ring...)))
	}
}

// Whatever the coordinates are, the answer comes, and it is a distance.
func FuzzInverse(f *testing.F) {
	f.Add(0.0, 0.0, 180.0, 0.0)
	f.Add(0.0, -30.0, 179.8, 29.9)
	f.Add(1e-300, 5e-324, 179.4, -1e-19)
	f.Add(1e300, 90.0, -1e300, -90.0)
	f.Fuzz(func(t *testing.T, lon1, lat1, lon2, lat2 float64) {
		s := geodesic.Distance(lon1, lat1, lon2, lat2)
		straight := geodesic.StraightLength(lon1, lat1, lon2, lat2)
		if math.Abs(lat1) <= 90 && math.Abs(lat2) <= 90 && lon1-lon1 == 0 && lon2-lon2 == 0 {
			require.GreaterOrEqual(t, s, 0.0)
			require.LessOrEqual(t, s, 20003931.4586255)
			require.InDelta(t, s, geodesic.Distance(lon2, lat2, lon1, lat1), 5e-8)
			lon, lat, _ := geodesic.Direct(lon1, lat1, lon2, s)
			// A geodesic is the shortest path, unless it goes on to the far side.
			require.LessOrEqual(t, geodesic.Distance(lon1, lat1, lon, lat), s+1e-6)
			if s < 1.99e7 {
				require.InDelta(t, s, geodesic.Distance(lon1, lat1, lon, lat), 1e-6)
			}
			require.GreaterOrEqual(t, straight, 0.0)
		} else {
			require.True(t, math.IsNaN(s) && math.IsNaN(straight))
		}
	})
}

// The bits are the same on every platform: the hash is a constant of this file.
func TestBits(t *testing.T) {
	h := fnv.New64a()
	rng := rand.New(rand.NewPCG(11, 12))
	add := func(numbers ...float64) {
		for _, x := range numbers {
			var b [8]byte
			binary.LittleEndian.PutUint64(b[:], math.Float64bits(x))
			h.Write(b[:])
		}
	}
	for range 5000 {
		lon1, lat1, lon2, lat2 := rng.Float64()*360, rng.Float64()*180-90, rng.Float64()*360, rng.Float64()*180-90
		s, azi1, azi2 := geodesic.Inverse(lon1, lat1, lon2, lat2)
		lon, lat, azi := geodesic.Direct(lon1, lat1, azi1, s/2)
		add(s, azi1, azi2, lon, lat, azi, geodesic.StraightLength(lon1, lat1, lon2, lat2))
		ring := [][2]float64{{lon1, lat1}, {lon2, lat2}, {lon, -lat}}
		add(ringArea(geodesic.Area, ring...), ringArea(geodesic.StraightArea, ring...))
		p := geodesic.NewEqualArea(lon1, lat1)
		x, y := p.Forward(lon2, lat2)
		lon, lat = p.Inverse(x, y)
		add(x, y, lon, lat)
	}
	require.Equal(t, uint64(0x70261ae08df8f82), h.Sum64())
}

// Small rings have the surface that they have on an equal-area map about them, where
// geodesics are as good as straight.
func TestAreaOfSmallRings(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for _, radius := range []float64{10, 100, 1000} {
		worst := 0.0
		for range 200 {
			lon, lat := rng.Float64()*360-180, rng.Float64()*178-89
			p := geodesic.NewEqualArea(lon, lat)
			var ring [][2]float64
			x0, y0, want := 0.0, 0.0, 0.0
			for i := range 31 {
				x, y, _ := geodesic.Direct(lon, lat, 12*float64(i%30), radius*(1+math.Sin(float64(i%30))/2))
				ring = append(ring, [2]float64{x, y})
				x1, y1 := p.Forward(x, y)
				want += (x0*y1 - x1*y0) / 2
				x0, y0 = x1, y1
			}
			worst = max(worst, math.Abs(ringArea(geodesic.Area, ring...)-math.Abs(want)))
		}
		require.Less(t, worst, 1e-3+10*math.Pow(radius, 4)/math.Pow(6.4e6, 2), "radius %v", radius)
	}
}

// An edge is as long as its parts, which are so short that the quadrature is
// beyond doubt.
func TestStraightLengthAddsUp(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	for i := range 400 {
		lat1, lat2 := rng.Float64()*180-90, rng.Float64()*180-90
		if i%4 == 0 {
			lat2 = 90 - math.Ldexp(1, -rng.IntN(30))
		}
		dlon := math.Ldexp(360, -rng.IntN(30))
		const parts = 4096
		sum, rest := 0.0, 0.0
		for k := range parts {
			u, v := float64(k)/parts, float64(k+1)/parts
			d := geodesic.StraightLength(u*dlon, lat1+u*(lat2-lat1), v*dlon, lat1+v*(lat2-lat1)) + rest
			s := sum + d
			rest = d - (s - sum)
			sum = s
		}
		require.InEpsilon(t, sum, geodesic.StraightLength(0, lat1, dlon, lat2), 2e-13, "%v..%v, %v", lat1, lat2, dlon)
	}
}
