package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// relaxation is the problem solved with units that may be split: exactly, as a
// flow, for one measure whose load does not depend on the agent; else by prices
// whose smoothed shares nearly meet the limits.
type relaxation struct {
	m      *model
	rows   *rows
	prices [][]float64 // [r][agents]
	bound  float64     // at the prices
	proof  string      // how the bound was obtained
	cost   float64     // of the split flow; NaN without one
	nw     *network    // nil without a flow
	dual   *dual
}

// exactness is the relative difference of flow and bound that counts as proof
// of the split optimum.
const exactness = 1e-9

// relax solves the relaxation up to the relative accuracy. The error is an
// *partition.InfeasibleError where even split units cannot keep the limits.
// When ctx ends early the relaxation is what has been reached.
func (m *model) relax(ctx context.Context, accuracy float64, report func(partition.Progress)) (*relaxation, error) {
	if m.apart != nil { // which the bound knows, and the plan has to keep
		x, err := m.loose().relax(ctx, accuracy, report)
		if err == nil {
			x.m, x.bound = m, math.Max(x.bound, m.bound(x.prices))
		}
		return x, err
	}
	var order []int32
	if o, ok := m.p.Cost.(interface{ localOrder() []int32 }); ok {
		order = o.localOrder()
	}
	flow := m.r == 1 && m.uniform
	d := newDual(m, order)
	d.progress = report
	d.maximise(ctx, !flow)
	x := &relaxation{m: m, dual: d, prices: d.price, proof: "prices", cost: math.NaN(), bound: math.Inf(-1)}
	m.clampPrices(x.prices)
	if ctx.Err() != nil {
		d.gather(1, 0, false)
		x.rows, x.bound = d.rows, m.bound(x.prices)
		return x, nil
	}
	x.rows = d.rows
	if flow {
		return x, x.settle(ctx, accuracy)
	}
	x.bound = m.bound(x.prices)
	for _, flat := range [][]float64{d.settled, make([]float64, len(d.flat))} {
		if flat == nil {
			continue
		}
		other := split(flat, m.r)
		m.clampPrices(other)
		if bound := m.bound(other); bound > x.bound {
			x.bound, x.prices = bound, other
		}
	}
	return x, nil
}

// clampPrices takes away, in place, what no upper limit is there to be worth:
// the least positive price there would make the bound -Inf.
func (m *model) clampPrices(prices [][]float64) {
	for r, price := range prices {
		for j := range m.m {
			if math.IsInf(m.upper[r][j], 1) {
				price[j] = math.Min(price[j], 0)
			}
		}
	}
}

// complete reports whether every unit lists every agent that may serve it.
func (x *relaxation) complete() bool { return math.IsInf(x.dual.slack, 1) }

// settle makes the flow optimal: it settles the network of the gathered rows,
// and as long as the bound shows that candidates are missing, gathers them anew
// at the new prices.
func (x *relaxation) settle(ctx context.Context, accuracy float64) error {
	d, m := x.dual, x.m
	whole := x.complete()
	var keep map[int32][]Share
	for round := 0; ; round++ {
		x.nw = newNetwork(d.rows, d.price[0], 0.5*d.slack/d.sz.mean[0], d.far, keep)
		settled := x.nw.settle(ctx)
		if !settled && whole && ctx.Err() == nil {
			return m.noFlow(ctx, x.nw)
		}
		copy(d.price[0], x.nw.prices(d.cols))
		m.clampPrices(d.price)
		x.cost = x.nw.total()
		x.bound = m.bound(x.prices)
		if d.progress != nil {
			d.progress(partition.Progress{Phase: "flow", Objective: math.Inf(1), Bound: x.bound, Work: x.nw.pushes})
		}
		if ctx.Err() != nil || whole || settled && x.closed(accuracy) {
			return nil
		}
		reach := d.slack
		for _, j := range x.nw.unsettled() {
			d.extend(j)
		}
		if round%2 == 1 { // the new prices alone have not been enough
			reach *= 2
		}
		keep = x.nw.shares()
		if float64(m.n)*float64(d.cols) <= 1<<22 && reach > 4*d.spacing {
			reach, whole = math.Inf(1), true
		}
		d.gather(1, reach, false)
		x.rows = d.rows
	}
}

// closed reports whether the bound meets the cost of the flow, up to the
// relative accuracy or, where positive and negative costs cancel, to rounding.
func (x *relaxation) closed(accuracy float64) bool {
	gap := x.cost - x.bound
	if gap <= accuracy*math.Abs(x.cost) {
		return true
	}
	of := make([]int32, x.m.n)
	x.assignment(of)
	return gap <= 1e-12*x.mass(of)
}

// assignment gives every unit to one agent: the single candidate, or the
// largest share.
func (x *relaxation) assignment(of []int32) {
	for i := range of {
		of[i] = partition.Unassigned
	}
	for c := range x.rows.chunks {
		ch := &x.rows.chunks[c]
		for k, u := range ch.alone {
			of[u] = ch.owner[k]
		}
	}
	if x.nw == nil {
		x.dual.roundShares(of)
		return
	}
	x.nw.assignment(of)
}

