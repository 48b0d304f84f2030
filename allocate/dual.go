package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// dual maximises the price bound. The bound is concave and piecewise linear in
// the prices; here each unit's minimum is smoothed (see smoothMin) at a
// temperature that is lowered step by step, and each smoothed problem is solved
// by Newton steps with conjugate gradients on the sparse graph of agents that
// share a fractional unit. The first steps work on a sample of the units, which
// grows by four as the temperature falls below its sampling error.
type dual struct {
	m     *model
	sz    yardstick
	order []int32 // nil: index order
	cols  int
	price [][]float64 // [r][cols]
	flat  []float64   // the same numbers, r·cols + j

	rows  *rows
	slack float64   // of rows, per size
	least float64   // the smallest slack wanted
	far   []remote  // ascending in agent
	at    []float64 // prices at which rows were gathered

	load, grad []float64 // of the last evaluation
	inset      bool      // keep away from the limits, as far as rounding may go wrong
	settled    []float64 // prices before the inset
	fractional int       // units with more than one share, of the last evaluation
	eps        float64   // temperature of the last evaluation
	steps      int       // Newton steps taken
	progress   func(partition.Progress)
	spacing    float64 // how far apart agents are, in cost per size
}

func newDual(m *model, order []int32) *dual {
	d := &dual{m: m, sz: m.yardstick(), order: order, cols: m.agents()}
	d.flat = make([]float64, m.r*d.cols)
	d.price = split(d.flat, m.r)
	d.load = make([]float64, len(d.flat))
	d.grad = make([]float64, len(d.flat))
	return d
}

func split(flat []float64, r int) [][]float64 {
	rows := make([][]float64, r)
	for k := range rows {
		n := len(flat) / r
		rows[k] = flat[k*n : (k+1)*n : (k+1)*n]
	}
	return rows
}

func (d *dual) unit(k int) int {
	if d.order == nil {
		return k
	}
	return int(d.order[k])
}

func (d *dual) gather(stride int, slack float64, all bool) {
	if all {
		if slack = math.Inf(1); d.rows != nil && stride == 1 && d.rows.units == d.m.n {
			return
		}
	}
	d.slack = slack
	d.at = slices.Clone(d.flat)
	d.rows = d.m.gather(d.m.finder(d.price), d.sz, d.orderOrIdentity(), stride, slack, d.far)
}

func (d *dual) orderOrIdentity() []int32 {
	if d.order == nil {
		d.order = make([]int32, d.m.n)
		for i := range d.order {
			d.order[i] = int32(i)
		}
	}
	return d.order
}

// drift is how much the prices have moved against each other since the rows
// were gathered, in cost per size, leaving out the extreme twentieths.
func (d *dual) drift() float64 {
	worst := 0.0
	diff := make([]float64, d.m.m)
	for r := range d.m.r {
		for j := range diff {
			diff[j] = d.price[r][j] - d.at[r*d.cols+j]
		}
		slices.Sort(diff)
		cut := len(diff) / 20
		worst = math.Max(worst, (diff[len(diff)-1-cut]-diff[cut])*d.sz.mean[r])
	}
	return worst * float64(d.m.r)
}

// solve takes Newton steps at temperature eps until the misplaced share of the
// load falls below accuracy.
func (d *dual) solve(ctx context.Context, stride int, eps, accuracy float64, all bool) {
	want := math.Max(float64(2+2*d.m.r)*eps, d.least)
	if !all && (d.drift()+2*eps > d.slack || d.slack > 3*want) { // too short, or longer than worth the time
		d.gather(stride, want, all)
	}
	n := len(d.flat)
	trial, step := make([]float64, n), make([]float64, n)
	value := d.evaluate(d.flat, eps)
	for range 12 + int(0.03/accuracy) {
		if ctx.Err() != nil || d.misplaced() < accuracy {
			return
		}
		d.steps++
		d.newton(eps, step)
		d.clip(step, 4*eps)
		slope := dot(d.grad, step)
		if slope <= 0 {
			return
		}
		length, ok := 1.0, false
		for range 6 {
			for k := range trial {
				trial[k] = d.flat[k] + float64(length*step[k])
			}
			if v := d.evaluate(trial, eps); v >= value+float64(1e-4*length*slope) {
				value, ok = v, true
				break
			}
			length *= 0.3
		}
		if !ok {
			d.evaluate(d.flat, eps)
			return
		}
		copy(d.flat, trial)
		if !all && d.drift()+eps > d.slack {
			d.gather(stride, math.Max(float64(2+2*d.m.r)*eps, d.least), all)
			value = d.evaluate(d.flat, eps)
		}
	}
}

