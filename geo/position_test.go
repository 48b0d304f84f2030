package geo_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jts"
)

func ExamplePosition() {
	lake := orb.Ring{{4, 4}, {6, 4}, {6, 6}, {4, 6}, {4, 4}}
	county := orb.MultiPolygon{{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 0}}, lake}}
	fmt.Println(geo.Position(county, orb.Point{1, 1}))
	fmt.Println(geo.Position(county, orb.Point{5, 5}))
	fmt.Println(geo.Position(county, orb.Point{4, 5}))
	// Output:
	// inside
	// outside
	// on the border
}

func TestPosition(t *testing.T) {
	twice := orb.MultiPolygon{{squareRing(0, 0, 2)}, {squareRing(1, 0, 2)}}
	kite := areaOf(orb.Ring{{0, -1}, {1, 0}, {0, 1}, {-1, 0}})
	for _, c := range []struct {
		area orb.MultiPolygon
		p    orb.Point
		want geo.Side
	}{
		{nil, orb.Point{}, geo.Outside},
		{orb.MultiPolygon{nil, {nil}}, orb.Point{}, geo.Outside},
		{areaOf(orb.Ring{{1, 1}}), orb.Point{1, 1}, geo.OnBorder},
		{twice, orb.Point{1, 1}, geo.Inside},   // on an edge of one, within the other
		{twice, orb.Point{1, 0}, geo.OnBorder}, // on edges of both
		{twice, orb.Point{3, 2}, geo.OnBorder},
		{twice, orb.Point{3.5, 2}, geo.Outside},
		{kite, orb.Point{0, 0}, geo.Inside}, // level with two corners
		{kite, orb.Point{-2, 0}, geo.Outside},
		{kite, orb.Point{2, 0}, geo.Outside},
		{kite, orb.Point{-2, 1}, geo.Outside},
		{kite, orb.Point{-2, -1}, geo.Outside},
		{kite, orb.Point{math.Nextafter(0.5, 1), 0.5}, geo.Outside},
		{kite, orb.Point{math.Nextafter(0.5, 0), 0.5}, geo.Inside},
		{kite, orb.Point{math.NaN(), 0}, geo.Outside},
		{kite, orb.Point{0, math.NaN()}, geo.Outside},
		{kite, orb.Point{math.Inf(1), 0}, geo.Outside},
		{kite, orb.Point{0, math.Inf(-1)}, geo.Outside},
	} {
		require.Equal(t, c.want, geo.Position(c.area, c.p), "%v in %v", c.p, c.area)
	}
}

// The relations of points to areas in the suite of JTS.
func TestPositionLiterature(t *testing.T) {
	covered, left := map[string]int{}, map[string]int{}
	for _, c := range jts.Cases(t) {
		for _, check := range c.Checks {
			if !relational(check.Op) {
				continue
			}
			points, areas, swapped, why := operands(check)
			if why != "" {
				left[why]++
				continue
			}
			if c.File == "robust/TestRobustRelateFloat.xml" {
				// The point (0.95 0.05) is on the line from (1 0) to (0 1) in decimals,
				// and 4e-17 inside of it in the binary numbers that it is read as.
				left["that mean decimal numbers"]++
				continue
			}
			matrix := relate(points, areas)
			if swapped {
				matrix = transpose(matrix)
			}
			covered[check.Op]++
			require.Equal(t, check.Want, fmt.Sprint(answer(check, matrix, swapped)), "%s: %s %s: we have %s", c.Name(), check.Op, check.Arg, matrix)
		}
	}
	require.NotEmpty(t, covered)
	sum := 0
	for _, op := range slices.Sorted(keys(covered)) {
		t.Logf("covered: %4d %s", covered[op], op)
		sum += covered[op]
	}
	for _, why := range slices.Sorted(keys(left)) {
		t.Logf("not covered: %4d, %s", left[why], why)
	}
	t.Logf("covered in all: %d", sum)
}

func keys(m map[string]int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func relational(op string) bool {
	return slices.Contains([]string{"relate", "contains", "covers", "coveredby", "intersects", "within", "touches", "disjoint", "crosses", "overlaps", "equalstopo"}, op)
}

// operands are the points and the area of a check, and whether the area comes first.
func operands(check jts.Check) (points []orb.Point, areas orb.MultiPolygon, swapped bool, why string) {
	if check.Left == nil || check.Right == nil {
		return nil, nil, false, "of one geometry"
	}
	a, b := kind(check.Left), kind(check.Right)
	switch {
	case a == "points" && b == "areas":
		points, areas = pointsOf(check.Left), areaOfAny(check.Right)
	case a == "areas" && b == "points":
		points, areas, swapped = pointsOf(check.Right), areaOfAny(check.Left), true
	default:
		return nil, nil, false, "of " + min(a, b) + " and " + max(a, b)
	}
	return points, areas, swapped, ""
}

func kind(g orb.Geometry) string {
	switch g.(type) {
	case orb.Point, orb.MultiPoint:
		return "points"
	case orb.Polygon, orb.MultiPolygon:
		return "areas"
	case orb.Collection:
		return "collections"
	}
	return "lines"
}

func pointsOf(g orb.Geometry) []orb.Point {
	if p, ok := g.(orb.Point); ok {
		return []orb.Point{p}
	}
	return g.(orb.MultiPoint)
}

func areaOfAny(g orb.Geometry) orb.MultiPolygon {
	if p, ok := g.(orb.Polygon); ok {
		return orb.MultiPolygon{p}
	}
	return g.(orb.MultiPolygon)
}

// relate is the matrix of the dimensions in which interior, border and outside
// of the points meet those of the area.
func relate(points []orb.Point, areas orb.MultiPolygon) string {
	m := []byte("FFFFFFFF2")
	for _, p := range points {
		m[2-geo.Position(areas, p)] = '0'
	}
	for _, a := range areas {
		if len(a) > 0 && len(a[0]) > 0 {
			m[6], m[7] = '2', '1'
		}
	}
	return string(m)
}

func transpose(m string) string {
	return string([]byte{m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]})
}

// answer reads the answer of an operation from the matrix.
func answer(check jts.Check, m string, swapped bool) bool {
	meet := func(at ...int) bool {
		return slices.ContainsFunc(at, func(i int) bool { return m[i] != 'F' })
	}
	switch check.Op {
	case "relate":
		for i, want := range []byte(strings.ToUpper(check.Arg)) {
			if !(want == '*' || want == m[i] || want == 'T' && m[i] != 'F') {
				return false
			}
		}
		return true
	case "intersects":
		return meet(0, 1, 3, 4)
	case "disjoint":
		return !meet(0, 1, 3, 4)
	case "touches":
		return !meet(0) && meet(1, 3, 4)
	case "within":
		return meet(0) && !meet(2, 5)
	case "coveredby":
		return meet(0, 1, 3, 4) && !meet(2, 5)
	case "contains":
		return meet(0) && !meet(6, 7)
	case "covers":
		return meet(0, 1, 3, 4) && !meet(6, 7)
	case "crosses": // the interior of the smaller dimension is on both sides
		if swapped {
			return meet(0) && meet(6)
		}
		return meet(0) && meet(2)
	case "overlaps": // of different dimension: never
		return false
	}
	if m == "FFFFFFFF2" {
		return true // both are empty, and thus equal
	}
	return !meet(2, 5, 6, 7)
}
