package geojson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jsonscan"
)

// encoder writes one feature. After the first fault, which why tells of, what it
// has written is of no use.
type encoder struct {
	buf      []byte
	decimals int
	why      string
}

func (e *encoder) fail(format string, args ...any) {
	if e.why == "" {
		e.why = fmt.Sprintf(format, args...)
	}
}

func (e *encoder) raw(s string) { e.buf = append(e.buf, s...) }

// appendText appends a JSON string. What is not UTF-8 becomes U+FFFD.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, err := json.Marshal(s)
			if err != nil { // there is no string that it refuses
				return append(b, `""`...)
			}
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// number writes what is a JSON number already.
func (e *encoder) number(s string) {
	scan := jsonscan.New([]byte(s))
	scan.Number()
	scan.End()
	if scan.Err() != nil || s[len(s)-1] <= ' ' || s[0] <= ' ' {
		e.fail("its id %.40q is not a number", s)
	}
	e.raw(s)
}

// object writes an object as it stands, on one line; nil is null.
func (e *encoder) object(what string, p geo.Properties) {
	if len(p) == 0 {
		e.raw("null")
		return
	}
	scan := jsonscan.New(p)
	if scan.Peek() != '{' {
		e.fail("%s are %s, not an object", what, scan.Found())
		return
	}
	scan.Skip()
	scan.End()
	if err := scan.Err(); err != nil {
		e.fail("%s, %v", what, err)
		return
	}
	if bytes.ContainsAny(p, "\n\r") {
		var line bytes.Buffer
		if err := json.Compact(&line, p); err != nil {
			e.fail("%s: %v", what, err)
		}
		p = line.Bytes()
	}
	e.buf = append(e.buf, p...)
}

// foreign writes foreign members, which must not have the names in taken.
func (e *encoder) foreign(p geo.Properties, taken members) {
	if len(p) == 0 {
		return
	}
	scan := jsonscan.New(p)
	for scan.Open('{'); scan.More('}'); {
		key := scan.Key()
		if memberOf(key)&taken != 0 {
			e.fail("%q cannot be a foreign member", key)
		}
		value := scan.Raw()
		if bytes.ContainsAny(value, "\n\r") {
			var line bytes.Buffer
			if err := json.Compact(&line, value); err != nil {
				e.fail("the foreign member %q: %v", key, err)
			}
			value = line.Bytes()
		}
		e.buf = append(appendText(append(e.buf, ','), key), ':')
		e.buf = append(e.buf, value...)
	}
	scan.End()
	if err := scan.Err(); err != nil {
		e.fail("the foreign members, %v", err)
	}
}

func (e *encoder) bbox(box []float64) {
	if box == nil {
		return
	}
	if len(box) != 4 && len(box) != 6 {
		e.fail("a bbox of %d numbers; it must have 4, or 6 with heights", len(box))
	}
	for i, x := range box {
		e.raw([]string{`,"bbox":[`, ","}[min(i, 1)])
		e.coordinate(x, 0)
	}
	e.raw("]")
}

// maxNesting keeps what is written readable.
const maxNesting = jsonscan.MaxDepth / 4

func (e *encoder) geometry(g orb.Geometry, depth int) {
	if g == nil {
		e.raw("null")
		return
	}
	switch h := g.(type) {
	case orb.Ring:
		g = orb.Polygon{h}
	case orb.Bound:
		g = h.ToPolygon()
	}
	e.raw(`{"type":"`)
	e.raw(g.GeoJSONType())
	if parts, ok := g.(orb.Collection); ok {
		if depth > maxNesting {
			e.fail("geometry collections within each other, more than %d deep", maxNesting)
			return
		}
		e.raw(`","geometries":[`)
		for i, part := range parts {
			if i > 0 {
				e.raw(",")
			}
			if part == nil {
				e.fail("geometry %d of a collection is nil", i)
				return
			}
			e.geometry(part, depth+1)
		}
		e.raw("]}")
		return
	}
	e.raw(`","coordinates":`)
	switch g := g.(type) {
	case orb.Point:
		e.point(g)
	case orb.MultiPoint:
		e.line(g)
	case orb.LineString:
		e.line(g)
	case orb.MultiLineString:
		each(e, g, func(line orb.LineString) { e.line(line) })
	case orb.Polygon:
		e.polygon(g)
	case orb.MultiPolygon:
		each(e, g, e.polygon)
	default:
		e.fail("a geometry of the unknown type %T", g)
	}
	e.raw("}")
}

func each[T any](e *encoder, parts []T, write func(T)) {
	e.raw("[")
	for i, part := range parts {
		if i > 0 {
			e.raw(",")
		}
		write(part)
	}
	e.raw("]")
}

func (e *encoder) polygon(rings orb.Polygon) {
	k := 0
	each(e, rings, func(ring orb.Ring) {
		if turn := winding(ring); k == 0 && turn < 0 || k > 0 && turn > 0 {
			back := slices.Clone(ring)
			slices.Reverse(back)
			ring = back
		}
		e.line(ring)
		k++
	})
}

func (e *encoder) line(points []orb.Point) { each(e, points, e.point) }

func (e *encoder) point(p orb.Point) {
	e.raw("[")
	e.coordinate(p[0], e.decimals)
	e.raw(",")
	e.coordinate(p[1], e.decimals)
	e.raw("]")
}

// coordinate writes a number with at most so many decimals, 0 standing for as
// many as it takes to read the same number.
func (e *encoder) coordinate(x float64, decimals int) {
	size := math.Abs(x)
	switch {
	case !(size <= math.MaxFloat64):
		e.fail("a coordinate is %v", x)
	case decimals > 0:
		from := len(e.buf)
		e.buf = strconv.AppendFloat(e.buf, x, 'f', min(decimals, 20), 64)
		e.buf = bytes.TrimRight(e.buf, "0")
		if end := len(e.buf) - 1; e.buf[end] == '.' {
			e.buf = e.buf[:end]
		}
		if string(e.buf[from:]) == "-0" {
			e.buf = append(e.buf[:from], '0')
		}
	case size != 0 && (size < 1e-6 || size >= 1e21):
		e.buf = strconv.AppendFloat(e.buf, x, 'e', -1, 64)
	default:
		e.buf = strconv.AppendFloat(e.buf, x, 'f', -1, 64)
	}
}
