package partition_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// sound is a problem in which every field is used.
func sound() *partition.Problem {
	return &partition.Problem{
		K:              2,
		Points:         []orb.Point{{-180, -90}, {180, 90}, {0, 0}},
		Measures:       []partition.Measure{{Name: "hours", Value: []float64{1, 2, 3}, Tolerance: 0.1}},
		Contiguity:     partition.Adjacency{{1}, {0, 2}, {1}},
		Fixed:          []int{1, -1, -1},
		Forbidden:      [][2]int{{0, 0}, {2, 1}, {2, 1}},
		Homes:          []orb.Point{{1, 1}, {2, 2}},
		Seeds:          []int{2, 0},
		CenterCapacity: []float64{0, math.Inf(1), 3},
		Label:          func(unit int) string { return []string{"ada", "bob", "cyd"}[unit] },
	}
}

func TestValidate(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(p *partition.Problem)
		want  string // "" for none
	}{
		"sound":                 {func(p *partition.Problem) {}, ""},
		"number of territories": {func(p *partition.Problem) { *p = partition.Problem{Fixed: []int{4, -1}, Forbidden: [][2]int{{1, 7}}} }, ""},
		"no units":              {func(p *partition.Problem) { *p = partition.Problem{K: 3} }, ""},
		"K negative":            {func(p *partition.Problem) { *p = partition.Problem{K: -1} }, "K = -1: is negative"},
		"K absurd":              {func(p *partition.Problem) { *p = partition.Problem{K: math.MaxInt32, Fixed: []int{4}} }, "K = 2147483647: exceeds the 1 unit and the 1,048,576 territories that any plan may have"},
		"points":                {func(p *partition.Problem) { p.Points[1] = orb.Point{nan, 0}; p.Points[2] = orb.Point{0, inf} }, "Points[1] (bob) = [NaN 0]: is not finite\nPoints[2] (cyd) = [0 +Inf]: is not finite"},
		"degrees":               {func(p *partition.Problem) { p.Points[1] = orb.Point{39.9, 116.4}; p.Points[2] = orb.Point{181, 0} }, "Points[1] (bob) = [39.9 116.4]: has a latitude outside -90..90 (the longitude comes first)\nPoints[2] (cyd) = [181 0]: has a longitude outside -180..180"},
		"not degrees":           {func(p *partition.Problem) { p.Points[1] = orb.Point{5000, 9000}; p.Distance = planar.Distance }, ""},
		"no coordinates at all": {func(p *partition.Problem) {
			p.Points[1] = orb.Point{5000, 9000}
			p.Between = func(a, b int) float64 { return 1 }
		}, ""},
		"homes": {func(p *partition.Problem) { p.Homes = []orb.Point{{0, -91}} }, "Homes: has 1 entry for 2 territories\nHomes[0] = [0 -91]: has a latitude outside -90..90 (the longitude comes first)"},
		"measures": {func(p *partition.Problem) {
			p.Measures[0].Value = []float64{1, nan}
			p.Measures = append(p.Measures, partition.Measure{})
		}, "Measures[0].Value: has 2 entries for 3 units\nMeasures[0].Value[1] (bob) = NaN: is not a number\nMeasures[1].Value: has 0 entries for 3 units"},
		"centre capacity":        {func(p *partition.Problem) { p.CenterCapacity = []float64{-1} }, "CenterCapacity: has 1 entry for 3 units\nCenterCapacity[0] (ada) = -1: is negative"},
		"fixed":                  {func(p *partition.Problem) { p.Fixed = []int{1, 2, -2, 9} }, "Fixed: has 4 entries for 3 units\nFixed[1] (bob) = 2: is neither a territory (0..1) nor -1 (unassigned)\nFixed[2] (cyd) = -2: is neither a territory (0..1) nor -1 (unassigned)\nFixed[3] = 9: is neither a territory (0..1) nor -1 (unassigned)"},
		"seeds":                  {func(p *partition.Problem) { p.Seeds = []int{2, 2, 3}; p.Forbidden = nil }, "Seeds: has 3 entries for 2 territories\nSeeds[1] = 2: is the seed of territory 0 as well\nSeeds[2] = 3: is no unit: there are 3"},
		"seeds and fixed":        {func(p *partition.Problem) { p.Seeds = []int{0, 1} }, "Seeds[0] = 0: is a unit that Fixed gives to territory 1\nForbidden[0] = [0 0]: forbids what Seeds demands"},
		"forbidden":              {func(p *partition.Problem) { p.Forbidden = [][2]int{{3, 0}, {0, 2}, {-1, 0}} }, "Forbidden[0] = [3 0]: names no unit: there are 3\nForbidden[1] = [0 2]: names no territory: there are 2\nForbidden[2] = [-1 0]: names no unit: there are 3"},
		"forbidden and demanded": {func(p *partition.Problem) { p.Forbidden = [][2]int{{0, 1}, {2, 0}, {1, 1}} }, "Forbidden[0] = [0 1]: forbids what Fixed demands\nForbidden[1] = [2 0]: forbids what Seeds demands"},
		"open K": {func(p *partition.Problem) {
			*p = partition.Problem{Fixed: []int{-2}, Forbidden: [][2]int{{0, -1}}, Homes: make([]orb.Point, 2)}
		}, "Homes: has 2 entries for 0 territories\nFixed[0] = -2: is negative, but not -1 (unassigned)\nForbidden[0] = [0 -1]: names no territory"},
		"lists of neighbours": {func(p *partition.Problem) { p.Contiguity = partition.Adjacency{{0, 1, 1}, {2, 0}, {-1, 3}} }, "Contiguity[0] (ada) = 0: is the unit itself\nContiguity[0] (ada) = 1: is listed twice\nContiguity[1] (bob) = 0: comes after a greater neighbour\nContiguity[2] (cyd) = -1: is a neighbour, but there are only 3 units\nContiguity[2] (cyd) = 3: is a neighbour, but there are only 3 units"},
		"one-way neighbours":  {func(p *partition.Problem) { p.Contiguity = partition.Adjacency{{1, 2}, {0}} }, "Contiguity[0] (ada) = 2: is a neighbour, but not the other way round"},
	} {
		t.Run(name, func(t *testing.T) {
			p := sound()
			c.spoil(p)
			err := p.Validate()
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want)
			faults(t, err)
		})
	}
	require.EqualError(t, (*partition.Problem)(nil).Validate(), "Problem: is nil")
}

