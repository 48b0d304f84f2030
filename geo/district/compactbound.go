package district

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Bound is the Lagrangian dual of the problem that c solves, without contiguity
// but for what is said below, at one multiplier per unit: what it may cost to
// serve it. With u the multipliers, for Inertia and Distance
//
//	Σ_i u_i + the K least v_j of different units j,
//	v_j = min { Σ_i (cost(i,j) - u_i)·x_i + Penalty·outside(x) : x_j = 1, 0 ≤ x_i ≤ 1 },
//
// where cost(i,j) is what unit i costs in the territory with the centre j, at the
// least Preference that it has for any territory, and x keeps the limits of one
// measure, where these are hard: the widest ones that any territory has. The
// measure that gives most is taken for each j. x_i is 0 for units of another
// component of the map. Fixed, Forbidden and Seeds are left out. For Travel
//
//	Σ_i u_i + Σ_t v_t,  v_t = min { Σ_i (cost(i,t) - u_i)·x_i + Penalty·outside_t(x) : 0 ≤ x_i ≤ 1 }
//
// with the limits of each territory, and x_i = 0 where it may not have unit i.
//
// By weak duality no plan that [Compact] may return without a violation costs
// less: for any multipliers. The result is rounded down by a bound on its own
// rounding error. It is -Inf where the problem is not valid for c, where the
// number of multipliers is not that of the units, or one of them is not finite;
// +Inf where it proves that no plan keeps the limits.
//
// O(n²) time and memory at least, O(n·K) for Travel; the same value at any GOMAXPROCS.
func (c Compact) Bound(p *partition.Problem, multipliers []float64) float64 {
	m, err := c.compile(p)
	if err != nil || len(multipliers) != p.Len() {
		return math.Inf(-1)
	}
	for _, u := range multipliers {
		if math.IsNaN(u) || math.IsInf(u, 0) {
			return math.Inf(-1)
		}
	}
	x, err := c.compileCosts(context.Background(), m)
	if err != nil {
		return math.Inf(-1)
	}
	return newCompactDual(x).evaluate(multipliers)
}

// compactDual evaluates the dual of [Compact.Bound] and raises it.
type compactDual struct {
	x            *compactCosts
	lower, upper []float64 // per measure, the widest limits
	extra        []float64 // per unit, the least of its extra costs; nil: 0
	price        float64   // of an amount outside; +Inf: limits are hard

	floor  []float64 // per centre, what v_j is at least
	value  []float64 // per centre or territory, v
	takes  [][]share // and the x of that
	order  []int32
	served []float64 // per unit, Σ x of the last evaluation: 1 in a plan
	sacks  []sack
	last   []int32 // the centres of the last evaluation

	// The ascent.
	u, best   []float64
	direction []float64
	bound     float64 // at best
	centers   []int32 // those met at which units are nearest to one of them
	nearest   float64 // what these cost, without limits
	reach     float64 // step, in relation to the distance from the best plan
	idle      int     // evaluations since bound has risen
}

// share is a part of a unit.
type share struct {
	unit int32
	part float64
}

// sack is a knapsack with two limits, and its scratch.
type sack struct {
	items []sackItem
	takes []share
	best  []share
}

type sackItem struct {
	cost, value float64
	unit        int32
}

// dualGroups is the number of parts in which the dual is evaluated.
const dualGroups = 16

