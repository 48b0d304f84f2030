package geo_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/geo"
	"github.com/territory-go/territory/partition"
)

// block is an area of one polygon, counter-clockwise.
func block(x, y, side float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}}
}

// grid is columns × rows unit squares, row by row from the lower left.
func grid(columns, rows int) []orb.MultiPolygon {
	var all []orb.MultiPolygon
	for y := range rows {
		for x := range columns {
			all = append(all, block(float64(x), float64(y), 1))
		}
	}
	return all
}

// Four square counties; the fourth is twice as wide as those above it, so that
// one of its sides runs along two of theirs.
func ExampleNewCoverage() {
	counties := []orb.MultiPolygon{
		block(0, 2, 1), block(1, 2, 1), block(2, 2, 1),
		block(0, 0, 2),
	}
	c, err := geo.NewCoverage(counties, 0)
	if err != nil {
		panic(err)
	}
	rook := c.Contiguity(geo.Rook, geo.Plane{})
	queen := c.Contiguity(geo.Queen, geo.Plane{})
	fmt.Println(rook.Neighbors(3), rook.Border(3, 0))
	fmt.Println(queen.Neighbors(3), queen.Border(3, 2))
	// Output:
	// [0 1] 1
	// [0 1 2] 0
}

func ExampleCoverage_Dissolve() {
	c, err := geo.NewCoverage(grid(3, 1), 0)
	if err != nil {
		panic(err)
	}
	plan, err := partition.NewPlan(2, []int{0, 0, 1})
	if err != nil {
		panic(err)
	}
	shapes, err := c.Dissolve(plan)
	if err != nil {
		panic(err)
	}
	fmt.Println(shapes[0])
	fmt.Println(shapes[1])
	perimeters, err := c.Perimeters(plan, geo.Plane{})
	if err != nil {
		panic(err)
	}
	fmt.Println(perimeters)
	// Output:
	// [[[[0 0] [1 0] [2 0] [2 1] [1 1] [0 1] [0 0]]]]
	// [[[[2 0] [3 0] [3 1] [2 1] [2 0]]]]
	// [6 4]
}

// A ring road of eight districts around a ninth.
func ExampleCoverage_Outline() {
	c, err := geo.NewCoverage(grid(3, 3), 0)
	if err != nil {
		panic(err)
	}
	ring, err := c.Outline([]int{0, 1, 2, 3, 5, 6, 7, 8})
	if err != nil {
		panic(err)
	}
	fmt.Println(len(ring), "part, its hole is", ring[0][1])
	// Output:
	// 1 part, its hole is [[1 1] [1 2] [2 2] [2 1] [1 1]]
}

func TestInputErrors(t *testing.T) {
	for _, snap := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := geo.NewCoverage(nil, snap)
		require.ErrorIs(t, err, partition.ErrInput)
		require.ErrorContains(t, err, "snap")
	}
	c, err := geo.NewCoverage(grid(2, 1), 0)
	require.NoError(t, err)
	_, err = c.Outline([]int{0, 2, -1})
	require.ErrorContains(t, err, "units[1]")
	require.ErrorContains(t, err, "units[2]")
	_, err = c.Dissolve(nil)
	require.ErrorIs(t, err, partition.ErrInput)
	short, err := partition.NewPlan(1, []int{0})
	require.NoError(t, err)
	_, err = c.Dissolve(short)
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = c.Perimeters(short, nil)
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = c.Dissolve(table{0, 7})
	require.ErrorContains(t, err, "plan[1]")
}

// table is a plan of 2 territories that checks nothing.
type table []int

func (p table) Len() int        { return len(p) }
func (p table) K() int          { return 2 }
func (p table) Of(unit int) int { return p[unit] }

// Fiji is cut at the antimeridian; its provinces are neighbours all the same.
func TestNeighboursAcrossTheAntimeridian(t *testing.T) {
	areas := []orb.MultiPolygon{
		{block(179, -17, 1)[0], block(-180, -17, 1)[0]}, // on both sides
		block(179, -18, 1), rectangle(-180, -18, -179, -17.5),
		rectangle(-180, -19, -179, -18),
	}
	c, err := geo.NewCoverage(areas, 0)
	require.NoError(t, err)
	rook, queen, plane := c.Contiguity(geo.Rook, nil), c.Contiguity(geo.Queen, nil), c.Contiguity(geo.Queen, geo.Plane{})
	require.Equal(t, [][]int{{1}, {0, 2}, {1, 3}, {2}}, neighbors(rook), "half of the border of 1 is with 2")
	require.Equal(t, [][]int{{1}, {0, 2, 3}, {1, 3}, {1, 2}}, neighbors(queen))
	require.Equal(t, [][]int{{1}, {0}, {3}, {2}}, neighbors(plane))
	half := geo.Geodesic{}.Distance(orb.Point{180, -18}, orb.Point{180, -17.5})
	require.Equal(t, half, rook.Border(2, 1))
	plan, err := partition.NewPlan(2, []int{0, 1, 1, 1})
	require.NoError(t, err)
	lengths, err := c.Perimeters(plan, nil)
	require.NoError(t, err)
	around := geo.Geodesic{}.Distance
	width := func(latitude float64) float64 { return around(orb.Point{179, latitude}, orb.Point{180, latitude}) }
	require.InDelta(t, 2*(width(-17)+width(-16))+2*around(orb.Point{179, -17}, orb.Point{179, -16}), lengths[0], 1e-6)
}

func neighbors(g *geo.Contiguity) [][]int {
	all := make([][]int, g.Len())
	for u := range all {
		if list := g.Neighbors(u); len(list) > 0 {
			all[u] = list
		}
	}
	return all
}

func BenchmarkCoverage(b *testing.B) {
	areas := grid(100, 100)
	c, err := geo.NewCoverage(areas, 0)
	require.NoError(b, err)
	of := make([]int, len(areas))
	for i := range of {
		of[i] = i % 100 / 20
	}
	plan, err := partition.NewPlan(5, of)
	require.NoError(b, err)
	for _, method := range []struct {
		name string
		run  func()
	}{
		{"build", func() { _, _ = geo.NewCoverage(areas, 0) }},
		{"snap", func() { _, _ = geo.NewCoverage(areas, 0.01) }},
		{"rook", func() { c.Contiguity(geo.Rook, nil) }},
		{"queen", func() { c.Contiguity(geo.Queen, nil) }},
		{"dissolve", func() { _, _ = c.Dissolve(plan) }},
		{"perimeters", func() { _, _ = c.Perimeters(plan, nil) }},
		{"findings", func() { c.Findings(nil) }},
	} {
		b.Run("method="+method.name+"/n=10000", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				method.run()
			}
		})
	}
}

// Everybody may ask at the same time.
func TestCoverageIsSafeForConcurrentUse(t *testing.T) {
	areas := append(grid(6, 6), block(2.5, 2.5, 2))
	c, err := geo.NewCoverage(areas, 0)
	require.NoError(t, err)
	plan, err := partition.NewPlan(3, make([]int, len(areas)))
	require.NoError(t, err)
	var wg sync.WaitGroup
	answers := make([]string, 8)
	for i := range answers {
		wg.Go(func() {
			shapes, err := c.Dissolve(plan)
			lengths, _ := c.Perimeters(plan, nil)
			slivers, _ := c.Slivers(0.1, nil)
			answers[i] = fmt.Sprint(shapes, err, lengths, slivers, c.Findings(nil), neighbors(c.Contiguity(geo.Queen, nil)))
		})
	}
	wg.Wait()
	for _, answer := range answers {
		require.Equal(t, answers[0], answer)
	}
}
