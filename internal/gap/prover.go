package gap

import "math"

// prover raises the lower bound, and finds optima on the way: it asks whether
// there is a plan that costs hardly more than the bound. The closer the question
// is to the bound, the more pairs of unit and agent are out of it from the
// start. A no raises the bound; a yes is an optimum; and where a question takes
// too long, it is asked again with more patience.
type prover struct {
	branch  Branch
	p       *Problem
	price   []float64
	entries []entry
	grain   float64
	lower   float64 // no plan costs less; +Inf: there is none
	ceiling float64 // every plan costs less
	nodes   int     // patience with a question
	bold    float64 // what part of the gap the next one asks about
}

// nodeWork is what a node may cost, hardly ever more than it does.
const nodeWork = 5_000

func newProver(p *Problem, price []float64, lower, grain float64) *prover {
	v := &prover{p: p, price: price, grain: grain, lower: lower, nodes: 20, bold: 0.25}
	_, most := p.extremes()
	v.ceiling = most + 1 + math.Max(grain, float64(1e-6*math.Abs(most)))
	for j := range p.Agents {
		for i := range p.Units {
			if p.may(i, j) {
				e := p.at(i, j)
				v.entries = append(v.entries, entry{int32(i), int32(j), p.Cost[e], p.Load[e]})
			}
		}
	}
	return v
}

// advance asks questions until the work is done or nothing is left to ask. It
// returns a plan cheaper than upper where it finds one, and its work.
func (v *prover) advance(upper float64, work int, stop func() bool) (of []int32, used int) {
	for used < work && v.lower < upper && !stop() {
		any := math.Min(upper, v.ceiling)
		ask := any
		if step := math.Max(v.grain, float64(v.bold*(any-v.lower))); v.lower+step < any {
			ask = v.lower + step
			if v.grain > 0 {
				ask = float64(math.Round(ask/v.grain) * v.grain)
			}
		}
		b := &v.branch
		before := b.sack.Work()
		late := func() bool { return b.sack.Work()-before > v.nodes*nodeWork || stop() }
		b.Load(v.p.Units, v.p.Agents, v.entries, v.p.Room, v.price)
		done := b.Run(ask, v.grain, v.nodes, 100, late)
		used += 1 + b.sack.Work() - before
		if len(b.best) > 0 {
			of = make([]int32, v.p.Units)
			for i, q := range b.best {
				of[i] = v.entries[q].agent
			}
			upper = v.p.cost(of)
		}
		switch {
		case done && len(b.best) > 0:
			v.lower = upper
		case done && ask == v.ceiling:
			v.lower = math.Inf(1)
		case done:
			v.lower = ask
			v.bold = math.Min(1, 2*v.bold)
		default:
			v.nodes *= 2
			v.bold = 0.25
		}
	}
	return of, used
}