func newCompactDual(x *compactCosts) *compactDual {
	m := x.m
	d := &compactDual{x: x, price: math.Inf(1), lower: make([]float64, m.measures), upper: make([]float64, m.measures),
		served: make([]float64, m.n), sacks: make([]sack, dualGroups), bound: math.Inf(-1), nearest: math.Inf(1), reach: 1}
	if x.penalty > 0 {
		d.price = x.penalty
	}
	for r := range d.lower {
		d.lower[r], d.upper[r] = math.Inf(1), 0
		for t := range m.k {
			d.lower[r] = math.Min(d.lower[r], m.lower[t*m.measures+r])
			d.upper[r] = math.Max(d.upper[r], m.upper[t*m.measures+r])
		}
	}
	if x.table != nil && x.extra != nil {
		d.extra = make([]float64, m.n)
		for u := range d.extra {
			d.extra[u] = slices.Min(x.extra[u*m.k : (u+1)*m.k])
		}
	}
	number := m.k
	if x.table != nil {
		number = m.n
		d.floor = make([]float64, m.n)
	}
	d.value, d.takes, d.order = make([]float64, number), make([][]share, number), make([]int32, number)
	return d
}

// roundoff is more than k additions of terms of this magnitude lose.
func roundoff(k int, magnitude float64) float64 { return float64(float64(k+16) * 0x1p-52 * magnitude) }

// evaluate is the dual at u.
func (d *compactDual) evaluate(u []float64) float64 {
	clear(d.served)
	total, magnitude := 0.0, 0.0
	add := func(v float64) {
		total += v
		magnitude += math.Abs(v)
	}
	d.last = d.chosen(u)
	for _, t := range d.last {
		add(d.value[t])
		for _, s := range d.takes[t] {
			d.served[s.unit] += s.part
		}
		if math.IsInf(d.value[t], 1) {
			return math.Inf(1)
		}
	}
	for _, v := range u {
		add(v)
	}
	if v := total - roundoff(len(u)+d.x.m.k, magnitude); !math.IsNaN(v) {
		return v
	}
	return math.Inf(-1)
}

// chosen are the territories, or the K centres of least value, in ascending order.
func (d *compactDual) chosen(u []float64) []int32 {
	m, x := d.x.m, d.x
	if x.table == nil {
		parallel.For(m.k, func(t int) {
			s := &sack{}
			for i := range int32(m.n) {
				if m.may(i, int32(t)) {
					s.items = append(s.items, sackItem{cost: x.extraOf(i, int32(t)) - u[i], unit: i})
				}
			}
			d.value[t] = d.solve(s, -1, 0, m.lower[t*m.measures:(t+1)*m.measures], m.upper[t*m.measures:(t+1)*m.measures])
			d.takes[t] = append(d.takes[t][:0], s.best...)
			d.order[t] = int32(t)
		})
		return d.order
	}
	// What v is without limits tells which centres need a look.
	parallel.For(dualGroups, func(g int) {
		lo, hi := g*m.n/dualGroups, (g+1)*m.n/dualGroups
		floor := d.floor[lo:hi]
		clear(floor)
		for i := range int32(m.n) {
			charge := u[i] - d.extraOf(i)
			for j, cost := range x.row(i)[lo:hi] {
				if cost < charge && int(i) != lo+j && m.component[i] == m.component[lo+j] {
					floor[j] += cost - charge
				}
			}
		}
		for j := range floor {
			own := x.row(int32(lo + j))[lo+j] + d.extraOf(int32(lo+j)) - u[lo+j]
			floor[j] += own - roundoff(m.n, math.Abs(own)+math.Abs(floor[j]))
			d.order[lo+j] = int32(lo + j)
		}
	})
	slices.SortFunc(d.order, func(a, b int32) int { return cmp.Or(cmp.Compare(d.floor[a], d.floor[b]), cmp.Compare(a, b)) })
	var best nearest.Heap
	best.Reset(m.k)
	for from := 0; from < m.n; {
		// A batch at once, the same whatever the number of processors.
		batch := d.order[from:min(m.n, from+max(dualGroups, m.k-from))]
		if len(best.Found) == m.k && !(d.floor[batch[0]] < best.Worst()) {
			break
		}
		from += len(batch)
		parallel.For(min(dualGroups, len(batch)), func(g int) {
			for at := g; at < len(batch); at += dualGroups {
				d.look(u, batch[at], &d.sacks[g])
			}
		})
		for _, j := range batch {
			best.Add(d.value[j], j)
		}
	}
	return best.Sorted()
}

