package allocate

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	oracle "github.com/territory-go/territory/internal/exact"
	"github.com/territory-go/territory/partition"
)

// oddity is what can be special about a small random problem.
type oddity struct {
	name     string
	measures int
	change   func(rng *rand.Rand, s *sketch)
}

// sketch is a problem in plain matrices.
type sketch struct {
	n, m         int
	cost         [][]float64
	load         [][][]float64 // [r][i][j]
	byAgent      bool
	lower, upper [][]float64
	penalty      []float64
}

var oddities = []oddity{
	{"one measure", 1, nil},
	{"two measures", 2, nil},
	{"three measures", 3, nil},
	{"loads by agent", 2, func(rng *rand.Rand, s *sketch) {
		s.byAgent = true
		for r := range s.load {
			for i := range s.load[r] {
				for j := range s.load[r][i] {
					s.load[r][i][j] = eighths(s.load[r][i][j] * (0.5 + rng.Float64()))
				}
			}
		}
		s.limit(rng)
	}},
	{"no upper limit", 2, func(rng *rand.Rand, s *sketch) {
		for r := range s.upper {
			s.upper[r][rng.IntN(s.m)] = math.Inf(1)
		}
	}},
	{"no limits", 1, func(_ *rand.Rand, s *sketch) {
		for j := range s.m {
			s.lower[0][j], s.upper[0][j] = 0, math.Inf(1)
		}
	}},
	{"lower limits only", 1, func(_ *rand.Rand, s *sketch) {
		for j := range s.m {
			s.lower[0][j], s.upper[0][j] = s.upper[0][j]*0.8, math.Inf(1)
		}
	}},
	{"weightless units", 2, func(rng *rand.Rand, s *sketch) {
		for i := range s.n {
			for r := range s.load {
				if rng.IntN(3) == 0 {
					clear(s.load[r][i])
				}
			}
		}
		s.limit(rng)
	}},
	{"negative costs", 1, func(_ *rand.Rand, s *sketch) {
		for i := range s.n {
			for j := range s.m {
				s.cost[i][j] -= 200
			}
		}
	}},
	{"equal costs", 1, func(_ *rand.Rand, s *sketch) {
		for i := range s.n {
			for j := range s.m {
				s.cost[i][j] = 7
			}
		}
	}},
	{"units alike", 2, func(rng *rand.Rand, s *sketch) {
		for i := range s.n {
			copy(s.cost[i], s.cost[0])
			for r := range s.load {
				copy(s.load[r][i], s.load[r][0])
			}
		}
		s.limit(rng)
	}},
	{"single candidates", 1, func(rng *rand.Rand, s *sketch) {
		for i := range s.n {
			if rng.IntN(3) == 0 {
				keep := rng.IntN(s.m)
				for j := range s.m {
					if j != keep {
						s.cost[i][j] = math.Inf(1)
					}
				}
			}
		}
	}},
	{"penalties", 1, func(rng *rand.Rand, s *sketch) {
		s.penalty = make([]float64, s.n)
		for i := range s.penalty {
			s.penalty[i] = 60 * rng.Float64()
		}
		for j := range s.m {
			s.lower[0][j] = 0
			s.upper[0][j] *= 0.7
		}
	}},
	{"large numbers", 2, func(_ *rand.Rand, s *sketch) { s.scale(1e9, 1e9) }},
	{"small numbers", 2, func(_ *rand.Rand, s *sketch) { s.scale(1e-6, 1e-6) }},
	{"dear hours", 1, func(_ *rand.Rand, s *sketch) { s.scale(1e6, 1e-6) }},
}

func (s *sketch) scale(cost, load float64) {
	for i := range s.n {
		for j := range s.m {
			s.cost[i][j] *= cost
			for r := range s.load {
				s.load[r][i][j] *= load
			}
		}
	}
	for r := range s.lower {
		for j := range s.m {
			s.lower[r][j] *= load
			s.upper[r][j] *= load
		}
	}
}

// eighths rounds a number down, so that the rational simplex method has less to carry.
func eighths(x float64) float64 { return math.Floor(8*x) / 8 }

// draw makes a problem that has a plan of split units, unless the oddity forbids it.
func draw(rng *rand.Rand, n, m int, o oddity) *sketch {
	s := &sketch{n: n, m: m}
	for range n {
		row := make([]float64, m)
		for j := range row {
			row[j] = eighths(100 * rng.Float64())
		}
		s.cost = append(s.cost, row)
	}
	for range o.measures {
		load := make([][]float64, n)
		for i := range load {
			a := eighths(1 + 9*rng.Float64())
			for range m {
				load[i] = append(load[i], a)
			}
		}
		s.load = append(s.load, load)
	}
	s.limit(rng)
	if o.change != nil {
		o.change(rng, s)
	}
	return s
}