func TestProblemLen(t *testing.T) {
	require.Equal(t, 0, (&partition.Problem{}).Len())
	require.Equal(t, 3, sound().Len())
	require.Equal(t, 2, (&partition.Problem{Measures: []partition.Measure{{Value: make([]float64, 2)}}, Fixed: make([]int, 3)}).Len())
	require.Equal(t, 3, (&partition.Problem{Measures: []partition.Measure{{}}, Fixed: make([]int, 3)}).Len())
	require.Equal(t, 4, (&partition.Problem{CenterCapacity: make([]float64, 4)}).Len())
}

func TestFaults(t *testing.T) {
	var f partition.Faults
	require.NoError(t, f.Err())
	asked := 0
	label := func(i int) string { asked++; return string(rune('a' + i%26)) }
	for i := range 1000 {
		f.Add(partition.InputError{Field: "x", Index: i, Value: i, Why: "is odd"}, label)
		if i == 500 {
			f.Add(partition.InputError{Field: "y", Index: 0, Label: "mine", Why: "is even"}, label)
			f.Add(partition.InputError{Field: "x", Index: -1, Why: "is wrong as a whole"}, label)
		}
	}
	require.Equal(t, 1002, f.Len())
	all := faults(t, f.Err())
	require.Len(t, all, partition.ListedFaults+3)
	require.Equal(t, "x[19] (t) = 19: is odd", all[19].Error())
	require.Equal(t, "x: is wrong as a whole", all[20].Error())
	require.Equal(t, "x: and 980 faults more", all[21].Error())
	require.Equal(t, "y[0] (mine): is even", all[22].Error())
	require.Equal(t, partition.ListedFaults, asked, "labels of faults that are not listed are not asked for")
}
