package allocate

import (
	"context"
	"math"
	"slices"
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
	spacing    float64   // how far apart agents are, in cost per size
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

// maximise leaves good prices in d.price and the candidate rows of all units in
// d.rows. With finish the temperature falls until few units are fractional, and
// their shares nearly meet the limits; without, until a flow can do the rest. It returns early when ctx ends.
func (d *dual) maximise(ctx context.Context, finish bool) {
	m := d.m
	all := float64(m.n)*float64(d.cols) <= 1<<18
	d.spacing = d.measure()
	top := 0
	for m.n>>(2*(top+1)) >= 4*m.r*m.r*d.cols && m.n>>(2*(top+1)) >= 512 {
		top++
	}
	eps := 3 * d.spacing
	for level := top; level >= 0; level-- {
		stride := 1 << (2 * level)
		n := m.n / stride
		noise := float64(d.spacing * math.Sqrt(float64(d.cols)/float64(n)))
		if finish {
			d.least = float64(2*d.m.r) * noise
		} else if level == 0 {
			d.least = 2 * noise
			if level < top && !all {
				d.widen()
			}
		}
		if level < top {
			eps = math.Max(eps, 0.5*noise)
		}
		d.gather(stride, math.Max(float64(2+2*d.m.r)*eps, d.least), all)
		for heats := 6; ctx.Err() == nil; {
			accuracy := 0.02
			if level > 0 {
				accuracy = math.Max(accuracy, 0.1*math.Sqrt(float64(d.cols)/float64(n)))
			}
			d.solve(ctx, stride, eps, accuracy, all)
			if d.misplaced() > 0.05 && heats > 0 && eps < d.spacing {
				// The prices are too far off for this temperature: reach further.
				heats--
				eps *= 6
				if !all {
					d.slack = 0
				}
				continue
			}
			if level > 0 && eps <= noise*0.5 {
				break
			}
			if level == 0 && !finish && eps <= noise*0.1 {
				break
			}
			if level == 0 && finish && (d.fractional <= max(16*m.r*d.cols, n/6) || eps < 1e-7*d.spacing) {
				warm := slices.Clone(d.flat)
				d.cool(ctx, eps, all)
				d.settled = slices.Clone(d.flat)
				copy(d.flat, warm)
				d.inset = true
				for d.solve(ctx, stride, eps, 1e-3, all); d.misplaced() > 3e-3 && eps < 0.1*d.spacing && ctx.Err() == nil; {
					eps *= 2.5
					d.solve(ctx, stride, eps, 1e-3, all)
				}
				break
			}
			eps *= 0.35
		}
		if ctx.Err() != nil {
			break
		}
	}
}

// cool lowers the temperature further, for the sake of the bound alone, until
// what smoothing adds to the units that several agents share is no longer worth
// it. Where there are few units to an agent, nearly all of them are shared at
// the temperature that is best for rounding.
func (d *dual) cool(ctx context.Context, eps float64, all bool) {
	for eps > 1e-7*d.spacing && ctx.Err() == nil {
		value := d.evaluate(d.flat, eps)
		if 0.5*eps*float64(d.fractional) <= 1e-4*math.Abs(value) {
			return
		}
		eps *= 0.35
		d.solve(ctx, 1, eps, 0.02, all)
	}
}

// measure estimates how far apart agents are: the mean difference per size
// between a unit's best and fourth best agent, over a sample. Where the fourth
// is as good as the best, as several agents may share a house, the next one
// that is worse counts. It is positive.
func (d *dual) measure() float64 {
	f := d.m.finder(d.price)
	var s scratch
	sum, count, level, sized := 0.0, 0, 0.0, 0
	for k, n := 0, min(d.m.n, 256); k < n; k++ {
		i := d.unit(k * d.m.n / n)
		size := d.sz.size[i]
		if size <= 0 {
			continue
		}
		near := f.near(&s, i, math.Inf(1))
		level += math.Abs(near[0].Priced) / size
		sized++
		for k := min(len(near)-1, 3); 0 < k && k < len(near); k++ {
			if diff := near[k].Priced - near[0].Priced; diff > 0 {
				sum += diff / size
				count++
				break
			}
		}
	}
	switch {
	case sum > 0:
		return sum / float64(count)
	case level > 0: // nothing to choose by
		return level / float64(sized)
	}
	return 1
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

// extend lets the agent look eight times as far as so far.
func (d *dual) extend(j int) {
	at, has := slices.BinarySearchFunc(d.far, j, func(o remote, j int) int { return o.agent - j })
	if !has {
		d.far = slices.Insert(d.far, at, remote{j, 1})
	}
	d.far[at].factor *= 8
}

// widen finds the agents that have little to exchange within the least slack,
// against the heaviest unit: those in empty country.
func (d *dual) widen() {
	rs, heaviest := d.rows, 0.0
	for _, a := range d.m.value[0] {
		heaviest = math.Max(heaviest, a)
	}
	gain, loss := make([]float64, d.cols), make([]float64, d.cols)
	for c := range rs.chunks {
		ch := &rs.chunks[c]
		for row := range ch.unit {
			lo, hi := ch.start[row], ch.start[row+1]
			best, own := math.Inf(1), lo
			for e := lo; e < hi; e++ {
				if q := ch.cost[e] + float64(ch.load[row]*d.flat[ch.agent[e]]); q < best {
					best, own = q, e
				}
			}
			for e := lo; e < hi; e++ {
				if q := ch.cost[e] + float64(ch.load[row]*d.flat[ch.agent[e]]); e != own && q <= best+float64(d.least*ch.size[row]) {
					gain[ch.agent[e]] += ch.load[row]
					loss[ch.agent[own]] += ch.load[row]
				}
			}
		}
	}
	for j := range d.m.m {
		if math.Min(gain[j], loss[j]) < 0.5*heaviest {
			d.extend(j)
		}
	}
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
	parallel(len(parts), func(g int) {
		load := make([]float64, len(price))
		q := make([]float64, longest)
		buf := make([]float64, 0, longest)
		p := part{load: load}
		for c := len(rs.chunks) * g / len(parts); c < len(rs.chunks)*(g+1)/len(parts); c++ {
			ch := &rs.chunks[c]
			p.value += ch.baseCost
			for k, b := range ch.base {
				if b != 0 {
					load[k] += b
					p.value += float64(b * price[k])
				}
			}
			for row := range ch.unit {
				lo, hi := int(ch.start[row]), int(ch.start[row+1])
				qs, xs := q[:hi-lo], ch.x[lo:hi]
				if m.r == 1 && m.uniform {
					a := ch.load[row]
					for e := lo; e < hi; e++ {
						j := int(ch.agent[e])
						qs[e-lo] = ch.cost[e]
						if j != m.dummy {
							qs[e-lo] += float64(a * price[j])
						}
					}
				} else {
					for e := lo; e < hi; e++ {
						sum := ch.cost[e]
						for r := range m.r {
							sum += float64(rs.loadAt(ch, r, row, e) * price[r*cols+int(ch.agent[e])])
						}
						qs[e-lo] = sum
					}
				}
				v, support := smoothMin(qs, xs, buf, eps*ch.size[row])
				p.value += v
				if support > 1 {
					p.fractional++
				}
				for e, x := range xs {
					if x > 0 {
						for r := range m.r {
							load[r*cols+int(ch.agent[lo+e])] += float64(x * rs.loadAt(ch, r, row, lo+e))
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
		for k, l := range p.load {
			d.load[k] += l
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