// limit draws limits that the even split of every unit keeps.
func (s *sketch) limit(rng *rand.Rand) {
	s.lower, s.upper = nil, nil
	for _, load := range s.load {
		lower, upper := make([]float64, s.m), make([]float64, s.m)
		for j := range s.m {
			sum := 0.0
			for i := range load {
				sum += load[i][j] / float64(s.m)
			}
			lower[j], upper[j] = eighths(sum*(0.97-0.3*rng.Float64())), eighths(sum*(1.04+0.3*rng.Float64()))
		}
		s.lower, s.upper = append(s.lower, lower), append(s.upper, upper)
	}
}

func (s *sketch) problem() *Problem {
	p := &Problem{Cost: CostFunc(s.n, s.m, func(i, j int) float64 { return s.cost[i][j] }), Penalty: s.penalty}
	if s.byAgent {
		p.Load = make([]Costs, len(s.load))
	}
	for r, load := range s.load {
		me := partition.Measure{Value: make([]float64, s.n), Lower: s.lower[r], Upper: s.upper[r]}
		for i := range load {
			me.Value[i] = load[i][0]
		}
		p.Measures = append(p.Measures, me)
		if s.byAgent {
			p.Load[r] = CostFunc(s.n, s.m, func(i, j int) float64 { return load[i][j] })
		}
	}
	return p
}

func (s *sketch) exact() *oracle.Allocation {
	return &oracle.Allocation{Agents: s.m, Cost: s.cost, Load: s.load, Lower: s.lower, Upper: s.upper, Penalty: s.penalty}
}

// started is a dual with the rows of all units and random prices: some zero,
// some so small that they fall into the smoothed part of the limits.
func started(t *testing.T, rng *rand.Rand, s *sketch, eps float64) (*dual, float64) {
	t.Helper()
	m, err := compile(s.problem())
	require.NoError(t, err)
	d := newDual(m, nil)
	d.spacing = d.measure()
	d.gather(1, math.Inf(1), true)
	eps *= d.spacing
	for r := range m.r {
		for j := range m.m {
			v := d.spacing / d.sz.mean[r] * rng.NormFloat64()
			switch rng.IntN(4) {
			case 0:
				v = 0
			case 1:
				v *= eps / d.spacing
			}
			d.price[r][j] = v
		}
	}
	return d, eps
}

// The gradient and the Hessian are those of the value, by differences. The
// value is once differentiable, with quadratic pieces: a step hardly ever
// crosses from one to the next.
func TestDualDerivatives(t *testing.T) {
	for _, o := range oddities {
		t.Run(o.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(2, 2))
			bent, compared := 0, 0
			for range 4 {
				s := draw(rng, 60, 5, o)
				d, eps := started(t, rng, s, 0.3)
				price := append([]float64(nil), d.flat...)
				d.evaluate(price, eps)
				gradient := append([]float64(nil), d.grad...)
				h := d.hessian(eps)
				product := make([]float64, len(price))
				for r := range d.m.r {
					for j := range d.m.m {
						k := r*d.cols + j
						step := 1e-7 * eps / d.sz.mean[r]
						moved := append([]float64(nil), price...)
						moved[k] = price[k] + step
						above := d.evaluate(moved, eps)
						up := append([]float64(nil), d.grad...)
						moved[k] = price[k] - step
						below := d.evaluate(moved, eps)
						down := d.grad

						load := 0.0
						for i := range s.n {
							load += s.load[r][i][j]
						}
						require.InDelta(t, gradient[k], (above-below)/(2*step), 1e-4*load+1e-12*math.Abs(above)/step)

						unit := make([]float64, len(price))
						unit[k] = 1
						h.mul(unit, product)
						usual := 0.0 // the ridge is measured against that
						for q := range d.m.m {
							usual += h.diag[r*d.cols+q] / float64(d.m.m)
						}
						for q := range product {
							if q%d.cols == d.m.dummy {
								continue // its price is always 0
							}
							compared++
							slope := -(up[q] - down[q]) / (2 * step)
							if math.Abs(slope-product[q]) > 2e-4*usual+1e-3*math.Abs(product[q]) {
								bent++ // a kink was crossed
							}
						}
					}
				}
			}
			require.LessOrEqual(t, 10*bent, compared)
		})
	}
}

