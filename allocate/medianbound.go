package allocate

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// MediansBound is the Lagrangian dual of the capacitated p-median problem that
// [Centers] solves, at one multiplier per unit: what it may cost to serve it,
//
//	Σ_i u_i + the K least v_c,
//	v_c = cost(c,c) - u_c + min { Σ_{i ≠ c} (cost(i,c) - u_i)·x_i : Σ_{i ≠ c} value_i·x_i ≤ capacity_c - value_c },
//
// over the units c that can be centres: each centre is free to serve whom it
// likes, and the multipliers make it like everybody about once. x_i is 0 or 1;
// where that knapsack is too hard, and then only, any share is allowed.
// cost(i,c) is Weight_i times the distance, capacity_c the smaller of
// CenterCapacity_c and the largest upper limit of Measures[0]. Where Seeds are
// given these are the centres. Fixed, Forbidden and lower limits are left out.
//
// By weak duality no plan within the limits costs less: for any multipliers.
// The result is rounded down by a bound on its own rounding error. It is -Inf
// where the problem is not valid for Centers, where the number of multipliers
// is not that of the units, or one of them is not finite; +Inf where fewer than
// K units can be centres.
//
// O(n²) time at least, O(n) memory; the same value at any GOMAXPROCS.
func MediansBound(p *partition.Problem, multipliers []float64) float64 {
	switch err := (Centers{}).checkMedians(p); {
	case errors.Is(err, partition.ErrInfeasible):
		return math.Inf(1)
	case err != nil || len(multipliers) != p.Len():
		return math.Inf(-1)
	}
	for _, u := range multipliers {
		if math.IsNaN(u) || math.IsInf(u, 0) {
			return math.Inf(-1)
		}
	}
	m := compileMedians(p)
	d := newMedianDual(m)
	return d.evaluate(multipliers, func(c int, items []knapsackItem) []knapsackItem {
		for i, u := range multipliers {
			if g := u - m.cost(i, c); g > 0 && i != c {
				items = append(items, item(g, m.value[i], int32(i)))
			}
		}
		return items
	})
}

func item(gain, weight float64, unit int32) knapsackItem {
	return knapsackItem{gain: gain, weight: weight, ratio: gain / weight, unit: unit}
}

// knapsackNodes is how long an exact knapsack may take.
const knapsackNodes = 400

// medianDual evaluates the dual.
type medianDual struct {
	m     *medianModel
	room  []float64 // per unit what it can take besides itself as a centre; < 0: it cannot be one
	self  []float64 // what a unit costs at itself
	count int       // units that can be centres

	// The last evaluation: how often each unit is served, 1 in a feasible plan.
	served []float64
	value  []float64 // per unit v_c, or a bound below it where that is not among the least
	order  []int32
	solved []bool
	takes  [][]share // of the solved ones
	sack   knapsack
	parts  []dualPart
}

type share struct {
	unit     int32
	fraction float64
}

// dualPart is the scratch of a group of centres.
type dualPart struct{ items []knapsackItem }

func newMedianDual(m *medianModel) *medianDual {
	d := &medianDual{m: m, room: make([]float64, m.n), self: make([]float64, m.n), served: make([]float64, m.n),
		value: make([]float64, m.n), solved: make([]bool, m.n), takes: make([][]share, m.n), parts: make([]dualPart, groups)}
	most := slices.Max(m.upper)
	for c := range m.n {
		capacity := most
		if m.room != nil {
			capacity = math.Min(capacity, m.room[c])
		}
		d.room[c] = capacity - m.value[c]
		if d.room[c] < 0 && d.room[c] >= -partition.FeasibleViolation {
			d.room[c] = 0
		}
		d.self[c] = m.cost(c, c)
		if math.IsInf(d.self[c], 1) {
			d.room[c] = -1
		}
	}
	if m.seeds != nil {
		room := slices.Repeat([]float64{-1}, m.n)
		for t, c := range m.seeds {
			room[c] = math.Max(0, m.capacity(t, int(c))-m.value[c])
		}
		d.room = room
	}
	for _, r := range d.room {
		if r >= 0 {
			d.count++
		}
	}
	return d
}

// roundoff is more than k additions of terms of this magnitude lose.
func roundoff(k int, magnitude float64) float64 { return float64(float64(k+16) * 0x1p-53 * magnitude) }

// evaluate is the dual at u; gather lists the items of a centre that are worth
// something there.
func (d *medianDual) evaluate(u []float64, gather func(c int, items []knapsackItem) []knapsackItem) float64 {
	m := d.m
	if d.count < m.k {
		return math.Inf(1)
	}
	// Whole units may exceed a limit by what still counts as feasible.
	const ease = partition.FeasibleViolation
	parallel.For(groups, func(g int) {
		lo, hi := span(m.n, g)
		part := &d.parts[g]
		for c := lo; c < hi; c++ {
			d.solved[c] = false
			if d.room[c] < 0 {
				continue
			}
			part.items = gather(c, part.items[:0])
			gain, _, _ := fillKnapsack(part.items, d.room[c]+ease)
			d.value[c] = d.self[c] - u[c] - gain - roundoff(len(part.items), gain+math.Abs(u[c])+d.self[c])
		}
	})
	d.order = d.order[:0]
	for c, r := range d.room {
		if r >= 0 {
			d.order = append(d.order, int32(c))
		}
	}
	byValue := func(a, b int32) int { return cmp.Or(cmp.Compare(d.value[a], d.value[b]), cmp.Compare(a, b)) }
	slices.SortFunc(d.order, byValue)

	// Exact values are no smaller: go on until the next bound is above the K
	// least of them.
	best := nearest.Heap{}
	best.Reset(m.k)
	items := d.parts[0].items
	for _, c := range d.order {
		if len(best.Found) == m.k && !(d.value[c] < best.Worst()) {
			break
		}
		items = gather(int(c), items[:0])
		d.solve(u, int(c), items, d.room[c]+ease)
		best.Add(d.value[c], c)
	}
	d.parts[0].items = items
	clear(d.served)
	var total sum
	magnitude := 0.0
	for _, c := range best.Sorted() {
		total.add(d.value[c])
		magnitude += math.Abs(d.value[c])
		d.served[c]++
		for _, s := range d.takes[c] {
			d.served[s.unit] += s.fraction
		}
	}
	for _, x := range u {
		total.add(x)
		magnitude += math.Abs(x)
	}
	if v := total.total() - roundoff(8, magnitude); !math.IsNaN(v) {
		return v
	}
	return math.Inf(-1)
}

// solve computes the knapsack of centre c, exactly where that is not too hard.
func (d *medianDual) solve(u []float64, c int, items []knapsackItem, room float64) {
	d.takes[c] = d.takes[c][:0]
	bound, whole, part := fillKnapsack(items, room)
	gain := bound
	if part > 0 {
		if exact, taken, done := d.sack.solve(items, room, knapsackNodes); done {
			gain = math.Min(exact, bound)
			for e, is := range taken {
				if is {
					d.takes[c] = append(d.takes[c], share{items[e].unit, 1})
				}
			}
		} else {
			_, whole, part = fillKnapsack(items, room) // the search has sorted the items
		}
	}
	if len(d.takes[c]) == 0 {
		for e := range whole {
			d.takes[c] = append(d.takes[c], share{items[e].unit, 1})
		}
		if part > 0 && whole < len(items) {
			d.takes[c] = append(d.takes[c], share{items[whole].unit, part})
		}
	}
	d.value[c] = d.self[c] - u[c] - gain - roundoff(len(items), gain+math.Abs(u[c])+d.self[c])
}
