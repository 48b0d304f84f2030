package main

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

func TestProjectionIsEqualArea(t *testing.T) {
	p := centred([]orb.Point{{75, 18}, {133, 53}})
	require.InDelta(t, 104, p.lon0, 1e-9)
	require.InDelta(t, 35.5, p.lat0, 1e-9)
	const h = 0.01
	for _, at := range []orb.Point{{104, 35.5}, {76, 50}, {130, 20}, {100, -60}} {
		x0, y0 := p.of(at)
		x1, y1 := p.of(orb.Point{at[0] + h, at[1]})
		x2, y2 := p.of(orb.Point{at[0], at[1] + h})
		got := (x1-x0)*(y2-y0) - (x2-x0)*(y1-y0)
		want := earthKm * earthKm * (h * degree) * (h * degree) * math.Cos((at[1]+h/2)*degree)
		require.InEpsilon(t, want, got, 1e-3, at)
	}
	x, y := p.of(orb.Point{104, 36.5})
	require.InDelta(t, 0, x, 1e-9)
	require.InDelta(t, earthKm*degree, y, 0.01, "a degree to the north is 111 km up")
}

func TestProjectionAcrossTheAntimeridian(t *testing.T) {
	p := centred([]orb.Point{{179, -17}, {-179, -19}, {178, -18}})
	require.InDelta(t, 179.5, p.lon0, 1e-9)
	west, _ := p.of(orb.Point{178, -18})
	east, _ := p.of(orb.Point{-179, -18})
	require.InDelta(t, 3*math.Cos(18*degree)*degree*earthKm, east-west, 1)
}

func TestProjectionIsFiniteEverywhere(t *testing.T) {
	for _, points := range [][]orb.Point{{{0, 0}, {180, 0}}, {{0, 90}, {0, -90}}, {{12, 50}}, {{-180, 90}, {-60, 0}, {60, 0}, {180, 0}}, nil} {
		p := centred(points)
		for lon := -180.0; lon <= 180; lon += 30 {
			for lat := -90.0; lat <= 90; lat += 30 {
				x, y := p.of(orb.Point{lon, lat})
				require.False(t, math.IsNaN(x+y) || math.IsInf(x+y, 0), "%v %v %v", points, lon, lat)
			}
		}
		lines := p.graticule(points)
		require.NotEmpty(t, lines)
		require.Less(t, len(lines), 60)
	}
}
