package partitiontest

import (
	"iter"
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// Instance is a small problem of which it is known whether it has a plan.
type Instance struct {
	Name    string
	Problem *partition.Problem

	// Solvable says that some plan keeps every rule and every limit with a unit in
	// each territory, SolvableIdle that one does where territories may be empty.
	Solvable, SolvableIdle bool

	Tries string // which part of the contract it is for
}

// answers says whether there is a plan.
type answers int

const (
	never    answers = iota // there is none
	idleOnly                // only with empty territories
	yes                     // there is one
)

// Instances yields the problems that the checks ask about, newly built each
// time: every part of a [partition.Problem] alone, on the sphere, in the plane
// of features and on maps of neighbours, with the degenerate ones, those without a
// plan, and some of it together. Whether they have plans was found by going
// through all of them; those of more units were built around one.
func Instances() iter.Seq[Instance] {
	return func(yield func(Instance) bool) {
		for _, b := range builders() {
			if !yield(Instance{b.name, b.build(), b.has == yes, b.has != never, b.tries}) {
				return
			}
		}
	}
}

type builder struct {
	name, tries string
	has         answers
	build       func() *partition.Problem
}

// bench collects builders.
type bench struct{ list []builder }

func (b *bench) add(name string, has answers, tries string, build func() *partition.Problem) {
	b.list = append(b.list, builder{name, tries, has, build})
}

// on adds a problem of the points of a grid twice: without neighbours, and with
// those of the grid. The answer must be the same for both.
func (b *bench) on(columns, rows int, name string, has answers, tries string, build func(p *partition.Problem)) {
	b.add(name, has, tries, func() *partition.Problem {
		p := &partition.Problem{Points: gridPoints(columns, rows)}
		build(p)
		return p
	})
	b.add(name+", connected", has, tries, func() *partition.Problem {
		p := &partition.Problem{Points: gridPoints(columns, rows), Contiguity: grid(columns, rows)}
		build(p)
		return p
	})
}

func gridPoints(columns, rows int) []orb.Point {
	var points []orb.Point
	for y := range rows {
		for x := range columns {
			points = append(points, orb.Point{10 + float64(x), 50 - float64(y)})
		}
	}
	return points
}

// grid has as neighbours the units side by side and above each other.
func grid(columns, rows int) partition.Adjacency {
	g := make(partition.Adjacency, columns*rows)
	for y := range rows {
		for x := range columns {
			u := y*columns + x
			if y > 0 {
				g[u] = append(g[u], u-columns)
			}
			if x > 0 {
				g[u] = append(g[u], u-1)
			}
			if x+1 < columns {
				g[u] = append(g[u], u+1)
			}
			if y+1 < rows {
				g[u] = append(g[u], u+columns)
			}
		}
	}
	return g
}

func path(n int) partition.Adjacency { return grid(n, 1) }

// star has unit 0 in its middle.
func star(n int) partition.Adjacency {
	g := make(partition.Adjacency, n)
	for i := 1; i < n; i++ {
		g[0], g[i] = append(g[0], i), []int{0}
	}
	return g
}

func measure(name string, value ...float64) partition.Measure {
	return partition.Measure{Name: name, Value: value}
}

// shares asks for targets within a tolerance; no targets: equal shares.
func shares(tolerance float64, me partition.Measure, target ...float64) partition.Measure {
	me.Tolerance, me.Target = tolerance, target
	return me
}

func between(me partition.Measure, lower, upper []float64) partition.Measure {
	me.Lower, me.Upper = lower, upper
	return me
}

func builders() []builder {
	var b bench
	b.free()
	b.limited()
	b.ruled()
	b.impossible()
	b.connected()
	b.drawn()
	return b.list
}

// free are problems without limits.
func (b *bench) free() {
	b.on(4, 2, "no limits", yes, "the objective alone", func(p *partition.Problem) { p.K = 2 })
	b.on(3, 2, "one territory", yes, "no choice at all", func(p *partition.Problem) { p.K = 1 })
	b.on(2, 2, "as many territories as units", yes, "no choice but the numbers", func(p *partition.Problem) { p.K = 4 })
	b.on(2, 1, "more territories than units", idleOnly, "K > n", func(p *partition.Problem) { p.K = 3 })
	b.on(1, 1, "one unit", yes, "n = 1", func(p *partition.Problem) { p.K = 1 })
	b.on(3, 2, "K is open", yes, "K = 0", func(*partition.Problem) {})
	b.on(3, 2, "K is open, a measure", yes, "K = 0", func(p *partition.Problem) {
		p.Measures = []partition.Measure{measure("hours", 3, 1, 2, 2, 4, 1)}
	})
	b.on(3, 2, "weights", yes, "some count nothing", func(p *partition.Problem) { p.K, p.Weight = 2, []float64{9, 0, 1, 0.5, 0, 3} })
	b.on(3, 2, "weights of nothing", yes, "all count nothing", func(p *partition.Problem) { p.K, p.Weight = 2, make([]float64, 6) })
	b.on(3, 2, "homes", yes, "where owners live", func(p *partition.Problem) {
		p.K, p.Homes = 2, []orb.Point{{12, 49}, {9.5, 50.5}}
	})
	b.on(3, 2, "a distance of one's own", yes, "Distance", func(p *partition.Problem) {
		p.K = 2
		p.Distance = func(x, y orb.Point) float64 { return math.Abs(x[0]-y[0]) + math.Abs(x[1]-y[1]) }
	})
	b.on(3, 2, "a matrix", yes, "Between, with pairs out of reach", func(p *partition.Problem) {
		p.K, p.Points = 2, nil
		p.Measures = []partition.Measure{measure("number", 1, 1, 1, 1, 1, 1)}
		p.Between = func(i, j int) float64 {
			if (i < 3) != (j < 3) {
				return math.Inf(1)
			}
			return math.Abs(float64(i - j))
		}
	})
	b.add("no units", idleOnly, "n = 0", func() *partition.Problem { return &partition.Problem{K: 2} })
	b.add("no units, no territories", yes, "n = 0, K = 0", func() *partition.Problem { return &partition.Problem{} })
	b.add("features", yes, "a space of three dimensions", func() *partition.Problem {
		return &partition.Problem{K: 3, Features: [][]float64{
			{0, 0, 0}, {1, 0, 0}, {0, 1, 1}, {9, 9, 9}, {9, 8, 9}, {8, 9, 8}, {0, 9, 0}, {1, 9, 1},
		}}
	})
	b.add("features on a line", yes, "one dimension, with equal ones", func() *partition.Problem {
		return &partition.Problem{K: 2, Features: [][]float64{{3}, {1}, {3}, {3}, {-1e6}, {1}}}
	})
	b.add("features of a size", yes, "coordinates of 1e100, whose squares are still finite", func() *partition.Problem {
		return &partition.Problem{K: 2, Features: [][]float64{{1e100}, {-1e100}, {0}, {1}}}
	})
	b.add("all in one place", yes, "nothing tells the units apart", func() *partition.Problem {
		p := &partition.Problem{K: 3, Points: make([]orb.Point, 7)}
		for i := range p.Points {
			p.Points[i] = orb.Point{7, 7}
		}
		return p
	})
	b.add("across the date line", yes, "180 and -180 are one meridian", func() *partition.Problem {
		return &partition.Problem{K: 2, Points: []orb.Point{{179, 0}, {-179, 1}, {180, -1}, {-180, 0}, {0, 0}, {1, 1}, {-1, 1}}}
	})
	b.add("around the pole", yes, "all longitudes meet", func() *partition.Problem {
		return &partition.Problem{K: 2, Points: []orb.Point{{0, 90}, {120, 89}, {-120, 89}, {0, -90}, {60, -89}, {0, 89}}}
	})
	b.add("all over the globe", yes, "points that face each other", func() *partition.Problem {
		return &partition.Problem{K: 2, Points: []orb.Point{{0, 0}, {180, 0}, {90, 0}, {-90, 0}, {0, 90}, {0, -90}}}
	})
}

// limited are problems of measures.
func (b *bench) limited() {
	hours := func() partition.Measure { return measure("hours", 3, 1, 2, 2, 1, 3, 2, 2) }
	b.on(4, 2, "equal shares", yes, "Tolerance", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{shares(0.1, hours())}
	})
	b.on(4, 2, "targets", yes, "Target", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{shares(0.1, hours(), 4, 12)}
	})
	b.on(4, 2, "a target of nothing", idleOnly, "a territory that may have no load", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{shares(0.1, hours(), 0, 16)}
	})
	b.on(4, 2, "lower and upper", yes, "limits of each territory", func(p *partition.Problem) {
		p.K, p.Measures = 3, []partition.Measure{between(hours(), []float64{3, 0, 5}, []float64{5, 8, math.Inf(1)})}
	})
	b.on(4, 2, "exact loads", yes, "lower and upper limits that meet", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{between(hours(), []float64{6, 10}, []float64{6, 10})}
	})
	b.on(4, 2, "several measures", yes, "three that pull in different directions", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{
			shares(0.25, hours()),
			shares(0.25, measure("revenue", 1, 5, 2, 4, 4, 2, 5, 1)),
			between(measure("number", 1, 1, 1, 1, 1, 1, 1, 1), nil, []float64{5, 5}),
		}
	})
	b.on(4, 2, "values of nothing", yes, "units without load, a measure without any", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{
			shares(0.1, measure("hours", 0, 0, 2, 2, 2, 2, 0, 0)),
			shares(0.1, measure("nothing", 0, 0, 0, 0, 0, 0, 0, 0)),
		}
	})
	b.on(4, 2, "small and large", yes, "measures of 1e-9 and of 1e12", func(p *partition.Problem) {
		small, large := hours(), hours()
		small.Name, large.Name = "small", "large"
		for i := range small.Value {
			small.Value[i] *= 1e-9
			large.Value[i] *= 1e12
		}
		p.K, p.Measures = 2, []partition.Measure{shares(0.2, large), shares(0.2, small)}
	})
	b.on(4, 2, "only reported", yes, "a measure without limits", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{hours()}
	})
	b.on(3, 2, "room of centres", yes, "CenterCapacity", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{measure("hours", 2, 2, 2, 2, 2, 2)}
		p.CenterCapacity = []float64{6, 1, 8, 1, 6, math.Inf(1)}
	})
	b.add("features with shares", yes, "measures in a space of two dimensions", func() *partition.Problem {
		return &partition.Problem{
			K:        3,
			Features: [][]float64{{0, 0}, {1, 0}, {0, 1}, {5, 5}, {6, 5}, {5, 6}, {0, 9}, {1, 9}, {0, 8}},
			Measures: []partition.Measure{shares(0.1, measure("number", 1, 1, 1, 1, 1, 1, 1, 1, 1))},
		}
	})
}

