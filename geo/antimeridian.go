package geo

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/robust"
)

// CutAntimeridian divides lines and polygons at the 180th meridian (RFC 7946,
// section 3.1.9), so that each part lies within longitudes -180 to 180 and no
// edge leads around the globe: a polygon becomes a MultiPolygon, a line a
// MultiLineString. A geometry that does not cross it comes back as it is.
//
// Edges that span more than 180° of longitude are taken to go the short way round:
// from 177° to -179° is 4° to the east. Longitudes beyond ±180° are taken as they
// are meant: 181° is -179°. Where an edge crosses the meridian, the latitude is that of the
// straight edge in the coordinates; the cut runs along the meridian. Collections are
// cut member by member; points are brought within ±180°.
//
// Parts are wound as RFC 7946 wants it. Two areas that share an edge across the meridian share both halves of
// it afterwards, to the last bit.
//
// A polygon around a pole cannot be cut like that, and neither can rings that cross
// each other on the meridian; both are errors, as are rings that cross it and are not
// closed or have no area, and longitudes that are not finite. The argument is not
// changed. O(n·log n), and for each hole O(n).
func CutAntimeridian(g orb.Geometry) (orb.Geometry, error) {
	switch g := g.(type) {
	case nil:
		return nil, nil
	case orb.Point:
		return homeward(g), nil
	case orb.MultiPoint:
		points := slices.Clone(g)
		for i, p := range points {
			points[i] = homeward(p)
		}
		return points, nil
	case orb.LineString:
		lines, err := cutLine(g)
		if err == nil && len(lines) == 1 {
			return lines[0], nil
		}
		return lines, err
	case orb.MultiLineString:
		all := orb.MultiLineString{}
		for i, line := range g {
			lines, err := cutLine(line)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", i, err)
			}
			all = append(all, lines...)
		}
		return all, nil
	case orb.Polygon:
		polygons, err := cutPolygon(g)
		if err == nil && len(polygons) == 1 {
			return polygons[0], nil
		}
		return polygons, err
	case orb.MultiPolygon:
		all := orb.MultiPolygon{}
		for i, polygon := range g {
			polygons, err := cutPolygon(polygon)
			if err != nil {
				return nil, fmt.Errorf("polygon %d: %w", i, err)
			}
			all = append(all, polygons...)
		}
		return all, nil
	case orb.Ring:
		return CutAntimeridian(orb.Polygon{g})
	case orb.Bound:
		return CutAntimeridian(g.ToPolygon())
	case orb.Collection:
		all := orb.Collection{}
		for i, part := range g {
			cut, err := CutAntimeridian(part)
			if err != nil {
				return nil, fmt.Errorf("geometry %d: %w", i, err)
			}
			all = append(all, cut)
		}
		return all, nil
	}
	return nil, fmt.Errorf("a geometry of the unknown type %T", g)
}

// homeward brings the longitude to -180 … 180.
func homeward(p orb.Point) orb.Point {
	if !(math.Abs(p[0]) <= 180) {
		p[0] = math.Mod(p[0], 360)
		switch {
		case p[0] > 180:
			p[0] -= 360
		case p[0] < -180:
			p[0] += 360
		}
	}
	return p
}

// staysHome reports whether points stay within ±180° and no edge spans more than
// half the globe.
func staysHome(points []orb.Point) bool {
	for i, p := range points {
		if !(math.Abs(p[0]) <= 180) || i > 0 && math.Abs(p[0]-points[i-1][0]) > 180 {
			return false
		}
	}
	return true
}

// passage is where an edge crosses the meridian, after point number after.
type passage struct {
	after     int
	eastwards bool
	latitude  float64
}

// ends are the last position before the meridian and the first one behind it.
func (c passage) ends() (leave, enter orb.Point) {
	if c.eastwards {
		return orb.Point{180, c.latitude}, orb.Point{-180, c.latitude}
	}
	return orb.Point{-180, c.latitude}, orb.Point{180, c.latitude}
}

