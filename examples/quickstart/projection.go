package main

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// projection is Lambert's azimuthal equal-area projection of the sphere, in km
// from its centre, x to the east and y to the north. Areas are true, so that the
// density of customers is seen as it is; and no place but the antipode of the
// centre is special, neither poles nor the antimeridian.
//
// J. P. Snyder, Map Projections: A Working Manual, U.S. Geological Survey
// Professional Paper 1395 (1987), pages 185-187.
type projection struct {
	lon0, lat0           float64 // degrees
	sinCentre, cosCentre float64
}

const (
	earthKm = 6371.0088
	degree  = math.Pi / 180
)

// centred makes the projection whose centre is the middle of the points:
// halfway between the extremes of latitude, and opposite the widest gap in longitude.
func centred(points []orb.Point) projection {
	if len(points) == 0 {
		return projection{cosCentre: 1}
	}
	lons := make([]float64, len(points))
	south, north := points[0].Lat(), points[0].Lat()
	for i, p := range points {
		lons[i] = p.Lon()
		south, north = math.Min(south, p.Lat()), math.Max(north, p.Lat())
	}
	slices.Sort(lons)
	last := len(lons) - 1
	west, gap := lons[0], lons[0]+360-lons[last]
	for i := range last {
		if g := lons[i+1] - lons[i]; g > gap {
			west, gap = lons[i+1], g
		}
	}
	c := projection{lon0: wrapDegrees(west + (360-gap)/2), lat0: (south + north) / 2}
	c.sinCentre, c.cosCentre = math.Sincos(c.lat0 * degree)
	return c
}

// of is the position of a point on the map.
func (c projection) of(p orb.Point) (x, y float64) {
	sinLat, cosLat := math.Sincos(p.Lat() * degree)
	sinLon, cosLon := math.Sincos((p.Lon() - c.lon0) * degree)
	// The antipode is a circle on the map; the floor keeps it finite.
	depth := math.Max(1+c.sinCentre*sinLat+c.cosCentre*cosLat*cosLon, 1e-6)
	k := earthKm * math.Sqrt(2/depth)
	return k * cosLat * sinLon, k * (c.cosCentre*sinLat - c.sinCentre*cosLat*cosLon)
}

// wrapDegrees brings a longitude into -180..180.
func wrapDegrees(lon float64) float64 { return lon - 360*math.Round(lon/360) }

// gridLine is a meridian or a parallel of the graticule.
type gridLine struct {
	Degrees  float64
	Meridian bool
	Points   []orb.Point
}

// graticule covers the points with some five to ten lines each way.
func (c projection) graticule(points []orb.Point) []gridLine {
	east, north, west, south := 0.0, c.lat0, 0.0, c.lat0
	for _, p := range points {
		d := wrapDegrees(p.Lon() - c.lon0)
		east, west = math.Max(east, d), math.Min(west, d)
		south, north = math.Min(south, p.Lat()), math.Max(north, p.Lat())
	}
	extent := math.Max(math.Max(east-west, north-south), 1e-3)
	step := 30.0
	for _, s := range []float64{30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01} {
		if s >= extent/8 {
			step = s
		}
	}
	// Two steps of margin: the map is wider than the data on a wide screen.
	lowLat := math.Max(math.Floor(south/step-2)*step, -90)
	highLat := math.Min(math.Ceil(north/step+2)*step, 90)
	lowLon := math.Floor((c.lon0+math.Max(west, -150))/step-3) * step
	highLon := math.Ceil((c.lon0+math.Min(east, 150))/step+3) * step
	if highLon-lowLon > 340 {
		lowLon, highLon = math.Ceil((c.lon0-170)/step)*step, math.Floor((c.lon0+170)/step)*step
	}

	const pieces = 4 // per step: enough for the eye
	var lines []gridLine
	count := func(low, high float64) int { return int(math.Round((high - low) / step)) }
	for i := range count(lowLon, highLon) + 1 {
		line := gridLine{Degrees: wrapDegrees(lowLon + float64(i)*step), Meridian: true}
		for s := range count(lowLat, highLat)*pieces + 1 {
			line.Points = append(line.Points, orb.Point{lowLon + float64(i)*step, lowLat + float64(s)*step/pieces})
		}
		lines = append(lines, line)
	}
	for i := range count(lowLat, highLat) + 1 {
		line := gridLine{Degrees: lowLat + float64(i)*step}
		for s := range count(lowLon, highLon)*pieces + 1 {
			line.Points = append(line.Points, orb.Point{lowLon + float64(s)*step/pieces, lowLat + float64(i)*step})
		}
		lines = append(lines, line)
	}
	return lines
}
