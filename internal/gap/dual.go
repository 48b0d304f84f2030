package gap

import "math"

// Dual maximises the Lagrangian bound of the problem in one price per unit,
//
//	L(λ) = Σ_i λ_i + Σ_j min { Σ_i (Cost_ij - λ_i)·x_i : Σ_i Load_ij·x_i ≤ Room_j, x binary },
//
// a knapsack per agent. Its maximum is that of column generation: at least the
// bound of the linear relaxation, and mostly better, because every agent takes
// whole units only.
type Dual struct {
	p *Problem

	Price []float64 // λ, the best so far
	Value float64   // L(Price), as computed; see Slack
	Best  []float64 // per agent: what its knapsack contributes at Price
	Rate  []float64 // per agent: what a little more room would save there

	trial, direction, step []float64
	taken                  []int32 // per unit: by how many agents
	best, rate             []float64
	choice                 [][]int32
	sack                   Knapsack
}

// NewDual starts at the best of the given prices of units.
func NewDual(p *Problem, starts ...[]float64) *Dual {
	d := &Dual{
		p: p, Value: math.Inf(-1),
		Price: make([]float64, p.Units), Best: make([]float64, p.Agents), Rate: make([]float64, p.Agents),
		trial: make([]float64, p.Units), direction: make([]float64, p.Units), step: make([]float64, p.Units),
		taken: make([]int32, p.Units),
		best:  make([]float64, p.Agents), rate: make([]float64, p.Agents), choice: make([][]int32, p.Agents),
	}
	for _, prices := range starts {
		copy(d.trial, prices)
		d.keep(d.evaluate(d.trial))
	}
	return d
}

// evaluate is L at the prices. It leaves the knapsacks in choice, best and rate,
// and the number of agents that take a unit in taken.
func (d *Dual) evaluate(price []float64) float64 {
	p, value := d.p, 0.0
	clear(d.taken)
	for _, v := range price {
		value += v
	}
	for j := range p.Agents {
		cost, load := p.Cost[j*p.Units:(j+1)*p.Units], p.Load[j*p.Units:(j+1)*p.Units]
		d.sack.Reset()
		for i, v := range price {
			if gain := v - cost[i]; gain > 0 {
				d.sack.Add(int32(i), load[i], gain)
			}
		}
		bound, _ := d.sack.Solve(p.Room[j])
		d.best[j], d.rate[j] = -bound, d.sack.Rate()
		value -= bound
		d.choice[j] = d.sack.Chosen(d.choice[j][:0])
		for _, i := range d.choice[j] {
			d.taken[i]++
		}
	}
	return value
}

// keep notes the trial if it is the best so far.
func (d *Dual) keep(value float64) bool {
	if !(value > d.Value) {
		return false
	}
	d.Value = value
	copy(d.Price, d.trial)
	copy(d.Best, d.best)
	copy(d.Rate, d.rate)
	return true
}

// Ascend takes at most steps steps of a subgradient search whose directions are
// averaged, and stops where the bound reaches the target: what the best known
// plan costs, or a guess, and where a hundred and fifty steps close hardly any of the gap
// to it. stop is asked before every step.
func (d *Dual) Ascend(target float64, steps int, stop func() bool) (used int) {
	copy(d.trial, d.Price)
	value := d.evaluate(d.trial)
	clear(d.direction)
	size, idle := 0.5, 0
	mark, since := d.Value, 0
	for used < steps && d.Value < target && size > 1e-4 && !stop() {
		if since++; since == 150 {
			if since = 0; size < 0.2 && d.Value-mark < float64(5e-3*(target-d.Value)) {
				break
			}
			mark = d.Value
		}
		norm := 0.0
		for i := range d.direction {
			g := float64(1 - d.taken[i])
			d.direction[i] = float64(0.3*g) + float64(0.7*d.direction[i])
			norm += float64(d.direction[i] * d.direction[i])
		}
		if norm < 1e-9 {
			break
		}
		length := float64(size*(target-value)) / norm
		for i := range d.trial {
			d.trial[i] += float64(length * d.direction[i])
		}
		value = d.evaluate(d.trial)
		used++
		if before := d.Value; d.keep(value) {
			if value-before > 1e-5*(target-before) {
				idle = 0
			}
		} else if idle++; idle == 12 {
			idle = 0
			size *= 0.6
			copy(d.trial, d.Price)
			value = d.evaluate(d.trial)
			used++
			clear(d.direction)
		}
	}
	return used
}