// wrapLongitudes brings points to within ±180° and finds where the edges cross the meridian.
// Those on it are written as 180 or -180 as the point before them demands.
func wrapLongitudes(points []orb.Point) (wrapped []orb.Point, at []passage, err error) {
	wrapped = make([]orb.Point, len(points))
	for i, p := range points {
		if math.IsNaN(p[0]) || math.IsInf(p[0], 0) {
			return nil, nil, fmt.Errorf("position %d: longitude %v", i, p[0])
		}
		p = homeward(p)
		wrapped[i] = p
		if i == 0 {
			continue
		}
		a := wrapped[i-1]
		d := p[0] - a[0]
		switch {
		case math.Abs(d) <= 180:
		case math.Abs(p[0]) == 180:
			wrapped[i][0] = -p[0]
		case d < 0:
			at = append(at, passage{i - 1, true, meridianLatitude(a, p)})
		default:
			at = append(at, passage{i - 1, false, meridianLatitude(p, a)})
		}
	}
	return wrapped, at, nil
}

// meridianLatitude is where the edge from west, at 0° to 180°, to east, at -180° to 0°,
// crosses the meridian. Both directions of an edge give the same.
func meridianLatitude(west, east orb.Point) float64 {
	toMeridian := 180 - west[0]
	t := toMeridian / (toMeridian + (east[0] + 180))
	return west[1] + float64(t*(east[1]-west[1]))
}

func cutLine(line orb.LineString) (orb.MultiLineString, error) {
	if staysHome(line) {
		return orb.MultiLineString{line}, nil
	}
	points, at, err := wrapLongitudes(line)
	if err != nil {
		return nil, err
	}
	var lines orb.MultiLineString
	var part orb.LineString
	from := 0
	for _, c := range at {
		leave, enter := c.ends()
		part = addDistinct(append(part, points[from:c.after+1]...), leave)
		if len(part) > 1 {
			lines = append(lines, part)
		}
		part = orb.LineString{enter}
		from = c.after + 1
	}
	part = append(part, points[from:]...)
	if len(part) > 1 || len(lines) == 0 {
		lines = append(lines, part)
	}
	return lines, nil
}

// addDistinct appends a point, unless it is there already.
func addDistinct(points []orb.Point, p orb.Point) []orb.Point {
	if n := len(points); n > 0 && points[n-1] == p {
		return points
	}
	return append(points, p)
}

// reach is what a ring has between two crossings: it begins with that one, and
// ends at the next one of its ring.
type reach struct {
	passage
	points []orb.Point
	next   int // index of the reach in which the ring goes on
}

func cutPolygon(polygon orb.Polygon) (orb.MultiPolygon, error) {
	if !slices.ContainsFunc(polygon, func(ring orb.Ring) bool { return !staysHome(ring) }) {
		return orb.MultiPolygon{polygon}, nil
	}
	var spans []reach
	var whole []orb.Ring // rings that do not cross the meridian
	outer := false       // the outer ring is one of them
	for r, ring := range polygon {
		points, at, err := wrapLongitudes(awayFromMeridian(ring))
		if err != nil {
			return nil, fmt.Errorf("ring %d: %w", r, err)
		}
		if len(at) == 0 {
			whole = append(whole, points)
			outer = outer || r == 0
			continue
		}
		if points, at, err = leftHanded(points, at, r == 0); err != nil {
			return nil, fmt.Errorf("ring %d: %w", r, err)
		}
		spans = appendReaches(spans, points, at)
	}
	if len(spans) == 0 {
		rings := make(orb.Polygon, len(whole))
		copy(rings, whole)
		return orb.MultiPolygon{rings}, nil
	}
	pieces, err := closeReaches(spans)
	if err == nil && outer {
		err = errAcross
	}
	if err != nil {
		return nil, err
	}
	for _, hole := range whole {
		best, most := 0, -1
		for i, piece := range pieces {
			if n := countWithin(piece[0], hole); n > most {
				best, most = i, n
			}
		}
		pieces[best] = append(pieces[best], hole)
	}
	return pieces, nil
}

var errAcross = errors.New("its rings cross each other on the 180th meridian")

// awayFromMeridian is the ring begun at a point that is not on the meridian, if
// it has one: on which side that is meant to be is then known of all points.
func awayFromMeridian(ring orb.Ring) []orb.Point {
	n := len(ring)
	if n < 2 || ring[0] != ring[n-1] || math.Abs(ring[0][0]) != 180 {
		return ring
	}
	for i, p := range ring {
		if math.Abs(p[0]) != 180 {
			return append(slices.Concat(ring[i:n-1], ring[:i]), p)
		}
	}
	return ring
}

