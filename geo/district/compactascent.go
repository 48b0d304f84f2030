package district

import (
	"context"
	"math"
)

// begin sets the first multipliers: what units cost in a plan.
func (d *compactDual) begin(plan []int32) {
	x, m := d.x, d.x.m
	d.u, d.best, d.direction = make([]float64, m.n), make([]float64, m.n), make([]float64, m.n)
	units, sums := make([][]int32, m.k), make([]float64, m.n)
	for u, t := range plan {
		units[t] = append(units[t], int32(u))
	}
	for t, list := range units {
		if x.table == nil {
			for _, u := range list {
				d.u[u] = x.extraOf(u, int32(t))
			}
			continue
		}
		c, cost := x.centre(list, sums)
		share := cost / float64(len(list)) // what the centre itself is worth
		for _, u := range list {
			d.u[u] = x.row(u)[c] + d.extraOf(u)
		}
		d.u[c] += share
	}
	copy(d.best, d.u)
}

// raise evaluates so many times, by steps along deflected subgradients whose
// length is in proportion to the distance of the bound from what a plan costs
// (Polyak 1969).
func (d *compactDual) raise(ctx context.Context, times int, cost float64) {
	const (
		patience = 12  // evaluations without a better bound after which steps get shorter
		memory   = 0.7 // of the last direction in the next one
	)
	for ; times > 0 && !d.settled() && ctx.Err() == nil; times-- {
		v := d.evaluate(d.u)
		if d.x.table != nil {
			d.suggest()
		}
		if v > d.bound {
			if v > d.bound+float64(1e-4*math.Abs(cost-v)) {
				d.idle = 0
			}
			d.bound = v
			copy(d.best, d.u)
		}
		if d.idle++; d.idle > patience {
			d.idle, d.reach = 0, d.reach*0.6
			copy(d.u, d.best)
			clear(d.direction)
			continue
		}
		norm := 0.0
		for i, s := range d.served {
			g := 1 - s
			d.direction[i] = g + float64(memory*d.direction[i])
			norm += float64(d.direction[i] * d.direction[i])
		}
		if norm == 0 || math.IsInf(v, 1) {
			d.reach = 0 // optimal: all units are served just once
			return
		}
		step := d.reach * math.Max(cost-v, 1e-9*math.Abs(cost)) / norm
		for i, g := range d.direction {
			d.u[i] += float64(step * g)
		}
	}
}

// suggest keeps the centres of the last evaluation if those before are worse for
// units that all go to the nearest one.
func (d *compactDual) suggest() {
	cost := 0.0
	for i := range int32(d.x.m.n) {
		row, least := d.x.row(i), math.Inf(1)
		for _, j := range d.last {
			least = math.Min(least, row[j])
		}
		cost += least
	}
	if cost < d.nearest {
		d.nearest = cost
		d.centers = append(d.centers[:0], d.last...)
	}
}

// settled reports whether the steps have become too short to raise the dual.
func (d *compactDual) settled() bool { return d.reach <= 1e-4 }

// pace is how many evaluations take about the time of so many steps of a walk.
func (d *compactDual) pace(steps int64) int {
	n := int64(d.x.m.n)
	one := n * (n/150 + 3)
	if d.x.table == nil {
		one = n * int64(d.x.m.k/5+1)
	}
	return int(max(1, steps/one))
}

// around is a connected plan in which every unit is, as far as may be, with the
// centre to which it costs least; nil where some part of the map has no centre.
// Units are added to the territories next to them, those first that lose least.
// O(n²).
func (x *compactCosts) around(centers []int32) []int32 {
	m := x.m
	of, to, loss := make([]int32, m.n), make([]int32, m.n), make([]float64, m.n)
	for u := range of {
		of[u], loss[u] = -1, math.Inf(1)
	}
	join := func(u, t int32) {
		of[u] = t
		for _, v := range m.neighbors(u) {
			if of[v] >= 0 {
				continue
			}
			row := x.row(v)
			cheapest := math.Inf(1)
			for _, c := range centers {
				cheapest = math.Min(cheapest, row[c])
			}
			if more := row[centers[t]] - cheapest; more < loss[v] {
				loss[v], to[v] = more, t
			}
		}
	}
	for _, c := range centers {
		of[c] = 0 // before any of them is taken by another
	}
	for t, c := range centers {
		join(c, int32(t))
	}
	for range m.n - len(centers) {
		next := int32(-1)
		for u := range int32(m.n) {
			if of[u] < 0 && !math.IsInf(loss[u], 1) && (next < 0 || loss[u] < loss[next]) {
				next = u
			}
		}
		if next < 0 {
			return nil
		}
		join(next, to[next])
	}
	return of
}