// roundShares gives every unit of the rows to one of the agents that share it,
// the large units first, such that the loads stay close to those of the shares:
// with e the difference so far, it takes the agent with the least
//
//	Σ_rj (e_rj / mean load_r)² + regret / (temperature of the unit).
func (d *dual) roundShares(of []int32) {
	type place struct {
		ch  *rowChunk
		row int
	}
	rs, m := d.rows, d.m
	var shared []place
	for c := range rs.chunks {
		ch := &rs.chunks[c]
		for row, u := range ch.unit {
			best := ch.start[row]
			for e := best; e < ch.start[row+1]; e++ {
				if ch.x[e] > ch.x[best] {
					best = e
				}
			}
			if ch.x[best] == 0 { // never evaluated: the search was interrupted
				for e := best; e < ch.start[row+1]; e++ {
					if d.priced(ch, row, int(e)) < d.priced(ch, row, int(best)) {
						best = e
					}
				}
			}
			of[u] = ch.agent[best]
			if x := ch.x[best]; 0 < x && x < 1 {
				shared = append(shared, place{ch, row})
			}
		}
	}
	slices.SortFunc(shared, func(a, b place) int {
		return cmp.Or(cmp.Compare(b.ch.size[b.row], a.ch.size[a.row]), cmp.Compare(a.ch.unit[a.row], b.ch.unit[b.row]))
	})
	off := make([]float64, m.r*d.cols)
	for _, p := range shared {
		ch, row := p.ch, p.row
		lo, hi := int(ch.start[row]), int(ch.start[row+1])
		least := math.Inf(1)
		for e := lo; e < hi; e++ {
			if ch.x[e] > 0 {
				least = math.Min(least, d.priced(ch, row, e))
				for r := range m.r {
					off[r*d.cols+int(ch.agent[e])] -= float64(ch.x[e] * rs.loadAt(ch, r, row, e))
				}
			}
		}
		best, bestScore := -1, math.Inf(1)
		for e := lo; e < hi; e++ {
			if ch.x[e] <= 0 {
				continue
			}
			score := (d.priced(ch, row, e) - least) / (d.eps * ch.size[row])
			for r := range m.r {
				was := off[r*d.cols+int(ch.agent[e])] / d.sz.mean[r]
				now := was + rs.loadAt(ch, r, row, e)/d.sz.mean[r]
				score += float64(now*now) - float64(was*was)
			}
			if score < bestScore {
				best, bestScore = e, score
			}
		}
		of[ch.unit[row]] = ch.agent[best]
		for r := range m.r {
			off[r*d.cols+int(ch.agent[best])] += rs.loadAt(ch, r, row, best)
		}
	}
}

func (d *dual) priced(ch *rowChunk, row, e int) float64 {
	q := ch.cost[e]
	for r := range d.m.r {
		q += float64(d.rows.loadAt(ch, r, row, e) * d.flat[r*d.cols+int(ch.agent[e])])
	}
	return q
}

// round makes a plan of the relaxation. Where there is a flow, agents that the
// candidates leave outside their limits get wider neighbourhoods, and it starts
// again from the split optimum.
func (x *relaxation) round(ctx context.Context, of []int32) {
	if x.nw == nil {
		x.assignment(of)
		return
	}
	// The split optimum fills limits that whole units cannot meet: 12.3 with
	// loads of 1. Those that they can are what a plan has to be rounded to.
	inner := x.m.attainable()
	if !slices.EqualFunc(inner.upper, x.m.upper, slices.Equal) || !slices.EqualFunc(inner.lower, x.m.lower, slices.Equal) {
		x.resettle(ctx, inner, x.nw.shares())
		prices := [][]float64{x.nw.prices(x.dual.cols)}
		x.m.clampPrices(prices)
		if bound := inner.bound(prices); bound > x.bound && ctx.Err() == nil {
			x.prices, x.bound, x.proof = prices, bound, "prices, limits in whole loads"
		}
	}
	for tries := 0; ; tries++ {
		x.nw.vertex()
		keep := x.nw.shares()
		x.nw.dive(ctx)
		x.assignment(of)
		stuck := x.nw.astray()
		if len(stuck) == 0 || tries == 3 || x.complete() || ctx.Err() != nil {
			return
		}
		d := x.dual
		for _, j := range stuck {
			d.extend(j)
		}
		d.gather(1, d.slack, false)
		x.rows = d.rows
		x.resettle(ctx, inner, keep)
	}
}

// resettle settles the flow of the rows anew, within the limits of the model.
func (x *relaxation) resettle(ctx context.Context, within *model, keep map[int32][]Share) {
	rs := *x.rows
	rs.m = within
	x.nw = newNetwork(&rs, x.prices[0], math.Inf(1), nil, keep)
	x.nw.settle(ctx)
}
