package allocate

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// maximise leaves good prices in d.price and the candidate rows of all units in
// d.rows. With shares the temperature falls until few units are fractional, and
// their shares nearly meet the limits; without, until a flow can do the rest. It
// returns early when ctx ends.
//
// The first temperature is so high that load finds its way across the map, and
// every level begins again at its sampling error (noise) or so, below which the
// sample no longer speaks for the whole. The constants were found by trial on
// clustered and scattered customers with ten to some thousand units per agent;
// they cost time where they are wrong, not truth.
func (d *dual) maximise(ctx context.Context, shares bool) {
	m := d.m
	all := float64(m.n)*float64(d.cols) <= 1<<18
	d.spacing = d.measure()
	top := 0
	for m.n>>(2*(top+1)) >= 4*m.r*m.r*d.cols && m.n>>(2*(top+1)) >= 512 {
		top++
	}
	eps := 3 * d.spacing
	share := 0.5 // of the noise at which a level begins and ends
	if shares {
		share = 3 // several measures move prices farther apart
	}
	for level := top; level >= 0; level-- {
		stride := 1 << (2 * level)
		n := m.n / stride
		noise := float64(d.spacing * math.Sqrt(float64(d.cols)/float64(n)))
		if shares {
			d.least = float64(2*d.m.r) * noise
		} else if level == 0 {
			d.least = 2 * noise
			if level < top && !all {
				d.widen()
			}
		}
		if level < top {
			eps = math.Max(eps, share*noise)
		}
		d.gather(stride, math.Max(float64(2+2*d.m.r)*eps, d.least), all)
		for heats := 6; ctx.Err() == nil; {
			accuracy := 0.02
			if level > 0 {
				accuracy = math.Max(accuracy, 0.1*math.Sqrt(float64(d.cols)/float64(n)))
			}
			d.solve(ctx, stride, eps, accuracy, all)
			d.report()
			if d.misplaced() > 0.05 && heats > 0 && eps < d.spacing {
				// The prices are too far off for this temperature: reach further.
				heats--
				eps *= 6
				if !all {
					d.slack = 0
				}
				continue
			}
			if level > 0 && eps <= share*noise {
				break
			}
			if level == 0 && !shares && eps <= noise*0.1 {
				break
			}
			if level == 0 && shares && (d.fractional <= max(16*m.r*d.cols, n/6) || eps < 1e-7*d.spacing) {
				d.finish(ctx, eps, all)
				break
			}
			eps *= 0.35
		}
		if ctx.Err() != nil {
			break
		}
	}
}

// finish ends with two sets of prices: d.settled, cooled for the bound, and
// d.flat, whose shares keep within limits drawn in by what rounding may do.
func (d *dual) finish(ctx context.Context, eps float64, all bool) {
	warm := slices.Clone(d.flat)
	d.cool(ctx, eps, all)
	d.settled = slices.Clone(d.flat)
	copy(d.flat, warm)
	d.inset = true
	for d.solve(ctx, 1, eps, 1e-3, all); d.misplaced() > 3e-3 && eps < 0.1*d.spacing && ctx.Err() == nil; {
		eps *= 2.5
		d.solve(ctx, 1, eps, 1e-3, all)
	}
}

// report tells the observer that prices move on; nothing is proved yet.
func (d *dual) report() {
	if d.progress != nil {
		d.progress(partition.Progress{Phase: "prices", Objective: math.Inf(1), Bound: math.Inf(-1), Work: d.steps})
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
