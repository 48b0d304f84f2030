package partition_test

import (
	"math"
	"strings"
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

// lines is the message of several faults.
func lines(faults ...string) string { return strings.Join(faults, "\n") }

func TestValidate(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(p *partition.Problem)
		want  string // "" for none
	}{
		"sound": {func(p *partition.Problem) {}, ""},
		"number of territories": {func(p *partition.Problem) {
			*p = partition.Problem{Fixed: []int{4, -1}, Forbidden: [][2]int{{1, 7}}}
		}, ""},
		"no units": {func(p *partition.Problem) {
			*p = partition.Problem{K: 3}
		}, ""},
		"K negative": {func(p *partition.Problem) {
			*p = partition.Problem{K: -1}
		}, "K = -1: is negative"},
		"K absurd": {func(p *partition.Problem) {
			*p = partition.Problem{K: math.MaxInt32, Fixed: []int{4}}
		}, "K = 2147483647: exceeds the 1 unit and the 1,048,576 territories that any plan may have"},
		"K faulty, and all else by itself": {func(p *partition.Problem) {
			p.K = 2_000_000
			p.Measures[0].Target = []float64{1, nan, 3}
		}, lines(
			"K = 2000000: exceeds the 3 units and the 1,048,576 territories that any plan may have",
			"Measures[0].Target[1] = NaN: is not a number",
		)},
		"points": {func(p *partition.Problem) {
			p.Points[1] = orb.Point{nan, 0}
			p.Points[2] = orb.Point{0, inf}
		}, lines(
			"Points[1] (bob) = [NaN 0]: is not finite",
			"Points[2] (cyd) = [0 +Inf]: is not finite",
		)},
		"degrees": {func(p *partition.Problem) {
			p.Points[1] = orb.Point{39.9, 116.4}
			p.Points[2] = orb.Point{181, 0}
		}, lines(
			"Points[1] (bob) = [39.9 116.4]: has a latitude outside -90..90 (the longitude comes first)",
			"Points[2] (cyd) = [181 0]: has a longitude outside -180..180",
		)},
		"not degrees": {func(p *partition.Problem) {
			p.Points[1] = orb.Point{5000, 9000}
			p.Distance = planar.Distance
		}, ""},
		"no coordinates at all": {func(p *partition.Problem) {
			p.Points[1] = orb.Point{5000, 9000}
			p.Between = func(a, b int) float64 { return 1 }
		}, ""},
		"homes": {func(p *partition.Problem) {
			p.Homes = []orb.Point{{0, -91}}
		}, lines(
			"Homes: has 1 entry for 2 territories",
			"Homes[0] = [0 -91]: has a latitude outside -90..90 (the longitude comes first)",
		)},
		"measures": {func(p *partition.Problem) {
			p.Measures[0].Value = []float64{1, nan}
			p.Measures = append(p.Measures, partition.Measure{})
		}, lines(
			"Measures[0].Value: has 2 entries for 3 units",
			"Measures[0].Value[1] (bob) = NaN: is not a number",
			"Measures[1].Value: has 0 entries for 3 units",
		)},
		"centre capacity": {func(p *partition.Problem) {
			p.CenterCapacity = []float64{-1}
		}, lines(
			"CenterCapacity: has 1 entry for 3 units",
			"CenterCapacity[0] (ada) = -1: is negative",
		)},
		"features": {func(p *partition.Problem) {
			p.Features = [][]float64{{1, 2}, {3}, {4, inf}, {}}
		}, lines(
			"Features: has 4 entries for 3 units",
			"Features: are given in place of Points: one of the two must be nil",
			"Features[1] (bob) = 1: has 1 coordinate, Features[0] has 2",
			"Features[2] (cyd) = +Inf: is not finite, in coordinate 1",
			"Features[3] = 0: has 0 coordinates, Features[0] has 2",
		)},
		"features without coordinates": {func(p *partition.Problem) {
			p.Points, p.Features = nil, [][]float64{{}, {}, {}}
		}, lines(
			"Features[0] (ada) = 0: has no coordinates",
			"Features[1] (bob) = 0: has no coordinates",
			"Features[2] (cyd) = 0: has no coordinates",
		)},
		"weight": {func(p *partition.Problem) {
			p.Weight = []float64{1, -1}
		}, lines(
			"Weight: has 2 entries for 3 units",
			"Weight[1] (bob) = -1: is negative",
		)},
		"fixed": {func(p *partition.Problem) {
			p.Fixed = []int{1, 2, -2, 9}
		}, lines(
			"Fixed: has 4 entries for 3 units",
			"Fixed[1] (bob) = 2: is neither a territory (0..1) nor -1 (unassigned)",
			"Fixed[2] (cyd) = -2: is neither a territory (0..1) nor -1 (unassigned)",
			"Fixed[3] = 9: is neither a territory (0..1) nor -1 (unassigned)",
		)},
		"seeds": {func(p *partition.Problem) {
			p.Seeds = []int{2, 2, 3}
			p.Forbidden = nil
		}, lines(
			"Seeds: has 3 entries for 2 territories",
			"Seeds[1] = 2: is the seed of territory 0 as well",
			"Seeds[2] = 3: is no unit: there are 3",
		)},
		"seeds and fixed": {func(p *partition.Problem) {
			p.Seeds = []int{0, 1}
		}, lines(
			"Seeds[0] = 0: is a unit that Fixed gives to territory 1",
			"Forbidden[0] = [0 0]: forbids what Seeds demands",
		)},
		"forbidden": {func(p *partition.Problem) {
			p.Forbidden = [][2]int{{3, 0}, {0, 2}, {-1, 0}}
		}, lines(
			"Forbidden[0] = [3 0]: names no unit: there are 3",
			"Forbidden[1] = [0 2]: names no territory: there are 2",
			"Forbidden[2] = [-1 0]: names no unit: there are 3",
		)},
		"forbidden and demanded": {func(p *partition.Problem) {
			p.Forbidden = [][2]int{{0, 1}, {2, 0}, {1, 1}}
		}, lines(
			"Forbidden[0] = [0 1]: forbids what Fixed demands",
			"Forbidden[1] = [2 0]: forbids what Seeds demands",
		)},
		"open K": {func(p *partition.Problem) {
			*p = partition.Problem{Fixed: []int{-2}, Forbidden: [][2]int{{0, -1}}, Homes: make([]orb.Point, 2)}
		}, lines(
			"Homes: has 2 entries for 0 territories",
			"Fixed[0] = -2: is negative, but not -1 (unassigned)",
			"Forbidden[0] = [0 -1]: names no territory",
		)},
		"lists of neighbours": {func(p *partition.Problem) {
			p.Contiguity = partition.Adjacency{{0, 1, 1}, {2, 0}, {-1, 3}}
		}, lines(
			"Contiguity[0] (ada) = 0: is the unit itself",
			"Contiguity[0] (ada) = 1: is listed twice",
			"Contiguity[1] (bob) = 0: comes after a greater neighbour",
			"Contiguity[2] (cyd) = -1: is a neighbour, but there are only 3 units",
			"Contiguity[2] (cyd) = 3: is a neighbour, but there are only 3 units",
		)},
		"one-way neighbours": {func(p *partition.Problem) {
			p.Contiguity = partition.Adjacency{{1, 2}, {0}}
		}, "Contiguity[0] (ada) = 2: is a neighbour, but not the other way round"},
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

// FuzzProblem: Validate never fails in another way than by input errors, and
// what it lets through can be used.
func FuzzProblem(f *testing.F) {
	f.Add([]byte{2, 3, 1, 1, 1, 0, 0, 0, 1, 2})
	f.Add([]byte{0, 0})
	f.Add([]byte("any sequence of bytes is some problem, most of them faulty"))
	f.Fuzz(func(t *testing.T, data []byte) {
		next := func() int {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			return int(b)
		}
		amounts := []float64{0, 1, 2, 0.5, 90, 180, -1, nan, inf, -inf, math.MaxFloat64, 5e-324}
		column := func(n int) []float64 {
			if next()%2 == 0 {
				return nil
			}
			x := make([]float64, n+next()%8/7)
			for i := range x {
				x[i] = amounts[next()%len(amounts)]
			}
			return x
		}
		indices := func(n int) []int {
			if next()%2 == 0 {
				return nil
			}
			x := make([]int, n)
			for i := range x {
				x[i] = next()%6 - 2
			}
			return x
		}
		k, n := next()%6-1, next()%6
		p := &partition.Problem{K: k, Fixed: indices(n), Seeds: indices(max(k, 0)), CenterCapacity: column(n)}
		for range next() % 3 {
			p.Measures = append(p.Measures, partition.Measure{
				Value: column(n), Target: column(max(k, 0)), Lower: column(max(k, 0)), Upper: column(max(k, 0)),
				Tolerance: amounts[next()%len(amounts)],
			})
		}
		for range next() % 3 {
			p.Forbidden = append(p.Forbidden, [2]int{next()%6 - 1, next()%6 - 1})
		}
		if next()%2 == 0 {
			p.Contiguity = partition.Adjacency{indices(next() % 3), indices(next() % 3), indices(next() % 3)}
		}
		for range next() % 3 * n {
			p.Points = append(p.Points, orb.Point{amounts[next()%len(amounts)], amounts[next()%len(amounts)]})
		}

		if err := p.Validate(); err != nil {
			faults(t, err)
			return
		}
		plan, err := partition.NewPlan(max(k, 4), make([]int, p.Len()))
		require.NoError(t, err)
		if p.Fixed != nil {
			plan, err = partition.NewPlan(max(k, 4), p.Fixed)
			require.NoError(t, err)
		}
		for _, m := range p.Measures {
			require.Len(t, partition.Loads(plan, m.Value), plan.K())
			lower, upper := m.Limits(k)
			require.Len(t, upper, k)
			for i := range lower {
				require.True(t, lower[i] >= 0 && lower[i] <= upper[i] && lower[i] < inf, "%v %v", lower, upper)
			}
		}
	})
}
