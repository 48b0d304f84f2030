package topojson

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jsonscan"
)

// decoder reads one geometry object of a topology.
type decoder struct {
	*jsonscan.Scanner
	topology *Topology
}

// feature reads a geometry with id, properties and bounding box. Members are
// gathered first, because the type may come after what it gives a meaning to.
func (d *decoder) feature() (f geo.Feature) {
	var kind, arcs, coordinates, geometries []byte
	has := map[string]bool{}
	for d.Open('{'); d.More('}'); {
		key := d.Key()
		if has[key] {
			d.Fail(d.Pos(), "%q is there twice", key)
		}
		has[key] = true
		switch key {
		case "type":
			kind = d.Raw()
		case "arcs":
			arcs = d.Raw()
		case "coordinates":
			coordinates = d.Raw()
		case "geometries":
			geometries = d.Raw()
		case "id":
			f.ID, f.NumericID = d.id()
		case "properties":
			if !d.Null() {
				if d.Peek() != '{' {
					d.Fail(d.Pos(), "the properties are %s, not an object", d.Found())
				}
				f.Properties = d.Raw()
			}
		case "bbox":
			f.BBox = readNumbers(d.Scanner)
		default:
			d.Skip()
		}
	}
	if d.Err() != nil {
		return f
	}
	if string(kind) == "null" {
		return f
	}
	name := ""
	if len(kind) > 0 && kind[0] == '"' {
		name = jsonscan.New(kind).Text()
	}
	sub := func(raw []byte, member string) *decoder {
		if raw == nil {
			d.Fail(0, "a %s must have %q", name, member)
		}
		return &decoder{Scanner: jsonscan.New(raw), topology: d.topology}
	}
	var part *decoder
	switch name {
	case "Point":
		part = sub(coordinates, "coordinates")
		f.Geometry = part.point()
	case "MultiPoint":
		part = sub(coordinates, "coordinates")
		f.Geometry = orb.MultiPoint(list(part, (*decoder).point))
	case "LineString":
		part = sub(arcs, "arcs")
		f.Geometry = part.line()
	case "MultiLineString":
		part = sub(arcs, "arcs")
		f.Geometry = orb.MultiLineString(list(part, (*decoder).line))
	case "Polygon":
		part = sub(arcs, "arcs")
		f.Geometry = part.polygon()
	case "MultiPolygon":
		part = sub(arcs, "arcs")
		f.Geometry = orb.MultiPolygon(list(part, (*decoder).polygon))
	case "GeometryCollection":
		part = sub(geometries, "geometries")
		f.Geometry = orb.Collection(list(part, (*decoder).member))
	default:
		d.Fail(0, "the type is %.40s, which is no geometry", orNothing(kind))
		return f
	}
	if e := part.Err(); e != nil {
		d.Fail(0, "%s", e.Why)
	}
	return f
}

func orNothing(raw []byte) []byte {
	if raw == nil {
		return []byte("missing")
	}
	return raw
}

// id reads a string or a number.
func (d *decoder) id() (id string, numeric bool) {
	switch c := d.Peek(); {
	case c == '"':
		return d.Text(), false
	case c == '-', c >= '0' && c <= '9':
		return string(d.Raw()), true
	}
	if !d.Null() {
		d.Fail(d.Pos(), "the id is %s, not a string or a number", d.Found())
	}
	return "", false
}

// list reads an array of what read reads.
func list[T any](d *decoder, read func(*decoder) T) []T {
	items := []T{}
	for d.Open('['); d.More(']'); {
		items = append(items, read(d))
	}
	return items
}

func (d *decoder) point() orb.Point {
	p := readPosition(d.Scanner)
	return d.topology.moved.position(p[0], p[1])
}

func (d *decoder) polygon() orb.Polygon {
	return list(d, func(d *decoder) orb.Ring { return orb.Ring(d.line()) })
}

// member reads a member of a collection within a collection, whose id and
// properties have no place in the result.
func (d *decoder) member() orb.Geometry {
	sub := decoder{Scanner: jsonscan.New(d.Raw()), topology: d.topology}
	if d.Err() != nil {
		return nil
	}
	f := sub.feature()
	if e := sub.Err(); e != nil {
		d.Fail(0, "%s", e.Why)
	}
	return f.Geometry
}

// line reads a list of arcs and puts them together; where one ends the next
// begins, and that position is taken once.
func (d *decoder) line() orb.LineString {
	line := orb.LineString{}
	arcs := d.topology.arcs
	for d.Open('['); d.More(']'); {
		d.Peek()
		at := d.Pos()
		number := d.Number()
		i := int(max(min(number, 1e9), -1e9))
		backwards := i < 0
		if backwards {
			i = ^i
		}
		if number != float64(int64(max(min(number, 1e9), -1e9))) || i >= len(arcs) {
			if len(arcs) == 0 {
				d.Fail(at, "arc %v is not there: there are none", number)
			}
			d.Fail(at, "arc %v is not there: they are numbered 0 to %d, backwards -1 to %d", number, len(arcs)-1, -len(arcs))
			return line
		}
		arc := arcs[i]
		if len(arc) == 0 {
			continue
		}
		first := arc[0]
		if backwards {
			first = arc[len(arc)-1]
		}
		if n := len(line); n > 0 {
			if line[n-1] != first {
				d.Fail(at, "arc %v does not begin where the one before it ends: at %v, not %v", number, first, line[n-1])
				return line
			}
			line = line[:n-1]
		}
		from := len(line)
		line = append(line, arc...)
		if backwards {
			orb.LineString(line[from:]).Reverse()
		}
	}
	return line
}