// limits of the sample: the problem's, scaled by the sample's share of the load.
func (d *dual) limits(r, j int) (mid, half float64) {
	whole := float64(d.sz.mean[r] * float64(d.m.n)) // or 2·whole, which is a sum, is fused
	share := d.rows.amount[r] / whole
	lo := math.Max(d.m.lower[r][j], 0)
	hi := math.Min(d.m.upper[r][j], math.Max(2*whole, lo))
	mid, half = 0.5*(lo+hi)*share, 0.5*(hi-lo)*share
	if d.inset && half > 0 {
		half *= 1 - math.Max(0.1, math.Min(0.6, 1.5*d.sz.mean[r]/half))
	}
	return mid, half
}

// evaluate computes the smoothed dual at the prices, and the loads and the
// gradient there; the shares go to the rows.
func (d *dual) evaluate(price []float64, eps float64) float64 {
	rs, m, cols := d.rows, d.m, d.cols
	type part struct {
		value      float64
		load       []float64
		fractional int
	}
	parts := make([]part, min(groups, len(rs.chunks)))
	longest := rs.longest()
	byAgent := make([]float64, len(price)) // the prices, those of an agent side by side
	for k, v := range price {
		byAgent[k%cols*m.r+k/cols] = v
	}
	parallel.For(len(parts), func(g int) {
		load := make([]float64, len(price)) // like byAgent
		q := make([]float64, longest)
		buf := make([]float64, 0, longest)
		p := part{load: load}
		for c := len(rs.chunks) * g / len(parts); c < len(rs.chunks)*(g+1)/len(parts); c++ {
			ch := &rs.chunks[c]
			p.value += ch.baseCost
			for k, b := range ch.base {
				if b != 0 {
					load[k%cols*m.r+k/cols] += b
					p.value += float64(b * price[k])
				}
			}
			for row := range ch.unit {
				lo, hi := int(ch.start[row]), int(ch.start[row+1])
				qs, xs := q[:hi-lo], ch.x[lo:hi]
				for e := lo; e < hi; e++ {
					j := int(ch.agent[e])
					at := byAgent[j*m.r : (j+1)*m.r]
					sum := ch.cost[e]
					if m.uniform { // the dummy's price is 0
						for r, a := range ch.load[row*m.r : (row+1)*m.r] {
							sum += float64(a * at[r])
						}
					} else {
						for r, a := range ch.load[e*m.r : (e+1)*m.r] {
							sum += float64(a * at[r])
						}
					}
					qs[e-lo] = sum
				}
				v, support := smoothMin(qs, xs, buf, eps*ch.size[row])
				p.value += v
				if support > 1 {
					p.fractional++
				}
				for e, x := range xs {
					if x > 0 {
						to := load[int(ch.agent[lo+e])*m.r:]
						for r := range m.r {
							to[r] += float64(x * rs.loadAt(ch, r, row, lo+e))
						}
					}
				}
			}
		}
		parts[g] = p
	})
	clear(d.load)
	d.eps = eps
	value := 0.0
	d.fractional = 0
	for _, p := range parts {
		value += p.value
		d.fractional += p.fractional
		for k := range d.load {
			d.load[k] += p.load[k%cols*m.r+k/cols]
		}
	}
	for r := range m.r {
		tau := d.tau(r, eps)
		for j := range m.m {
			k := r*cols + j
			mid, half := d.limits(r, j)
			v := price[k]
			if math.Abs(v) < tau {
				value -= float64(mid*v) + float64(half*0.5)*v*v/tau
				d.grad[k] = d.load[k] - mid - float64(half*v)/tau
			} else {
				value -= float64(mid*v) + float64(half*(math.Abs(v)-float64(0.5*tau)))
				d.grad[k] = d.load[k] - mid - math.Copysign(half, v)
			}
		}
	}
	return value
}

// tau is the width around 0 within which the price of a limit is smoothed, as
// if the limit were soft. Where a flow takes over, the sign of the price decides
// which limit binds, and the width is kept small.
func (d *dual) tau(r int, eps float64) float64 {
	if d.m.r > 1 || !d.m.uniform {
		eps *= 2
	}
	return eps / d.sz.mean[r]
}

// misplaced is the share of the load that would have to change hands for every
// agent to meet what the prices ask of it, at worst over the measures.
func (d *dual) misplaced() float64 {
	worst := 0.0
	for r := range d.m.r {
		sum := 0.0
		for j := range d.m.m {
			sum += math.Abs(d.grad[r*d.cols+j])
		}
		if d.rows.total[r] > 0 {
			worst = math.Max(worst, sum/d.rows.total[r])
		}
	}
	return worst
}

// clip limits every entry of the step to size reach, in cost per size.
func (d *dual) clip(step []float64, reach float64) {
	for r := range d.m.r {
		top := reach / d.sz.mean[r]
		for j := range d.m.m {
			k := r*d.cols + j
			step[k] = math.Max(-top, math.Min(top, step[k]))
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for k, v := range a {
		sum += float64(v * b[k])
	}
	return sum
}
