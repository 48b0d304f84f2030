package allocate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// workload makes problems of a size that needs the whole machinery of the
// solvers: samples of the units, short candidate lists, flows, subsets.
type workload struct {
	rng           *rand.Rand
	n, m          int
	units, agents []orb.Point // kilometres in a square of side 1000
	hours         []float64   // whole numbers, Pareto with exponent 1.2 up to 100
}

// newWorkload scatters n customers and m people over cities of unequal size, a
// sixth of them in the country.
func newWorkload(n, m int, seed uint64) *workload {
	w := &workload{rng: rand.New(rand.NewPCG(seed, 1)), n: n, m: m}
	type city struct{ x, y, spread, upTo float64 }
	cities := make([]city, 10+int(math.Sqrt(float64(n))))
	sum := 0.0
	for k := range cities {
		size := math.Exp(1.2 * w.rng.NormFloat64())
		sum += size
		cities[k] = city{1000 * w.rng.Float64(), 1000 * w.rng.Float64(), 4 * math.Pow(size, 0.4), sum}
	}
	place := func() orb.Point {
		x, y := 1000*w.rng.Float64(), 1000*w.rng.Float64()
		if w.rng.IntN(6) > 0 {
			at, k := sum*w.rng.Float64(), 0
			for cities[k].upTo < at {
				k++
			}
			c := cities[k]
			x, y = c.x+c.spread*w.rng.NormFloat64(), c.y+c.spread*w.rng.NormFloat64()
		}
		return orb.Point{math.Max(0, math.Min(1000, x)), math.Max(0, math.Min(1000, y))}
	}
	for range n {
		w.units = append(w.units, place())
		w.hours = append(w.hours, math.Floor(math.Min(100, math.Pow(1-w.rng.Float64(), -1/1.2))))
	}
	for range m {
		w.agents = append(w.agents, place())
	}
	return w
}

// even is a measure that everybody is to have the same amount of, up to the tolerance.
func (w *workload) even(value []float64, tolerance float64) partition.Measure {
	return partition.Measure{Name: "hours", Value: value, Tolerance: tolerance}
}

// capped has an upper limit only, a share of the average load.
func (w *workload) capped(value []float64, share float64) partition.Measure {
	me := partition.Measure{Name: "hours", Value: value, Upper: make([]float64, w.m)}
	for j := range me.Upper {
		me.Upper[j] = share * total(value) / float64(w.m)
	}
	return me
}

func (w *workload) travel() *allocate.Travel {
	return &allocate.Travel{Units: w.units, Agents: w.agents, Metric: allocate.Planar, UnitFactor: w.hours}
}

// column is a further quantity of the customers.
func (w *workload) column(f func(i int) float64) []float64 {
	x := make([]float64, w.n)
	for i := range x {
		x[i] = f(i)
	}
	return x
}

// matrix holds costs in memory.
func (w *workload) matrix(f func(i, j int) float64) allocate.Costs {
	x := make([]float64, w.n*w.m)
	for k := range x {
		x[k] = f(k/w.m, k%w.m)
	}
	return allocate.CostFunc(w.n, w.m, func(i, j int) float64 { return x[i*w.m+j] })
}

func (w *workload) ones() []float64 { return w.column(func(int) float64 { return 1 }) }

// unlessShort is a size or an amount of work, or less of it with -short: there
// the race detector makes everything ten times slower.
func unlessShort(full, short int) int {
	if testing.Short() {
		return short
	}
	return full
}

func total(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum
}

// family makes problems of one kind.
type family struct {
	name     string
	problem  func(w *workload) *allocate.Problem
	measures int     // 1: Transport solves it; more, or as hard as more: it does not
	gap      float64 // that SingleSource certifies with the usual budget for 2000 units and 20 agents
}