// ruled are problems of rules about single units.
func (b *bench) ruled() {
	free := partition.Unassigned
	number := func(n int) partition.Measure {
		me := partition.Measure{Name: "number"}
		for range n {
			me.Value = append(me.Value, 1)
		}
		return me
	}
	b.on(4, 2, "fixed units", yes, "Fixed", func(p *partition.Problem) {
		p.K, p.Fixed = 2, []int{1, free, free, 0, free, free, free, free}
	})
	b.on(3, 2, "all fixed", yes, "no choice left", func(p *partition.Problem) { p.K, p.Fixed = 2, []int{1, 1, 0, 1, 0, 0} })
	b.on(3, 2, "all fixed in one", idleOnly, "nothing is left for the other", func(p *partition.Problem) {
		p.K, p.Fixed = 2, []int{1, 1, 1, 1, 1, 1}
	})
	b.on(4, 2, "forbidden pairs", yes, "Forbidden", func(p *partition.Problem) {
		p.K, p.Forbidden = 2, [][2]int{{0, 0}, {7, 1}, {3, 1}, {0, 0}}
	})
	b.on(4, 2, "all but one forbidden", yes, "forbidden until one is left", func(p *partition.Problem) {
		p.K, p.Forbidden = 3, [][2]int{{0, 0}, {0, 1}, {7, 1}, {7, 2}}
	})
	b.on(3, 1, "a territory for nobody", idleOnly, "forbidden to all", func(p *partition.Problem) {
		p.K, p.Forbidden = 2, [][2]int{{0, 1}, {1, 1}, {2, 1}}
	})
	b.on(4, 1, "one unit for two territories", idleOnly, "two territories that nobody but the same unit may join", func(p *partition.Problem) {
		p.K, p.Forbidden = 3, [][2]int{{0, 0}, {0, 1}, {2, 0}, {2, 1}, {3, 0}, {3, 1}}
	})
	b.on(4, 2, "seeds", yes, "Seeds", func(p *partition.Problem) { p.K, p.Seeds = 2, []int{6, 1} })
	b.on(4, 2, "everything at once", yes, "Fixed, Forbidden, Seeds, limits", func(p *partition.Problem) {
		p.K, p.Seeds = 2, []int{4, 3}
		p.Fixed = []int{0, free, free, free, free, free, free, 1}
		p.Forbidden = [][2]int{{5, 1}, {2, 0}}
		p.Measures = []partition.Measure{shares(0.1, number(8)), shares(0.3, measure("revenue", 2, 1, 4, 1, 3, 2, 1, 2))}
	})
	b.on(4, 2, "seeds and homes", yes, "Seeds and Homes apart", func(p *partition.Problem) {
		p.K, p.Seeds, p.Homes = 2, []int{0, 7}, []orb.Point{{13, 49}, {10, 50}}
	})
}

