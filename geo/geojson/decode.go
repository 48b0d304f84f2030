package geojson

import (
	"bytes"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jsonscan"
)

// members is a set of members that an object has.
type members uint16

const (
	memberType members = 1 << iota
	memberID
	memberGeometry
	memberProperties
	memberBBox
	memberCoordinates
	memberGeometries
	memberFeatures
	memberCRS
)

func (m members) has(x members) bool { return m&x != 0 }

func memberOf(key string) members {
	switch key {
	case "type":
		return memberType
	case "id":
		return memberID
	case "geometry":
		return memberGeometry
	case "properties":
		return memberProperties
	case "bbox":
		return memberBBox
	case "coordinates":
		return memberCoordinates
	case "geometries":
		return memberGeometries
	case "features":
		return memberFeatures
	case "crs":
		return memberCRS
	}
	return 0
}

// decoder reads one feature or geometry.
type decoder struct {
	*jsonscan.Scanner
	found   notices
	foreign []byte      // foreign members so far: {"a":1,"b":2
	points  []orb.Point // of the ring or line that is being read
}

func (d *decoder) begin(look bool) {
	d.found = notices{look: look}
	d.foreign = nil
}

// typeOf reads an object up to its type, and reports where that stands.
func typeOf(s *jsonscan.Scanner) (kind string, at int) {
	for s.Open('{'); s.More('}'); {
		if key := s.Key(); key == "type" && s.Peek() == '"' {
			at = s.Pos()
			return s.Text(), at
		}
		s.Skip()
	}
	return "", -1
}

// idOf finds the id of a feature that cannot be read, for the message.
func idOf(data []byte) string {
	s := jsonscan.New(data)
	for s.Open('{'); s.More('}'); {
		if s.Key() != "id" {
			s.Skip()
			continue
		}
		switch c := s.Peek(); {
		case c == '"':
			return s.Text()
		case c == '-', c >= '0' && c <= '9':
			return string(s.Raw())
		}
		return ""
	}
	return ""
}

// once reads the name of a member, which must be there only once if it has a
// meaning.
func (d *decoder) once(seen *members) (key string, member members) {
	d.Peek()
	at := d.Pos()
	key = d.Key()
	member = memberOf(key)
	if seen.has(member) {
		d.Fail(at, "%q is there twice", key)
	}
	*seen |= member
	return key, member
}

// root reads a text that is not a collection.
func (d *decoder) root() (f geo.Feature) {
	kind, at := typeOf(d.Scanner)
	if d.Err() != nil {
		return f
	}
	d.Scanner.Reset()
	switch kind {
	case "Feature":
		return d.feature()
	case "FeatureCollection":
		d.Fail(at, `the collection has no array "features"`)
		return f
	}
	// A geometry becomes a feature, with what it has beside its coordinates.
	f.Geometry = d.geometryObject(&f)
	f.Foreign = d.endForeign()
	return f
}

func (d *decoder) feature() (f geo.Feature) {
	var seen members
	if d.Peek() != '{' {
		d.Fail(d.Pos(), "%s where a feature should be", d.Found())
		return f
	}
	for d.Open('{'); d.More('}'); {
		key, member := d.once(&seen)
		switch member {
		case memberType:
			d.Peek()
			at := d.Pos()
			if kind := d.Text(); kind != "Feature" {
				d.Fail(at, `the type is %.40q, not "Feature"`, kind)
			}
		case memberID:
			f.ID, f.NumericID = d.id()
		case memberGeometry:
			f.Geometry = d.geometry()
		case memberProperties:
			if d.Null() {
				break
			}
			if d.Peek() != '{' {
				d.Fail(d.Pos(), "the properties are %s, not an object", d.Found())
			}
			f.Properties = bytes.Clone(d.Raw())
		case memberBBox:
			f.BBox = d.bbox()
		case memberCRS:
			d.crs(key)
		case 0:
			d.keep(key, d.Raw())
		default:
			d.found.note(Misplaced, "a feature has the member %q of other objects", key)
			d.keep(key, d.Raw())
		}
	}
	switch {
	case !seen.has(memberType):
		d.Fail(0, `the feature has no "type"`)
	case !seen.has(memberGeometry):
		d.Fail(0, `the feature has no "geometry", not even null`)
	case !seen.has(memberProperties):
		d.found.note(NoProperties, `"properties" is missing, which should be null`)
	}
	f.Foreign = d.endForeign()
	return f
}

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

// keep adds a foreign member.
func (d *decoder) keep(key string, value []byte) {
	sep := byte(',')
	if d.foreign == nil {
		sep = '{'
	}
	d.foreign = append(appendText(append(d.foreign, sep), key), ':')
	d.foreign = append(d.foreign, value...)
}

func (d *decoder) endForeign() geo.Properties {
	if d.foreign == nil {
		return nil
	}
	return append(d.foreign, '}')
}

func (d *decoder) bbox() (box []float64) {
	d.Peek()
	at := d.Pos()
	for d.Open('['); d.More(']'); {
		box = append(box, d.Number())
	}
	if len(box) != 4 && len(box) != 6 {
		d.Fail(at, "a bbox of %d numbers; it must have 4, or 6 with heights", len(box))
	}
	if d.Err() != nil {
		return nil
	}
	return box
}

// crs takes note of a coordinate system other than longitude and latitude, which
// RFC 7946 does away with. It is kept as a foreign member.
func (d *decoder) crs(key string) {
	raw := d.Raw()
	if d.Err() != nil {
		return
	}
	d.keep(key, raw)
	name, _ := geo.Properties(geo.Properties(raw).Raw("properties")).Text("name")
	if name == "" {
		name = "of some kind"
	}
	d.found.note(CoordinateSystem, "a crs %s: coordinates may be other than longitude and latitude", name)
}

// members reads the members of a collection apart from its features.
func (r *Reader) members(data []byte, base int64) error {
	d := &r.dec
	d.Scanner = jsonscan.New(data)
	d.begin(r.Notice != nil)
	if n := len(r.head.Foreign); n > 0 {
		d.foreign = append(d.foreign, r.head.Foreign[:n-1]...)
	}
	for d.Open('{'); d.More('}'); {
		key, member := d.once(&r.known)
		switch member {
		case memberType:
			d.Peek()
			at := d.Pos()
			if kind := d.Text(); kind != "FeatureCollection" {
				d.Fail(at, `the type is %.40q, not "FeatureCollection"`, kind)
			}
		case memberBBox:
			r.head.BBox = d.bbox()
		case memberCRS:
			d.crs(key)
		case memberFeatures:
			d.Skip()
		case 0, memberID:
			if raw := d.Raw(); key != "" {
				d.keep(key, raw)
			}
		default:
			d.found.note(Misplaced, "a collection has the member %q of other objects", key)
			d.keep(key, d.Raw())
		}
	}
	if e := d.Err(); e != nil {
		return &Error{Index: -1, Offset: base + int64(e.Offset), Why: e.Why}
	}
	r.head.Foreign = d.endForeign()
	if r.Notice != nil {
		d.found.tell(r.Notice, -1, "", base)
	}
	return nil
}
