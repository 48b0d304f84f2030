package main

import (
	"math"
	"strconv"

	"github.com/paulmach/orb"
)

// projection is Lambert's azimuthal equal-area projection of the sphere about a
// centre, so that surfaces are seen as they are; in whole map units from the upper
// left corner. Neighbours that share a position share it on the map.
type projection struct {
	lon0, sinCentre, cosCentre float64
	west, north, unit          float64
	width, height              int
}

const (
	earthKm    = 6371.0088
	degree     = math.Pi / 180
	resolution = 10000 // length of the map's longer side in map units
)

func newProjection(areas []orb.MultiPolygon) projection {
	bound := orb.MultiPolygon{}.Bound()
	for i, area := range areas {
		if i == 0 {
			bound = area.Bound()
		}
		bound = bound.Union(area.Bound())
	}
	center := bound.Center()
	p := projection{lon0: center.Lon(), unit: 1}
	p.sinCentre, p.cosCentre = math.Sincos(center.Lat() * degree)

	west, east, south, north := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, area := range areas {
		for _, polygon := range area {
			for _, at := range polygon[0] {
				x, y := p.plane(at)
				west, east = math.Min(west, x), math.Max(east, x)
				south, north = math.Min(south, y), math.Max(north, y)
			}
		}
	}
	margin := 0.012 * math.Max(east-west, north-south)
	p.west, p.north = west-margin, north+margin
	p.unit = (math.Max(east-west, north-south) + 2*margin) / resolution
	p.width = int(math.Ceil((east - west + 2*margin) / p.unit))
	p.height = int(math.Ceil((north - south + 2*margin) / p.unit))
	return p
}

// plane is a place in km from the centre, x to the east and y to the north.
func (p projection) plane(at orb.Point) (x, y float64) {
	sinLat, cosLat := math.Sincos(at.Lat() * degree)
	sinLon, cosLon := math.Sincos((at.Lon() - p.lon0) * degree)
	k := earthKm * math.Sqrt(2/math.Max(1+p.sinCentre*sinLat+p.cosCentre*cosLat*cosLon, 1e-6))
	return k * cosLat * sinLon, k * (p.cosCentre*sinLat - p.sinCentre*cosLat*cosLon)
}

// of is a place in map units.
func (p projection) of(at orb.Point) (x, y int) {
	kmEast, kmNorth := p.plane(at)
	return int(math.Round((kmEast - p.west) / p.unit)), int(math.Round((p.north - kmNorth) / p.unit))
}

// path is an area as the d of an SVG path, positions that coincide taken once.
func (p projection) path(area orb.MultiPolygon) string {
	var b []byte
	for _, polygon := range area {
		for _, ring := range polygon {
			x, y := p.of(ring[0])
			b = append(strconv.AppendInt(append(b, 'M'), int64(x), 10), ' ')
			b = strconv.AppendInt(b, int64(y), 10)
			first := true
			for _, at := range ring[1 : len(ring)-1] {
				toX, toY := p.of(at)
				if toX == x && toY == y {
					continue
				}
				if first {
					b = append(b, 'l')
					first = false
				} else if toX >= x {
					b = append(b, ' ')
				}
				b = strconv.AppendInt(b, int64(toX-x), 10)
				if toY >= y {
					b = append(b, ' ')
				}
				b = strconv.AppendInt(b, int64(toY-y), 10)
				x, y = toX, toY
			}
			b = append(b, 'z')
		}
	}
	return string(b)
}
