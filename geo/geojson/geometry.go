package geojson

import (
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
)

// geometry reads a geometry or null, which is nil.
func (d *decoder) geometry() orb.Geometry {
	if d.Null() {
		return nil
	}
	if d.Peek() != '{' {
		d.Fail(d.Pos(), "%s where a geometry should be", d.Found())
		return nil
	}
	return d.geometryObject(nil)
}

// geometryObject reads a geometry. With root it is a text of its own, and what it
// has beside its coordinates is kept there.
func (d *decoder) geometryObject(root *geo.Feature) (g orb.Geometry) {
	var seen members
	kind, start := "", d.Pos()
	coordinates, geometries, read := -1, -1, false
	var box []float64
	for d.Open('{'); d.More('}'); {
		key, member := d.once(&seen)
		switch {
		case member == memberType:
			d.Peek()
			at := d.Pos()
			kind = d.Text()
			if !isGeometry(kind) {
				d.Fail(at, "the type is %.40q, which is no geometry", kind)
			}
		case member == memberCoordinates && kind != "" && kind != collection:
			g = d.coordinates(kind)
			read = true
		case member == memberGeometries && kind == collection:
			g = d.geometries()
			read = true
		case member == memberCoordinates:
			d.Peek()
			coordinates = d.Pos()
			d.Skip()
		case member == memberGeometries:
			d.Peek()
			geometries = d.Pos()
			d.Skip()
		case member == memberBBox:
			box = d.bbox()
		case member == memberCRS && root != nil:
			d.crs(key)
		case member == memberProperties, member == memberGeometry, member == memberFeatures:
			d.found.note(Misplaced, "a geometry has the member %q of other objects", key)
			d.Skip()
		case member == 0 && root != nil:
			d.keep(key, d.Raw())
		default:
			d.Skip()
		}
	}
	if d.Err() != nil {
		return nil
	}
	if kind == "" {
		d.Fail(start, `the geometry has no "type"`)
		return nil
	}
	if !read { // the type came last
		at, name := coordinates, "coordinates"
		if kind == collection {
			at, name = geometries, "geometries"
		}
		if at < 0 {
			d.Fail(start, "the %s has no %q", kind, name)
			return nil
		}
		end := d.Pos()
		d.Seek(at)
		if kind == collection {
			g = d.geometries()
		} else {
			g = d.coordinates(kind)
		}
		d.Seek(end)
	}
	if coordinates >= 0 && kind == collection || geometries >= 0 && kind != collection {
		d.found.note(Misplaced, "a %s has coordinates and geometries", kind)
	}
	if root != nil {
		root.BBox = box
	} else if box != nil {
		d.found.box(g, box)
	}
	if d.Err() != nil {
		return nil
	}
	return g
}

const collection = "GeometryCollection"

func isGeometry(kind string) bool {
	switch kind {
	case "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", collection:
		return true
	}
	return false
}

func (d *decoder) geometries() orb.Geometry {
	parts := orb.Collection{}
	for d.Open('['); d.More(']'); {
		d.Peek()
		at := d.Pos()
		if d.Peek() == 'n' {
			d.Fail(at, "null where a geometry should be")
		}
		if g := d.geometry(); g != nil {
			if _, nested := g.(orb.Collection); nested {
				d.found.note(Nesting, "a geometry collection in a geometry collection")
			}
			parts = append(parts, g)
		}
	}
	if len(parts) == 1 {
		d.found.note(Nesting, "a geometry collection of a single geometry")
	}
	return parts
}

func (d *decoder) coordinates(kind string) orb.Geometry {
	switch kind {
	case "Point":
		d.Peek()
		at := d.Pos()
		p, n := d.Pair()
		if n == 0 {
			return nil
		}
		d.position(at, n)
		return orb.Point(p)
	case "MultiPoint":
		return orb.MultiPoint(d.line())
	case "LineString":
		return orb.LineString(d.line())
	case "MultiLineString":
		lines := orb.MultiLineString{}
		for d.Open('['); d.More(']'); {
			lines = append(lines, d.line())
		}
		return lines
	case "Polygon":
		return d.polygon()
	}
	polygons := orb.MultiPolygon{}
	for d.Open('['); d.More(']'); {
		polygons = append(polygons, d.polygon())
	}
	return polygons
}

func (d *decoder) polygon() orb.Polygon {
	rings := orb.Polygon{}
	for d.Open('['); d.More(']'); {
		rings = append(rings, d.line())
	}
	return rings
}

// line reads an array of positions.
func (d *decoder) line() []orb.Point {
	d.points = d.points[:0]
	for d.Open('['); d.More(']'); {
		at := d.Pos()
		p, n := d.Pair()
		if n != 2 {
			d.position(at, n)
		}
		d.points = append(d.points, p)
	}
	if len(d.points) == 0 {
		return []orb.Point{}
	}
	return slices.Clone(d.points)
}

// position judges the number of coordinates of a position.
func (d *decoder) position(at, n int) {
	switch {
	case n < 2:
		d.Fail(at, "a position must have 2 coordinates, or 3 with a height, not %d", n)
	case n > 3:
		d.found.note(Heights, "positions of %d coordinates; those after the second are dropped", n)
	case n == 3:
		d.found.note(Heights, "positions with a height, which is dropped")
	}
}
