package allocatetest

import (
	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// gap is a generalised assignment problem, drawn at random in one of the ways
// of the literature.
type gap struct {
	name                  string
	optimum, splitOptimum float64
	style                 string
	cost, load            dense
	capacity              []float64
}

// gaps are small problems drawn like the sets C, D and E that the literature
// measures itself with (Chu and Beasley 1997; E: Yagiura, Ibaraki and Glover 2004): capacities
// are four fifths of an agent's mean share, rounded down. In D costly pairs take
// little time, in E they take much less.
func gaps() []gap {
	return []gap{
		{
			name: "generalised assignment, C", optimum: 252, splitOptimum: 236.46,
			style: "costs of 10 to 50 and loads of 5 to 25, independent",
			cost: dense{
				{13, 40, 46}, {25, 22, 40}, {47, 17, 50}, {30, 36, 35}, {43, 33, 47}, {36, 35, 13}, {44, 42, 50}, {43, 26, 29}, {29, 18, 13},
			},
			load: dense{
				{23, 25, 20}, {10, 10, 22}, {7, 22, 17}, {17, 10, 5}, {25, 7, 8}, {18, 25, 13}, {8, 6, 14}, {15, 19, 15}, {6, 6, 13},
			},
			capacity: []float64{34, 34, 33},
		},
		{
			name: "generalised assignment, D", optimum: 621, splitOptimum: 577.0932614251353,
			style: "loads of 1 to 100, costs of 111 less the load, give or take 10",
			cost: dense{
				{34, 76, 11}, {67, 17, 8}, {21, 52, 116}, {55, 5, 73}, {17, 94, 86}, {92, 58, 45}, {78, 62, 37}, {104, 47, 75}, {104, 13, 85},
			},
			load: dense{
				{80, 33, 95}, {46, 89, 95}, {84, 68, 4}, {60, 100, 32}, {84, 7, 21}, {15, 48, 61}, {32, 49, 70}, {14, 74, 32}, {2, 94, 28},
			},
			capacity: []float64{111, 149, 116},
		},
		{
			name: "generalised assignment, E", optimum: 1227, splitOptimum: 1158.4016666666669,
			style: "exponential loads, costs of 1000 over the load, less up to 10",
			cost: dense{
				{60, 490, 124}, {54, 33, 23}, {120, 996, 117}, {198, 493, 89}, {330, 83, 19}, {81, 331, 56}, {73, 994, 48}, {82, 332, 158}, {27, 243, 198},
			},
			load: dense{
				{15, 2, 8}, {16, 29, 36}, {8, 1, 8}, {5, 2, 11}, {3, 12, 38}, {12, 3, 16}, {12, 1, 19}, {11, 3, 6}, {32, 4, 5},
			},
			capacity: []float64{30, 15, 39},
		},
	}
}

func (g gap) instance() Instance {
	return Instance{
		Name: g.name, Optimum: g.optimum, SplitOptimum: g.splitOptimum,
		Source: "drawn for this package in the style of the literature: " + g.style,
		Problem: &allocate.Problem{
			Cost:     g.cost,
			Measures: []partition.Measure{{Name: "load", Upper: g.capacity}},
			Load:     []allocate.Costs{g.load},
		},
	}
}
