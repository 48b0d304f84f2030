package geo_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
)

// A county whose ring ends a little beside its beginning, with a lake that lies
// next to it.
func ExampleCheck() {
	county := orb.MultiPolygon{{
		{{-93, 42}, {-92, 42}, {-92, 43}, {-93, 43}, {-93, 42.001}},
		{{-91.5, 42.1}, {-91.5, 42.2}, {-91.4, 42.2}, {-91.5, 42.1}},
	}}
	for _, f := range geo.Check(county, nil) {
		fmt.Println(f.Detail)
	}
	// Output:
	// area 0: the outer ring of part 0 ends at [-93 42.001], not where it began, at [-93 42]
	// area 0: hole 1 of part 0 lies outside of its outer ring
}

func TestCheckFindsEveryKind(t *testing.T) {
	big := orb.Ring{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}}
	cases := []struct {
		name  string
		area  orb.MultiPolygon
		kinds []geo.Kind
		part  int
		ring  int
		at    orb.Point
	}{
		{name: "clean", area: orb.MultiPolygon{{big, {{1, 1}, {1, 2}, {2, 2}, {1, 1}}}}},
		{name: "no rings", area: orb.MultiPolygon{{}, {nil}}},
		{name: "not finite", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {math.NaN(), 3}, {0, 9}, {0, 0}}}}, kinds: []geo.Kind{geo.NotFinite}, at: orb.Point{9, 9}},
		{name: "too large", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {1e300, 3}, {0, 9}, {0, 0}}}}, kinds: []geo.Kind{geo.NotFinite}, at: orb.Point{9, 9}},
		{name: "unclosed", area: orb.MultiPolygon{{big[:4]}}, kinds: []geo.Kind{geo.Unclosed}, at: orb.Point{0, 9}},
		{name: "repeated", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 0}, {9, 9}, {0, 0}}}}, kinds: []geo.Kind{geo.Repeated}, at: orb.Point{9, 0}},
		{name: "two positions", area: orb.MultiPolygon{{{{1, 0}, {9, 0}, {1, 0}}}}, kinds: []geo.Kind{geo.Degenerate}, at: orb.Point{1, 0}},
		{name: "one position", area: orb.MultiPolygon{{{{1, 0}, {1, 0}}}}, kinds: []geo.Kind{geo.Repeated, geo.Degenerate}, at: orb.Point{1, 0}},
		{name: "nothing finite", area: orb.MultiPolygon{{{{math.Inf(1), 0}, {1, math.NaN()}}}}, kinds: []geo.Kind{geo.NotFinite, geo.Degenerate}},
		{name: "on a line", area: orb.MultiPolygon{{big, {{1, 1}, {2, 2}, {5, 5}, {1, 1}}}}, kinds: []geo.Kind{geo.Degenerate}, ring: 1, at: orb.Point{1, 1}},
		{name: "holes in nothing", area: orb.MultiPolygon{{{{1, 1}, {2, 2}, {1, 1}}, {{0, 0}, {5, 5}, {5, 0}}}}, kinds: []geo.Kind{geo.Degenerate}, at: orb.Point{1, 1}},
		{name: "a hole in no ring", area: orb.MultiPolygon{{nil, nil, {{3, 3}, {5, 5}, {5, 0}, {3, 3}}}}, kinds: []geo.Kind{geo.Degenerate}, at: orb.Point{3, 3}},
		{name: "out of range", area: orb.MultiPolygon{{{{170, 0}, {190, 0}, {190, 9}, {170, 0}}}}, kinds: []geo.Kind{geo.OutOfRange}, at: orb.Point{190, 0}},
		{name: "swapped", area: orb.MultiPolygon{{{{40, -95}, {42, -95}, {42, -93}, {40, -93}, {40, -95}}}}, kinds: []geo.Kind{geo.Swapped}, at: orb.Point{40, -95}},
		{name: "antimeridian", area: orb.MultiPolygon{{{{179, 50}, {-179, 50}, {-179, 51}, {179, 51}, {179, 50}}}}, kinds: []geo.Kind{geo.Antimeridian, geo.Winding}, at: orb.Point{179, 50}},
		{name: "the whole world", area: orb.MultiPolygon{{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}}},
		{name: "clockwise", area: orb.MultiPolygon{{{{0, 0}, {0, 9}, {9, 9}, {0, 0}}}}, kinds: []geo.Kind{geo.Winding}, at: orb.Point{0, 0}},
		{name: "hole counter-clockwise", area: orb.MultiPolygon{{big, {{1, 1}, {2, 2}, {1, 2}, {1, 1}}}}, kinds: []geo.Kind{geo.Winding}, ring: 1, at: orb.Point{1, 1}},
		{name: "self-touch", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}, {2, 4}, {4, 2}, {0, 0}}}}, kinds: []geo.Kind{geo.SelfTouch}, at: orb.Point{0, 0}},
		{name: "self-touch within an edge", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {6, 9}, {4, 0}, {2, 9}, {0, 9}, {0, 0}}}}, kinds: []geo.Kind{geo.SelfTouch}, at: orb.Point{4, 0}},
		{name: "self-cross", area: orb.MultiPolygon{{{{0, 0}, {9, 9}, {9, 0}, {0, 8}, {0, 0}}}}, kinds: []geo.Kind{geo.SelfCross, geo.Winding}, at: orb.Point{72. / 17, 72. / 17}},
		{name: "self-cross at a vertex", area: orb.MultiPolygon{{{{0, 0}, {4, 4}, {9, 9}, {9, 0}, {4, 4}, {0, 8}, {0, 0}}}}, kinds: []geo.Kind{geo.SelfCross, geo.Winding}, at: orb.Point{4, 4}},
		{name: "spike", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {12, 0}, {9, 0}, {9, 9}, {0, 0}}}}, kinds: []geo.Kind{geo.SelfCross}, at: orb.Point{9, 0}},
		{name: "rings cross", area: orb.MultiPolygon{{big, {{8, 1}, {8, 2}, {10, 2}, {10, 1}, {8, 1}}}}, kinds: []geo.Kind{geo.RingsCross}, at: orb.Point{9, 2}},
		{name: "rings share an edge", area: orb.MultiPolygon{{big, {{8, 1}, {8, 2}, {9, 2}, {9, 1}, {8, 1}}}}, kinds: []geo.Kind{geo.RingsCross}, at: orb.Point{9, 1}},
		{name: "hole outside", area: orb.MultiPolygon{{big, {{10, 1}, {10, 2}, {11, 2}, {10, 1}}}}, kinds: []geo.Kind{geo.HoleOutside}, ring: 1, at: orb.Point{10, 1}},
		{name: "hole outside, touching with all its corners", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {5, 5}, {0, 9}, {0, 0}}, {{9, 0}, {5, 5}, {0, 9}, {9, 9}, {9, 0}}}},
			kinds: []geo.Kind{geo.RingsCross}, at: orb.Point{5, 5}},
		{name: "hole outside, all corners on the outer ring", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {6, 9}, {5, 4}, {4, 4}, {3, 9}, {0, 9}, {0, 0}},
			{{3, 9}, {6, 9}, {4.5, 4}, {3, 9}}}}, kinds: []geo.Kind{geo.HoleOutside}, ring: 1, at: orb.Point{3, 9}},
		{name: "hole inside, all corners on the outer ring", area: orb.MultiPolygon{{{{0, 0}, {9, 0}, {9, 9}, {0, 9}, {0, 0}},
			{{0, 0}, {4, 9}, {9, 9}, {9, 4}, {0, 0}}}}, kinds: []geo.Kind{geo.RingsCross}, at: orb.Point{9, 4}},
		{name: "hole inside, cutting off three corners", area: orb.MultiPolygon{{big, {{0, 3}, {4, 9}, {9, 4}, {0, 3}}}}, kinds: []geo.Kind{geo.InteriorSplit}, ring: -1, at: orb.Point{4, 9}},
		{name: "hole nested", area: orb.MultiPolygon{{big, {{1, 1}, {1, 8}, {8, 8}, {8, 1}, {1, 1}}, {{2, 2}, {2, 3}, {3, 3}, {2, 2}}}}, kinds: []geo.Kind{geo.HoleNested}, ring: 2, at: orb.Point{2, 2}},
		{name: "part nested", area: orb.MultiPolygon{{big}, {{{2, 2}, {3, 3}, {2, 3}, {2, 2}}}}, kinds: []geo.Kind{geo.PartNested}, part: 1, at: orb.Point{2, 2}},
		{name: "part in a hole", area: orb.MultiPolygon{{big, {{1, 1}, {1, 8}, {8, 8}, {8, 1}, {1, 1}}}, {{{2, 2}, {3, 3}, {2, 3}, {2, 2}}}}},
		{name: "interior split", area: orb.MultiPolygon{{big, {{0, 4}, {4, 5}, {9, 4}, {4, 4}, {0, 4}}}}, kinds: []geo.Kind{geo.InteriorSplit}, ring: -1, at: orb.Point{9, 4}},
		{name: "hole that touches once", area: orb.MultiPolygon{{big, {{0, 4}, {4, 5}, {8, 4}, {4, 4}, {0, 4}}}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var kinds []geo.Kind
			found := geo.Check(c.area, nil)
			for _, f := range found {
				kinds = append(kinds, f.Kind)
				require.Equal(t, []int{0}, f.Areas)
				require.NotEmpty(t, f.Detail)
			}
			slices.Sort(kinds)
			want := slices.Clone(c.kinds)
			slices.Sort(want)
			require.Equal(t, want, kinds, found)
			if len(found) > 0 {
				i := slices.IndexFunc(found, func(f geo.Finding) bool { return f.Kind == c.kinds[0] })
				require.Equal(t, []any{c.part, c.ring}, []any{found[i].Part, found[i].Ring})
				require.InDelta(t, c.at[0], found[i].At[0], 1e-12, found[i].Detail)
				require.InDelta(t, c.at[1], found[i].At[1], 1e-12, found[i].Detail)
			}
		})
	}
	degrees := orb.MultiPolygon{{{{40, -95}, {420, -95}, {42, -93}, {40, -95}}}}
	require.Empty(t, geo.Check(degrees, geo.Plane{}), "coordinates of a plane have no range")
}

