package allocatetest

import (
	"iter"
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Instance is a small problem with its proved optima.
type Instance struct {
	Name    string
	Problem *allocate.Problem

	// Optimum is the least cost of a plan that keeps every limit with whole
	// units, SplitOptimum that where units may be shared; +Inf: there is none.
	Optimum, SplitOptimum float64

	Source string // where the numbers come from, and what they try
}

// solvable reports whether there is a plan with whole units.
func (in Instance) solvable() bool { return !math.IsInf(in.Optimum, 1) }

// Instances yields the problems that the checks ask about, newly built each
// time: every part of the contract alone, where a wrong answer can be followed
// by hand, and some of it together. Their optima are proved by complete
// enumeration, and by the simplex method in rational arithmetic.
func Instances() iter.Seq[Instance] {
	return func(yield func(Instance) bool) {
		for _, build := range builders() {
			if !yield(build()) {
				return
			}
		}
	}
}

const own = "made for this package: "

func builders() []func() Instance {
	inf := math.Inf(1)
	measure := func(name string, value ...float64) partition.Measure {
		return partition.Measure{Name: name, Value: value}
	}
	within := func(me partition.Measure, lower, upper []float64) []partition.Measure {
		me.Lower, me.Upper = lower, upper
		return []partition.Measure{me}
	}
	var list []func() Instance
	add := func(name string, optimum, split float64, source string, build func() *allocate.Problem) {
		list = append(list, func() Instance {
			return Instance{Name: name, Problem: build(), Optimum: optimum, SplitOptimum: split, Source: own + source}
		})
	}

	add("no limits", 6, 6, "the cheapest agent of every unit", func() *allocate.Problem {
		return &allocate.Problem{Cost: dense{{4, 1}, {2, 7}, {5, 3}}}
	})
	add("one agent", 6, 6, "no choice at all", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1}, {2}, {3}},
			Measures: within(measure("hours", 1, 1, 1), []float64{3}, []float64{3}),
		}
	})
	add("more agents than units", 3, 3, "agents that stay idle", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{5, 2, 9, 4}, {6, 1, 8, 7}},
			Measures: within(measure("hours", 2, 2), nil, []float64{4, 4, 4, 4}),
		}
	})
	add("upper limits", 19, 16.5, "the cheapest agent has room for one and a half units", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 5}, {2, 7}, {3, 9}, {1, 4}},
			Measures: within(measure("hours", 4, 4, 4, 4), nil, []float64{6, 12}),
		}
	})
	add("lower limits", 14, 10.5, "an agent whom nobody would choose must be fed", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2, 6}, {2, 1, 7}, {1, 3, 5}, {3, 1, 9}},
			Measures: within(measure("hours", 2, 1, 3, 2), []float64{1, 1, 4}, nil),
		}
	})
	add("exact loads", 17, 17, "lower and upper limits that meet", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{3, 8}, {2, 4}, {9, 5}, {1, 6}, {4, 4}},
			Measures: within(measure("hours", 3, 2, 4, 5, 2), []float64{8, 8}, []float64{8, 8}),
		}
	})
	add("ties", 6, 6, "every plan costs the same, few fit", func() *allocate.Problem {
		ones := dense{}
		for range 6 {
			ones = append(ones, []float64{1, 1, 1})
		}
		return &allocate.Problem{
			Cost:     ones,
			Measures: within(measure("hours", 5, 4, 3, 3, 2, 1), []float64{6, 6, 6}, []float64{6, 6, 6}),
		}
	})
	add("loads of nothing", 4, 4, "units without load go where they are cheapest", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {1, 2}, {1, 3}},
			Measures: within(measure("hours", 0, 4, 4), nil, []float64{4, 8}),
		}
	})
	add("negative costs", -15, -49.0/3, "what is earned is a cost below zero", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{-5, -1}, {-4, -3}, {-6, 2}, {0, -2}, {-3, 1}},
			Measures: within(measure("hours", 3, 3, 4, 1, 2), nil, []float64{7, 8}),
		}
	})
	add("fixed units", 15, 14, "locks that cost, and that take the room of others", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 6}, {2, 5}, {1, 4}, {3, 2}},
			Measures: within(measure("hours", 3, 3, 3, 3), nil, []float64{7, 9}),
			Fixed:    []int{1, partition.Unassigned, partition.Unassigned, 0},
		}
	})
	add("eligibility", 14, 13, "both ways to deny a pair", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, inf, 9}, {2, 3, inf}, {1, 4, 6}, {2, 5, 1}, {inf, 1, 2}},
			Measures: within(measure("visits", 2, 3, 2, 2, 3), nil, []float64{4, 4, 6}),
			Allowed:  func(i, j int) bool { return i != 3 || j != 2 },
		}
	})
	add("penalties", 10, 29.0/3, "units that may be left, for a price or a reward", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{2, 4}, {3, 3}, {5, 6}, {1, 9}, {2, 2}},
			Measures: within(measure("hours", 3, 3, 2, 3, 1), []float64{1, 0}, []float64{4, 4}),
			Penalty:  []float64{9, inf, 4, 2, -1},
		}
	})
	add("a penalty does not free a fixed unit", 9, 9, "a lock holds though leaving is cheaper", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:    dense{{8, 1}, {3, 5}},
			Penalty: []float64{0, 1},
			Fixed:   []int{0, partition.Unassigned},
		}
	})
	add("families", 26, 173.0/8, "units that share an agent, in lists that meet; one family stays unassigned", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 6}, {2, 5}, {7, 4}, {3, 2}, {2, 9}, {8, 1}},
			Measures: within(measure("hours", 3, 2, 3, 1, 3, 2), nil, []float64{7, 9}),
			Together: [][]int{{0, 1}, {2, 1}, {3}, {5, 4}},
			Penalty:  []float64{inf, inf, inf, inf, 3, 6},
		}
	})
	add("units apart", 14, 14, "units that share no agent: two who love the same, and three of whom one is left", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 6, 9}, {2, 5, 9}, {1, 4, 2}, {3, 2, 8}, {2, 9, 7}},
			Measures: within(measure("hours", 3, 2, 3, 1, 3), nil, []float64{7, 5, 4}),
			Apart:    [][]int{{0, 1}, {2, 3, 4, 1}},
			Penalty:  []float64{inf, inf, inf, inf, 3},
		}
	})
	add("families apart", 22, 15.6, "two families and a third who compete", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 6, 5}, {2, 5, 6}, {1, 4, 2}, {3, 9, 8}, {1, 9, 7}},
			Measures: within(measure("hours", 3, 2, 3, 1, 2), nil, []float64{6, 6, 6}),
			Together: [][]int{{0, 1}, {2, 3}},
			Apart:    [][]int{{1, 2}, {4, 3}},
		}
	})
	add("several measures", 15, 179.0/12, "three measures that pull in different directions", func() *allocate.Problem {
		hours, revenue, number := measure("hours", 4, 3, 2, 5, 3, 1), measure("revenue", 1, 6, 3, 2, 4, 4), measure("number", 1, 1, 1, 1, 1, 1)
		hours.Upper = []float64{8, 7, 7}
		revenue.Lower, revenue.Upper = []float64{5, 5, 5}, []float64{9, 9, 9}
		number.Upper = []float64{3, 2, 2}
		return &allocate.Problem{
			Cost:     dense{{1, 4, 6}, {2, 3, 7}, {1, 5, 3}, {2, 6, 4}, {1, 2, 8}, {3, 9, 5}},
			Measures: []partition.Measure{hours, revenue, number},
		}
	})
	add("loads by agent", 8, 7.6, "a junior needs longer for some and less for others", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 3, 2}, {2, 2, 4}, {5, 1, 3}, {1, 4, 2}, {2, 3, 5}},
			Measures: within(partition.Measure{Name: "hours"}, []float64{2, 2, 2}, []float64{6, 6, 5}),
			Load:     []allocate.Costs{dense{{3, 5, 4}, {2, 4, 3}, {4, 2, 6}, {5, 3, 4}, {1, 6, 2}}},
		}
	})
	add("equal shares", 22, 58.0/3, "a target for everybody, and a tolerance", func() *allocate.Problem {
		me := measure("workload", 9, 7, 6, 5, 5, 4, 3, 3)
		me.Tolerance = 0.1
		return &allocate.Problem{
			Cost: dense{
				{1, 8, 6}, {2, 5, 7}, {3, 4, 9}, {6, 2, 3}, {8, 1, 5}, {7, 9, 2}, {4, 6, 3}, {5, 3, 8},
			},
			Measures: []partition.Measure{me},
		}
	})
	add("travel in the plane", 38, 38, "eight customers on a grid, three people, whole distances", func() *allocate.Problem {
		me := measure("visits", 1, 2, 1, 2, 1, 2, 1, 2)
		me.Upper = []float64{6, 2, 4}
		return &allocate.Problem{
			Cost: &allocate.Travel{
				Metric: allocate.Planar,
				Units:  []orb.Point{{3, 4}, {0, 4}, {3, 0}, {6, 8}, {9, 4}, {9, 12}, {12, 0}, {6, 0}},
				Agents: []orb.Point{{0, 0}, {6, 4}, {12, 4}},
				Round:  allocate.HalfUp,
			},
			Measures: []partition.Measure{me},
		}
	})
	add("travel on the globe", 99445, 247597.0/3, "preferences, a pair that must not meet, and people who know their customers", func() *allocate.Problem {
		me := measure("workload", 7, 5, 3, 6, 2, 4, 1)
		me.Tolerance = 0.15
		return &allocate.Problem{
			Cost: &allocate.Travel{
				Units:  []orb.Point{{0, 0}, {10, 5}, {179, 10}, {-178, -5}, {-90, 60}, {100, 80}, {45, -30}},
				Agents: []orb.Point{{5, 0}, {180, 0}, {-80, 70}},
				Round:  allocate.Down,

				UnitFactor: []float64{7, 5, 3, 6, 2, 4, 1},
				AgentTerm:  []float64{0, 250, -100},
				Terms:      []allocate.Term{{Unit: 1, Agent: 0, Cost: inf}, {Unit: 6, Agent: 2, Cost: -900}},
				Incumbent:  []int{1, 1, 1, 0, 2, partition.Unassigned, 0},
				Switching:  []float64{400, 400, 400, 400, 400, 400, 400},
			},
			Measures: []partition.Measure{me},
		}
	})

	add("too much in all", inf, inf, "the total exceeds all limits", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {3, 4}, {5, 6}},
			Measures: within(measure("hours", 4, 4, 4), nil, []float64{6, 5}),
		}
	})
	add("too little in all", inf, inf, "the lower limits exceed the total", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {3, 4}},
			Measures: within(measure("hours", 2, 3), []float64{3, 3}, nil),
		}
	})
	add("a unit too heavy", inf, 7.0/3, "one unit outweighs every limit, unless it is shared", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {1, 3}},
			Measures: within(measure("hours", 6, 1), nil, []float64{5, 5}),
		}
	})
	add("fixed beyond the limit", inf, inf, "the locks of one agent exceed its limit", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {3, 4}, {1, 1}},
			Measures: within(measure("hours", 3, 3, 1), nil, []float64{5, 9}),
			Fixed:    []int{0, 0, partition.Unassigned},
		}
	})
	add("a family too heavy", inf, 49.0/9, "each has room for two of three", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {3, 4}, {1, 1}},
			Measures: within(measure("hours", 3, 3, 3), nil, []float64{7, 8}),
			Together: [][]int{{0, 1, 2}},
		}
	})
	add("nowhere together", inf, inf, "no agent may serve both", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, inf, 2}, {inf, 4, inf}, {1, 1, 1}},
			Together: [][]int{{0, 1}},
		}
	})
	add("nowhere apart", inf, inf, "three who must be apart, two who may serve them", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:  dense{{1, inf, 2}, {3, inf, 4}, {1, inf, 1}},
			Apart: [][]int{{0, 1, 2}},
		}
	})
	add("a crowded corner", inf, inf, "three units, two agents who may serve them, too little room", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2, inf}, {2, inf, inf}, {3, 1, inf}, {1, 1, 1}},
			Measures: within(measure("hours", 2, 2, 2, 1), nil, []float64{3, 2, 99}),
		}
	})
	add("does not pack", inf, 6.5, "three units of two into twice three", func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {2, 4}, {3, 3}},
			Measures: within(measure("hours", 2, 2, 2), nil, []float64{3, 3}),
		}
	})
	add("either measure, not both", inf, inf, "each measure alone has plans", func() *allocate.Problem {
		hours, revenue := measure("hours", 2, 2), measure("revenue", 1, 1)
		hours.Upper, revenue.Lower = []float64{2, 9}, []float64{2, 0}
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {1, 2}},
			Measures: []partition.Measure{hours, revenue},
		}
	})
	for _, g := range gaps() {
		list = append(list, g.instance)
	}
	return list
}