// families are what the solvers are held to, from the everyday to the odd.
var families = []family{
	{"planar", func(w *workload) *allocate.Problem {
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.01)}}
	}, 1, 0.006},
	{"sphere", func(w *workload) *allocate.Problem {
		t := w.travel()
		t.Metric, t.Units, t.Agents = allocate.GreatCircle, degrees(w.units), degrees(w.agents)
		return &allocate.Problem{Cost: t, Measures: []partition.Measure{w.even(w.hours, 0.01)}}
	}, 1, 0.006},
	{"tight", func(w *workload) *allocate.Problem {
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.003)}}
	}, 1, 0.006},
	{"loose", func(w *workload) *allocate.Problem {
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.5)}}
	}, 1, 0.002},
	{"upper", func(w *workload) *allocate.Problem {
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.capped(w.hours, 1.1)}}
	}, 1, 0.006},
	{"lower", func(w *workload) *allocate.Problem {
		me := w.capped(w.hours, 0.8)
		me.Lower, me.Upper = me.Upper, nil
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{me}}
	}, 1, 0.003},
	{"real", func(w *workload) *allocate.Problem { // loads that are not whole, distances not weighed
		t := w.travel()
		t.UnitFactor = nil
		value := w.column(func(int) float64 { return w.rng.ExpFloat64() })
		return &allocate.Problem{Cost: t, Measures: []partition.Measure{w.even(value, 0.02)}}
	}, 1, 0.002},
	{"count", func(w *workload) *allocate.Problem { // exact equality, everybody the same number
		me := w.even(w.ones(), 0)
		me.Lower, me.Upper = make([]float64, w.m), make([]float64, w.m)
		for j := range w.m {
			me.Lower[j] = float64(w.n*(j+1)/w.m - w.n*j/w.m)
			me.Upper[j] = me.Lower[j]
		}
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{me}}
	}, 1, 0.0005},
	{"full", func(w *workload) *allocate.Problem { // what there is room for is exactly what there is to do
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.capped(w.ones(), 1)}}
	}, 1, 0.0005},
	{"regions", func(w *workload) *allocate.Problem {
		region := func(p orb.Point) int { return int(p[0]/334) + 3*int(p[1]/501) }
		unit, agent := w.units, w.agents
		me := w.even(w.hours, 0)
		me.Upper = make([]float64, w.m)
		for j := range me.Upper { // enough wherever few people meet many customers
			me.Upper[j] = 3 * total(w.hours) / float64(w.m)
		}
		penalty := w.column(func(i int) float64 { return 2000 * w.hours[i] })
		return &allocate.Problem{
			Cost: w.travel(), Measures: []partition.Measure{me}, Penalty: penalty,
			Allowed: func(i, j int) bool { return region(unit[i]) == region(agent[j]) },
		}
	}, 1, 0.0005},
	{"locks", func(w *workload) *allocate.Problem {
		fixed := make([]int, w.n)
		for i := range fixed {
			fixed[i] = partition.Unassigned
			if w.rng.IntN(10) == 0 {
				fixed[i] = w.rng.IntN(w.m)
			}
		}
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.02)}, Fixed: fixed}
	}, 1, 0.006},
	{"incumbents", func(w *workload) *allocate.Problem {
		t := w.travel()
		t.Incumbent, t.Switching = make([]int, w.n), make([]float64, w.n)
		for i := range t.Incumbent {
			t.Incumbent[i], t.Switching[i] = w.rng.IntN(w.m), 40*w.hours[i]*w.rng.Float64()
		}
		return &allocate.Problem{Cost: t, Measures: []partition.Measure{w.even(w.hours, 0.02)}}
	}, 1, 0.006},
	{"penalties", func(w *workload) *allocate.Problem { // a tenth cannot be served
		return &allocate.Problem{
			Cost: w.travel(), Measures: []partition.Measure{w.capped(w.hours, 0.9)},
			Penalty: w.column(func(i int) float64 { return w.hours[i] * (50 + 300*w.rng.Float64()) }),
		}
	}, 1, 0.003},
	{"large", func(w *workload) *allocate.Problem { // amounts and costs in the billions
		value := w.column(func(i int) float64 { return 1e9 * w.hours[i] })
		t := w.travel()
		t.UnitFactor = value
		return &allocate.Problem{Cost: t, Measures: []partition.Measure{w.even(value, 0.01)}}
	}, 1, 0.006},
	{"small", func(w *workload) *allocate.Problem { // amounts and costs in the millionths
		value := w.column(func(i int) float64 { return 1e-6 * w.hours[i] })
		t := w.travel()
		t.UnitFactor = value
		return &allocate.Problem{Cost: t, Measures: []partition.Measure{w.even(value, 0.01)}}
	}, 1, 0.006},

	{"matrix", func(w *workload) *allocate.Problem { // no geometry at all
		return &allocate.Problem{Cost: w.matrix(func(i, j int) float64 { return w.rng.Float64() }), Measures: []partition.Measure{w.even(w.hours, 0.01)}}
	}, 1, 0.005},
	{"wide", func(w *workload) *allocate.Problem { // costs over twelve orders of magnitude
		return &allocate.Problem{
			Cost:     w.matrix(func(i, j int) float64 { return math.Pow(10, 12*w.rng.Float64()-6) }),
			Measures: []partition.Measure{w.even(w.hours, 0.01)},
		}
	}, 1, 0.001},
	{"equal", func(w *workload) *allocate.Problem {
		return &allocate.Problem{Cost: w.matrix(func(i, j int) float64 { return 1 }), Measures: []partition.Measure{w.even(w.hours, 0.01)}}
	}, 1, 1e-09},
	{"alike", func(w *workload) *allocate.Problem { // the agents cost the same, the units do not
		value := w.hours
		return &allocate.Problem{Cost: w.matrix(func(i, j int) float64 { return value[i] }), Measures: []partition.Measure{w.even(w.hours, 0.01)}}
	}, 1, 1e-09},
	{"whole", func(w *workload) *allocate.Problem { // costs 0..9 and unit loads: ties everywhere
		return &allocate.Problem{Cost: w.matrix(func(i, j int) float64 { return float64(w.rng.IntN(10)) }), Measures: []partition.Measure{w.even(w.ones(), 0.01)}}
	}, 1, 1e-09},
	{"oneplace", func(w *workload) *allocate.Problem { // everybody lives in the same house
		for j := range w.agents {
			w.agents[j] = orb.Point{500, 500}
		}
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.01)}}
	}, 1, 1e-09},
	{"houses", func(w *workload) *allocate.Problem { // the people share five houses
		for j := range w.agents {
			w.agents[j] = w.agents[j%5]
		}
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.01)}}
	}, 1, 0.002},
	{"towers", func(w *workload) *allocate.Problem { // the customers share forty
		for i := range w.units {
			w.units[i] = w.units[i%40]
		}
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.01)}}
	}, 1, 0.006},
	{"giant", func(w *workload) *allocate.Problem { // one agent can take everything, the others one each
		me := w.capped(w.ones(), 0)
		for j := range me.Upper {
			me.Upper[j] = 1
		}
		me.Upper[w.m/2] = float64(w.n)
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{me}}
	}, 1, 0.0005},
	{"negative", func(w *workload) *allocate.Problem { // what is minimised is a loss
		return &allocate.Problem{
			Cost:     w.matrix(func(i, j int) float64 { return -w.hours[i] * w.rng.Float64() }),
			Measures: []partition.Measure{w.capped(w.hours, 1.02)},
		}
	}, 1, 0.001},
	{"weightless", func(w *workload) *allocate.Problem { // half of the units are no load
		value := w.column(func(i int) float64 { return float64(i%2) * w.hours[i] })
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(value, 0.01)}}
	}, 1, 0.006},

	{"two", func(w *workload) *allocate.Problem {
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.03), w.even(w.ones(), 0.03)}}
	}, 2, 0.02},
	{"three", func(w *workload) *allocate.Problem {
		revenue := w.column(func(int) float64 { return float64(1 + w.rng.IntN(1000)) })
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(w.hours, 0.03), w.even(revenue, 0.03), w.even(w.ones(), 0.03)}}
	}, 3, 0.02},
	{"four", func(w *workload) *allocate.Problem {
		revenue := w.column(func(int) float64 { return float64(1 + w.rng.IntN(1000)) })
		visits := w.column(func(int) float64 { return float64(w.rng.IntN(5)) })
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{
			w.even(w.hours, 0.05), w.even(revenue, 0.05), w.even(visits, 0.05), w.even(w.ones(), 0.05),
		}}
	}, 4, 0.02},
	{"conflict", func(w *workload) *allocate.Problem { // one measure is in the west, the other in the east
		west := w.column(func(i int) float64 { return w.hours[i] * (1000 - w.units[i][0]) / 1000 })
		east := w.column(func(i int) float64 { return w.hours[i] * w.units[i][0] / 1000 })
		return &allocate.Problem{Cost: w.travel(), Measures: []partition.Measure{w.even(west, 0.05), w.even(east, 0.05)}}
	}, 2, 0.03},
	{"speeds", func(w *workload) *allocate.Problem { // hours depend on who works them
		speed := make([]float64, w.m)
		for j := range speed {
			speed[j] = 0.5 + w.rng.Float64()
		}
		hours := w.hours
		me := w.capped(hours, 1.15)
		return &allocate.Problem{
			Cost: w.travel(), Measures: []partition.Measure{me},
			Load: []allocate.Costs{allocate.CostFunc(w.n, w.m, func(i, j int) float64 { return hours[i] * speed[j] })},
		}
	}, 2, 0.01},
	{"gap", func(w *workload) *allocate.Problem { // cheap is slow, as in the hard class of the literature
		load := w.matrix(func(i, j int) float64 { return float64(1 + w.rng.IntN(100)) })
		me := partition.Measure{Name: "hours", Upper: make([]float64, w.m)}
		for j := range me.Upper {
			sum := 0.0
			for i := range w.n {
				sum += load.At(i, j)
			}
			me.Upper[j] = math.Floor(0.8 * sum / float64(w.m))
		}
		cost := w.matrix(func(i, j int) float64 { return 111 - load.At(i, j) + float64(w.rng.IntN(21)) - 10 })
		return &allocate.Problem{Cost: cost, Measures: []partition.Measure{me}, Load: []allocate.Costs{load}}
	}, 2, 0.005},
}

// degrees puts the square on the sphere, around the middle of Germany.
func degrees(p []orb.Point) []orb.Point {
	out := make([]orb.Point, len(p))
	for i, a := range p {
		out[i] = orb.Point{4 + a[0]/70, 46 + a[1]/111}
	}
	return out
}
