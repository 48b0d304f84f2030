package geodesic_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/geodesic"
)

func centers(rng *rand.Rand, n int) (all [][2]float64) {
	all = [][2]float64{{0, 0}, {180, 0}, {-77, 90}, {12, -90}, {5, 89.9999999}, {0, 1e-9}}
	for range n {
		all = append(all, [2]float64{rng.Float64()*360 - 180, rng.Float64()*180 - 90})
	}
	return all
}

// A small triangle has the same surface on the map and on the ellipsoid, and near
// the centre the same sides.
func TestEqualAreaIsTrue(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range centers(rng, 60) {
		p := geodesic.NewEqualArea(c[0], c[1])
		x, y := p.Forward(c[0], c[1])
		require.InDelta(t, 0, math.Hypot(x, y), 1e-7)
		for range 30 {
			far := math.Ldexp(1, -rng.IntN(10)) * 1.5e7
			lon, lat, _ := geodesic.Direct(c[0], c[1], rng.Float64()*360, far)
			const side = 1000
			var corners, mapped [3][2]float64
			azimuth := rng.Float64() * 360
			for k := range 3 {
				lo, la, _ := geodesic.Direct(lon, lat, azimuth+120*float64(k), side)
				x, y := p.Forward(lo, la)
				corners[k], mapped[k] = [2]float64{lo, la}, [2]float64{x, y}
			}
			want := ringArea(geodesic.Area, corners[0], corners[1], corners[2])
			ux, uy := mapped[1][0]-mapped[0][0], mapped[1][1]-mapped[0][1]
			vx, vy := mapped[2][0]-mapped[0][0], mapped[2][1]-mapped[0][1]
			// Edges are not quite straight on the map.
			require.InEpsilon(t, want, math.Abs(ux*vy-uy*vx)/2, 5e-4)

			s := far
			require.InEpsilon(t, geodesic.Distance(corners[0][0], corners[0][1], corners[1][0], corners[1][1]), math.Hypot(ux, uy),
				1e-4+1.2*(1/math.Cos(min(1.5, s/2/6.36e6))-1), "%v from the centre", s)
		}
	}
}

// The series of the authalic latitude against its definition: the surface of a
// polar cap is that of a disc on the map about the pole.
func TestEqualAreaOfCaps(t *testing.T) {
	for _, c := range [][2]float64{{0, 90}, {0, -90}} {
		p := geodesic.NewEqualArea(c[0], c[1])
		for lat := -89.5; lat < 90; lat += 0.5 {
			x, y := p.Forward(123, lat)
			cap := geodesic.Surface/2 - 360*fromEquator(lat*math.Copysign(1, c[1]))
			require.InEpsilon(t, cap, math.Pi*(x*x+y*y), 1e-11, "%v", lat)
		}
	}
}

func TestEqualAreaInverse(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, c := range centers(rng, 60) {
		p := geodesic.NewEqualArea(c[0], c[1])
		for _, at := range centers(rng, 60) {
			x, y := p.Forward(at[0], at[1])
			lon, lat := p.Inverse(x, y)
			far := geodesic.Distance(c[0], c[1], at[0], at[1])
			if far < 1.9e7 {
				require.Less(t, geodesic.Distance(lon, lat, at[0], at[1]), 1e-6, "%v about %v", at, c)
			}
			require.False(t, math.IsNaN(lon+lat))
		}
		lon, lat := p.Inverse(1e9, -1e300)
		require.False(t, math.IsNaN(lon+lat))
	}
	bad := geodesic.NewEqualArea(math.NaN(), 3)
	x, y := bad.Forward(1, 1)
	require.True(t, math.IsNaN(x) && math.IsNaN(y))
}