// look computes v of centre j.
func (d *compactDual) look(u []float64, j int32, s *sack) {
	m := d.x.m
	s.items = s.items[:0]
	for i := range int32(m.n) {
		if i != j && m.component[i] == m.component[j] {
			s.items = append(s.items, sackItem{cost: d.x.row(i)[j] + d.extraOf(i) - u[i], unit: i})
		}
	}
	own := d.x.row(j)[j] + d.extraOf(j) - u[j]
	d.value[j] = d.solve(s, j, own, d.lower, d.upper)
	d.takes[j] = append(append(d.takes[j][:0], share{j, 1}), s.best...)
}

func (d *compactDual) extraOf(i int32) float64 {
	if d.extra == nil {
		return 0
	}
	return d.extra[i]
}

// solve is the least that a territory can cost that has unit j (-1: none) at the
// cost own, of the measure that makes it cost most.
func (d *compactDual) solve(s *sack, j int32, own float64, lower, upper []float64) float64 {
	most := math.Inf(-1)
	for r := range max(1, len(lower)) {
		load, least, limit := 0.0, 0.0, math.Inf(1)
		if len(lower) > 0 {
			least, limit = lower[r]-partition.FeasibleViolation, upper[r]+partition.FeasibleViolation
			for at := range s.items {
				s.items[at].value = d.x.m.values(s.items[at].unit)[r]
			}
			if j >= 0 {
				load = d.x.m.values(j)[r]
			}
		}
		if v := s.fill(own, load, least, limit, d.price); v > most {
			most = v
			s.best = append(s.best[:0], s.takes...)
		}
	}
	return most
}

// fill is own plus the least cost of shares of the items that bring the load
// between the limits, an amount outside at that price; s.takes are these shares.
func (s *sack) fill(own, load, lower, upper, price float64) float64 {
	s.takes = s.takes[:0]
	cost, magnitude := own, math.Abs(own)
	paying, filled := 0, load // items of negative cost come first
	for at, it := range s.items {
		if it.cost < 0 {
			s.items[at], s.items[paying] = s.items[paying], it
			paying++
			filled += it.value
		}
	}
	take := func(it sackItem, part float64) {
		if part <= 0 {
			return
		}
		s.takes = append(s.takes, share{it.unit, part})
		cost += float64(part * it.cost)
		magnitude += math.Abs(it.cost)
		load += float64(part * it.value)
	}
	if filled <= upper {
		for _, it := range s.items[:paying] {
			take(it, 1)
		}
		if load < lower {
			rest := s.items[paying:]
			sortByRatio(rest)
			for _, it := range rest {
				if load >= lower || it.value == 0 || it.cost >= float64(price*it.value) {
					break
				}
				take(it, math.Min(1, (lower-load)/it.value))
			}
		}
	} else {
		gains := s.items[:paying]
		sortByRatio(gains)
		for _, it := range gains {
			switch {
			case it.value == 0 || load+it.value <= upper || it.cost < float64(-price*it.value):
				take(it, 1)
			case load < upper:
				take(it, (upper-load)/it.value)
			}
		}
	}
	if out := math.Max(lower-load, load-upper); out > 0 {
		if slip := roundoff(len(s.items), load+upper); !(out > slip) || math.IsInf(upper, 1) && lower <= 0 {
			out = 0
		} else if math.IsInf(price, 1) {
			return price
		} else {
			cost += float64(price * out)
			magnitude += float64(price * out)
		}
	}
	return cost - roundoff(len(s.items), magnitude)
}

// sortByRatio sorts by cost per value, what has no value first if it pays and
// last if it costs.
func sortByRatio(items []sackItem) {
	slices.SortFunc(items, func(a, b sackItem) int {
		return cmp.Or(cmp.Compare(float64(a.cost*b.value), float64(b.cost*a.value)), cmp.Compare(a.unit, b.unit))
	})
}