// At the end of the climb the bound of the prices is the optimum of split units,
// which the rational simplex method finds: exactly where a flow settles it,
// nearly where prices alone have to do, on problems with as few units as these.
func TestDualReachesTheOptimum(t *testing.T) {
	t.Parallel()
	for _, o := range oddities {
		t.Run(o.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(3, 3))
			solved, short := 0, 0.0
			for range 6 {
				m := 2 + rng.IntN(2)
				s := draw(rng, 4*m+rng.IntN(4), m, o)
				_, optimum := s.exact().BestSplit()
				if math.IsInf(optimum, 1) {
					continue
				}
				solved++
				model, err := compile(s.problem())
				require.NoError(t, err)
				x, err := model.relax(context.Background(), 1e-9, nil)
				require.NoError(t, err)
				scale := 0.0 // of the objective
				for i := range s.n {
					scale += math.Abs(s.cost[i][0])
					if math.IsInf(scale, 1) {
						scale = math.Abs(optimum)
						break
					}
				}
				require.LessOrEqual(t, x.bound, optimum+1e-9*scale)
				if model.r == 1 {
					require.InDelta(t, optimum, x.bound, 1e-9*scale)
				}
				require.GreaterOrEqual(t, x.bound, optimum-0.05*scale)
				short += (optimum - x.bound) / scale
			}
			require.Greater(t, solved, 3)
			require.LessOrEqual(t, short/float64(solved), 0.01)
		})
	}
}

// One agent has no use for prices, whatever the costs and loads.
func TestDualOfOneAgent(t *testing.T) {
	for _, scale := range []float64{1e-9, 1, 1e9} {
		s := draw(rand.New(rand.NewPCG(4, 4)), 9, 1, oddity{measures: 2})
		s.scale(scale, 1/scale)
		model, err := compile(s.problem())
		require.NoError(t, err)
		x, err := model.relax(context.Background(), 1e-9, nil)
		require.NoError(t, err)
		sum := 0.0
		for i := range s.n {
			sum += s.cost[i][0]
		}
		require.InEpsilon(t, sum, x.bound, 1e-9)
	}
}

// A sample stands for all units: every measure's limits are met at about the
// same prices, whether or not loads depend on the agent.
func TestDualOnSamples(t *testing.T) {
	t.Parallel()
	for _, byAgent := range []bool{false, true} {
		const n, m = 8192, 40
		rng := rand.New(rand.NewPCG(5, 5))
		place := func() [2]float64 { return [2]float64{rng.Float64(), rng.Float64()} }
		unit, agent, speed := make([][2]float64, n), make([][2]float64, m), make([]float64, m)
		me := partition.Measure{Value: make([]float64, n), Upper: make([]float64, m)}
		sum := 0.0
		for i := range unit {
			unit[i], me.Value[i] = place(), 1+9*rng.Float64()
			sum += me.Value[i]
		}
		for j := range agent {
			agent[j], speed[j] = place(), 1
			if byAgent {
				speed[j] += rng.Float64()
			}
		}
		for j := range m {
			me.Upper[j] = 1.6 * sum / m
		}
		p := &Problem{
			Cost: CostFunc(n, m, func(i, j int) float64 {
				return me.Value[i] * math.Hypot(unit[i][0]-agent[j][0], unit[i][1]-agent[j][1])
			}),
			Measures: []partition.Measure{me},
			Load:     []Costs{CostFunc(n, m, func(i, j int) float64 { return me.Value[i] * speed[j] })},
		}
		model, err := compile(p)
		require.NoError(t, err)
		require.False(t, model.uniform)
		d := newDual(model, nil)
		d.spacing = d.measure()
		bounds := map[int]float64{}
		for _, stride := range []int{1, 4, 16} {
			clear(d.flat)
			d.gather(stride, 20*d.spacing, false)
			for _, warmth := range []float64{1, 0.3, 0.1, 0.05} {
				d.solve(context.Background(), stride, warmth*d.spacing, 1e-3, false)
			}
			require.Less(t, d.misplaced(), 0.01)
			bounds[stride] = model.bound(d.price)
		}
		require.Greater(t, bounds[1], 1.01*Bound(p), "prices matter here")
		require.InEpsilon(t, bounds[1], bounds[4], 0.02)
		require.InEpsilon(t, bounds[1], bounds[16], 0.05)
	}
}