// A ring rotated or turned around, and an area whose parts change places, are as
// valid as before.
func TestCheckDoesNotDependOnTheOrder(t *testing.T) {
	for _, c := range [][]geo.Kind{{geo.SelfTouch}, {geo.SelfCross}} {
		require.True(t, c[0].Invalid())
	}
	ring := orb.Ring{{0, 0}, {9, 0}, {9, 9}, {6, 9}, {4, 0}, {2, 9}, {0, 9}}
	for i := range ring {
		turned := append(slices.Clone(ring[i:]), ring[:i]...)
		require.False(t, valid(orb.MultiPolygon{{append(turned, turned[0])}}))
		slices.Reverse(turned)
		require.False(t, valid(orb.MultiPolygon{{append(turned, turned[0])}}))
	}
}

func TestKindsHaveNames(t *testing.T) {
	seen := map[string]bool{}
	for k := geo.NotFinite; k <= geo.Sliver; k++ {
		require.NotEqual(t, "unknown", k.String())
		require.False(t, seen[k.String()], k.String())
		seen[k.String()] = true
	}
	require.Equal(t, "unknown", geo.Kind(0).String())
	require.Equal(t, "unknown", (geo.Sliver + 1).String())
	require.False(t, geo.Winding.Invalid())
	require.Equal(t, []string{"rook", "queen", "unknown"}, []string{geo.Rook.String(), geo.Queen.String(), geo.Contact(9).String()})
}