// leftHanded turns a ring that crosses the meridian so that what it bounds lies to
// its left: outer rings counter-clockwise, holes clockwise.
func leftHanded(points []orb.Point, at []passage, outer bool) ([]orb.Point, []passage, error) {
	n := len(points)
	if points[0] != points[n-1] {
		return nil, nil, errors.New("is not closed")
	}
	flat := make(orb.Ring, n)
	turn, k := 0.0, 0
	for i, p := range points {
		flat[i] = orb.Point{p[0] + float64(360*turn), p[1]}
		if k < len(at) && at[k].after == i {
			if at[k].eastwards {
				turn++
			} else {
				turn--
			}
			k++
		}
	}
	if turn != 0 {
		return nil, nil, errors.New("runs around a pole")
	}
	area := signedArea(flat)
	if area == 0 || math.IsNaN(area) {
		return nil, nil, errors.New("has no area")
	}
	if (area > 0) == outer {
		return points, at, nil
	}
	slices.Reverse(points)
	slices.Reverse(at)
	for i := range at {
		at[i].after = n - 2 - at[i].after
		at[i].eastwards = !at[i].eastwards
	}
	return points, at, nil
}

// appendReaches adds what a closed ring has between its crossings.
func appendReaches(spans []reach, points []orb.Point, at []passage) []reach {
	first := len(spans)
	for k, c := range at {
		_, enter := c.ends()
		end := at[(k+1)%len(at)]
		part := []orb.Point{enter}
		i := c.after + 1
		if k == len(at)-1 { // over the end of the ring, whose last point is its first
			for ; i < len(points)-1; i++ {
				part = addDistinct(part, points[i])
			}
			i = 0
		}
		for ; i <= end.after; i++ {
			part = addDistinct(part, points[i])
		}
		leave, _ := end.ends()
		spans = append(spans, reach{c, addDistinct(part, leave), first + (k+1)%len(at)})
	}
	return spans
}

// closeReaches closes the parts along the meridian. From south to north the crossings
// alternate, the first one eastwards; between that and the next one it is inside. So a
// part that leaves by one of such a pair goes on where the other one enters.
func closeReaches(spans []reach) (orb.MultiPolygon, error) {
	order := make([]int, len(spans))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(spans[i].latitude, spans[j].latitude), cmp.Compare(i, j))
	})
	other := make([]int, len(spans))
	for k, i := range order {
		eastwards := k%2 == 0
		if spans[i].eastwards != eastwards { // parts that touch in a point of the meridian
			swap := k + 1
			for swap < len(order) && spans[order[swap]].latitude == spans[i].latitude && spans[order[swap]].eastwards != eastwards {
				swap++
			}
			if swap == len(order) || spans[order[swap]].latitude != spans[i].latitude {
				return nil, errAcross
			}
			order[k], order[swap] = order[swap], i
		}
		if !eastwards {
			other[order[k]], other[order[k-1]] = order[k-1], order[k]
		}
	}
	var pieces orb.MultiPolygon
	done := make([]bool, len(spans))
	for first := len(spans) - 1; first >= 0; first-- { // the last one holds the beginning of a ring
		var ring orb.Ring
		for i := first; !done[i]; i = other[spans[i].next] {
			done[i] = true
			for _, p := range spans[i].points {
				ring = addDistinct(ring, p)
			}
		}
		if len(ring) > 0 {
			ring = addDistinct(ring, ring[0])
		}
		if len(ring) >= 4 {
			pieces = append(pieces, orb.Polygon{ring})
		}
	}
	if len(pieces) == 0 {
		return nil, errAcross
	}
	return pieces, nil
}

// countWithin is how many of the points are inside of the ring (even-odd).
func countWithin(ring orb.Ring, points []orb.Point) (n int) {
	for _, p := range points {
		inside := false
		for i := range ring[1:] {
			a, b := ring[i], ring[i+1]
			if (a[1] > p[1]) != (b[1] > p[1]) {
				if a[1] > b[1] {
					a, b = b, a
				}
				inside = inside != (robust.Orient(a, b, p) > 0)
			}
		}
		if inside {
			n++
		}
	}
	return n
}