// impossible are problems without a plan.
func (b *bench) impossible() {
	b.on(3, 1, "too much in all", never, "the total exceeds all limits", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{between(measure("hours", 4, 4, 4), nil, []float64{6, 5})}
	})
	b.on(3, 1, "too little in all", never, "the lower limits exceed the total", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{between(measure("hours", 1, 1, 1), []float64{2, 2}, nil)}
	})
	b.on(3, 1, "a unit too heavy", never, "one unit outweighs every limit", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{between(measure("hours", 6, 1, 1), nil, []float64{5, 5})}
	})
	b.on(3, 1, "does not pack", never, "three units of two into twice three", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{between(measure("hours", 2, 2, 2), nil, []float64{3, 3})}
	})
	b.on(3, 1, "fixed beyond the limit", never, "the locks of one territory exceed its limit", func(p *partition.Problem) {
		p.K, p.Fixed = 2, []int{0, 0, partition.Unassigned}
		p.Measures = []partition.Measure{between(measure("hours", 3, 3, 1), nil, []float64{5, 9})}
	})
	b.on(3, 1, "forbidden everywhere", never, "no territory for a unit", func(p *partition.Problem) {
		p.K, p.Forbidden = 2, [][2]int{{1, 0}, {1, 1}}
	})
	b.on(2, 1, "either measure, not both", never, "each measure alone has plans", func(p *partition.Problem) {
		p.K, p.Measures = 2, []partition.Measure{
			between(measure("hours", 2, 2), nil, []float64{2, 9}), between(measure("revenue", 1, 1), []float64{2, 0}, nil),
		}
	})
}

