package geo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/internal/jts"
)

// The coverage tests of the JTS Topology Suite, where they ask what this
// package answers: which areas do not fit their neighbours, where the gaps are,
// and what the union is.
func TestCoverageCasesLiterature(t *testing.T) {
	var cases []struct {
		Class, Test, Check string
		Args               []any
	}
	readJSON(t, &cases, "geo", "conformance", "jts-coverage-cases.json.gz")
	covered, uncovered := map[string]int{}, map[string]int{}
	for _, c := range cases {
		t.Run(c.Class+"/"+c.Test, func(t *testing.T) {
			name := c.Class + "." + c.Check
			ours := true
			switch name {
			case "CoverageValidatorTest.checkValid":
				require.Empty(t, misfitting(misfits(t, textsOf(c.Args[0]), 0)))
			case "CoverageValidatorTest.checkInvalid":
				require.Equal(t, expected(c.Args[1]), misfitting(misfits(t, textsOf(c.Args[0]), 0)))
			case "CoverageValidatorTest.checkInvalidWithGaps":
				require.Equal(t, expected(c.Args[2]), misfitting(misfits(t, textsOf(c.Args[0]), c.Args[1].(float64))))
			case "CoveragePolygonValidatorTest.checkValid":
				require.NotContains(t, misfitting(misfits(t, textsOf(c.Args), 0)), 0)
			case "CoveragePolygonValidatorTest.checkInvalid":
				require.Contains(t, misfitting(misfits(t, textsOf(c.Args[:2]), 0)), 0)
			case "CoveragePolygonValidatorTest.checkInvalidGap":
				require.Contains(t, misfitting(misfits(t, textsOf(c.Args[:2]), c.Args[2].(float64))), 0)
			case "CoverageGapFinderTest.checkGaps":
				var gaps []orb.Polygon
				for _, f := range misfits(t, textsOf(c.Args[:1]), 0) {
					if f.Kind == geo.Gap {
						gaps = append(gaps, f.Witness)
					}
				}
				want := polygons(t, c.Args[2].(string))
				require.Equal(t, outlines(want), outlines(gaps))
			case "CoverageUnionTest.checkUnion":
				var want []orb.Polygon
				if text, ok := c.Args[1].(string); ok {
					want = polygons(t, text)
				}
				require.Equal(t, outlines(want), outlines(unionOf(t, c.Args[0].(string))))
			case "CoverageUnionTest.checkError":
				// JTS gives up; the union is made all the same, and the reason reported.
				shape := unionOf(t, c.Args[0].(string))
				require.True(t, valid(shape))
				require.NotEmpty(t, misfits(t, textsOf(c.Args[:1]), 0))
			default:
				ours = false
			}
			if ours {
				covered[name]++
			} else {
				uncovered[name]++
			}
		})
	}
	t.Logf("covered: %v", covered)
	t.Logf("not covered: %v", uncovered)
	t.Log("the cleaner and the simplifier change shapes, which this package does not; the edges of rings are a step of the simplifier")
}

func textsOf(arg any) []string {
	var all []string
	for _, text := range arg.([]any) {
		if text, ok := text.(string); ok {
			all = append(all, text)
		}
	}
	return all
}

// expected lists the areas for which lines are given that do not fit.
func expected(arg any) []int {
	var all []int
	for i, line := range arg.([]any) {
		if line != nil {
			all = append(all, i)
		}
	}
	return all
}

// polygons reads all polygons of a text.
func polygons(t *testing.T, text string) []orb.Polygon {
	g, err := jts.Parse(text)
	if err != nil && strings.HasPrefix(text, "MULTIPOLYGON") { // one bracket too many, behind the first polygon
		g, err = jts.Parse(text[:strings.Index(text, ")))")+3])
	}
	require.NoError(t, err, text)
	return polygonsOf(g)
}

func polygonsOf(g orb.Geometry) (all []orb.Polygon) {
	switch g := g.(type) {
	case orb.Polygon:
		return []orb.Polygon{g}
	case orb.MultiPolygon:
		return g
	case orb.Collection:
		for _, member := range g {
			all = append(all, polygonsOf(member)...)
		}
	}
	return all
}

// misfits are the findings between the areas of the texts; where the first text
// stands alone or is followed by one other, polygons of a text are areas each.
func misfits(t *testing.T, list []string, width float64) []geo.Finding {
	var areas []orb.MultiPolygon
	for i, text := range list {
		if all := polygons(t, text); len(list) == 1 || len(list) == 2 && i == 1 {
			for _, p := range all {
				areas = append(areas, orb.MultiPolygon{p})
			}
		} else {
			areas = append(areas, all)
		}
	}
	c, err := geo.NewCoverage(areas, 0)
	require.NoError(t, err)
	var found []geo.Finding
	for _, f := range c.Findings(geo.Plane{}) {
		if f.Kind >= geo.MissingVertex {
			found = append(found, f)
		}
	}
	if width > 0 {
		slivers, err := c.Slivers(width, geo.Plane{})
		require.NoError(t, err)
		found = append(found, slivers...)
	}
	return found
}

// misfitting lists the areas that findings name.
func misfitting(found []geo.Finding) []int {
	var all []int
	for _, f := range found {
		if f.Kind != geo.Gap {
			all = append(all, f.Areas...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unionOf is the outline of all polygons of a text, an area each.
func unionOf(t *testing.T, text string) orb.MultiPolygon {
	var areas []orb.MultiPolygon
	var units []int
	for i, p := range polygons(t, text) {
		areas = append(areas, orb.MultiPolygon{p})
		units = append(units, i)
	}
	c, err := geo.NewCoverage(areas, 0)
	require.NoError(t, err)
	shape, err := c.Outline(units)
	require.NoError(t, err)
	return shape
}

// outlines writes polygons so that only their shape counts: rings as sorted lists
// of edges without direction.
func outlines(all []orb.Polygon) []string {
	var lines []string
	for _, p := range all {
		var rings []string
		for _, ring := range p {
			var edges []string
			for i := range ring[1:] {
				a, b := ring[i], ring[i+1]
				if b[0] < a[0] || b[0] == a[0] && b[1] < a[1] {
					a, b = b, a
				}
				edges = append(edges, fmt.Sprint(a, b))
			}
			slices.Sort(edges)
			rings = append(rings, strings.Join(edges, ""))
		}
		slices.Sort(rings[1:])
		lines = append(lines, strings.Join(rings, " hole "))
	}
	slices.Sort(lines)
	return lines
}