// connected are maps whose neighbours decide.
func (b *bench) connected() {
	onMap := func(g partition.Adjacency, k int, change func(p *partition.Problem)) func() *partition.Problem {
		return func() *partition.Problem {
			p := &partition.Problem{K: k, Points: gridPoints(len(g), 1), Contiguity: g}
			if change != nil {
				change(p)
			}
			return p
		}
	}
	islands := func(sizes ...int) partition.Adjacency {
		var g partition.Adjacency
		for _, n := range sizes {
			first := len(g)
			for _, list := range path(n) {
				moved := []int{}
				for _, j := range list {
					moved = append(moved, first+j)
				}
				g = append(g, moved)
			}
		}
		return g
	}
	b.add("a star", yes, "only leaves can leave", onMap(star(7), 3, nil))
	b.add("a star in halves", never, "the middle cannot be shared", onMap(star(7), 2, func(p *partition.Problem) {
		p.Measures = []partition.Measure{shares(0.2, measure("number", 1, 1, 1, 1, 1, 1, 1))}
	}))
	b.add("a path", yes, "three pieces of three", onMap(path(9), 3, func(p *partition.Problem) {
		p.Measures = []partition.Measure{shares(0.1, measure("number", 1, 1, 1, 1, 1, 1, 1, 1, 1))}
	}))
	b.add("two islands", yes, "one territory each", onMap(islands(3, 3), 2, nil))
	b.add("islands", never, "more of them than territories", onMap(islands(2, 2, 2), 2, nil))
	b.add("no neighbours", yes, "n islands", onMap(islands(1, 1, 1), 3, nil))
	b.add("a way around", yes, "fixed units whose connection is not the nearest", func() *partition.Problem {
		return &partition.Problem{
			K: 2, Points: gridPoints(3, 3), Contiguity: grid(3, 3),
			Fixed: []int{0, 1, 0, -1, -1, -1, -1, -1, -1},
		}
	})
	b.add("no way through", never, "a bottleneck that belongs to another", onMap(path(5), 2, func(p *partition.Problem) {
		p.Fixed = []int{0, -1, 1, -1, 0}
	}))
	b.add("crossed", never, "two territories that would have to cross", func() *partition.Problem {
		return &partition.Problem{
			K: 2, Points: gridPoints(3, 3), Contiguity: grid(3, 3),
			Fixed: []int{0, -1, 1, -1, -1, -1, 1, -1, 0},
		}
	})
	b.add("seeds side by side", yes, "one has to go around the other", func() *partition.Problem {
		return &partition.Problem{
			K: 2, Points: gridPoints(3, 3), Contiguity: grid(3, 3), Seeds: []int{4, 0},
			Measures: []partition.Measure{shares(0.12, measure("number", 1, 1, 1, 1, 1, 1, 1, 1, 1))},
		}
	})
}
