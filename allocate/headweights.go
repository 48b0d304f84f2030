package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// weigher finds weights of the units that prove how many territories it takes.
type weigher struct {
	*headModel
	weight []float64
	held   []float64 // per site the most weight that a territory there can hold
	by     []int32   // per site the measure that limits it so
	part   []float64 // per unit how much of it the chosen sites hold
	rest   []float64 // scratch: what is left of the room of each site
	order  []int32   // scratch: units
	ranked []int32   // sites by held, the most first

	unitPart, sitePart []int32 // islands
	parts              int
}

func (m *headModel) weigher() *weigher {
	w := &weigher{headModel: m,
		weight: make([]float64, m.n), part: make([]float64, m.n), order: make([]int32, m.n),
		held: make([]float64, m.sites), by: make([]int32, m.sites), rest: make([]float64, m.sites), ranked: make([]int32, m.sites)}
	w.unitPart, w.sitePart, w.parts = m.islands()
	return w
}

// fill goes through the units, the most weight for the load of measure r first,
// and calls held with the part of a unit that a site still has room for.
func (w *weigher) fill(r int, held func(c, i int32, part float64)) {
	for i := range w.order {
		w.order[i] = int32(i)
	}
	if len(w.value) == 0 {
		for i := range w.n {
			for _, c := range w.near(i) {
				held(c, int32(i), 1)
			}
		}
		return
	}
	value := w.value[r]
	density := make([]float64, w.n)
	for i, y := range w.weight {
		if density[i] = math.Inf(1); value[i] > 0 {
			density[i] = y / value[i]
		}
	}
	slices.SortFunc(w.order, func(a, b int32) int { return cmp.Or(cmp.Compare(density[b], density[a]), cmp.Compare(a, b)) })
	for c, x := range w.room[r] {
		w.rest[c] = x + w.slack
	}
	for _, i := range w.order {
		v := value[i]
		if w.weight[i] == 0 {
			continue
		}
		for _, c := range w.near(int(i)) {
			if v <= w.rest[c] {
				w.rest[c] -= v
				held(c, i, 1)
			} else if w.rest[c] > 0 {
				held(c, i, w.rest[c]/v)
				w.rest[c] = 0
			}
		}
	}
}

// bound is the number of territories that the weights prove, island by island:
// k sites cannot be enough where they hold less than all the weight at most.
func (w *weigher) bound() int {
	for c := range w.held {
		w.held[c], w.by[c] = math.Inf(1), 0
	}
	one := make([]float64, w.sites)
	for r := range max(1, len(w.value)) {
		clear(one)
		w.fill(r, func(c, i int32, part float64) { one[c] += float64(w.weight[i] * part) })
		for c, y := range one {
			if y < w.held[c] {
				w.held[c], w.by[c] = y, int32(r)
			}
		}
	}
	for c := range w.ranked {
		w.ranked[c] = int32(c)
	}
	slices.SortFunc(w.ranked, func(a, b int32) int { return cmp.Or(cmp.Compare(w.held[b], w.held[a]), cmp.Compare(a, b)) })
	total, have := make([]sum, w.parts), make([]sum, w.parts)
	for i, y := range w.weight {
		total[w.unitPart[i]].add(y)
	}
	k := 0
	for _, c := range w.ranked {
		if part := w.sitePart[c]; part != noSlot && float64((1+1e-9)*have[part].total()) < total[part].total() {
			have[part].add(w.held[c])
			k++
		}
	}
	return k
}

// raise searches for weights that prove more than bound, up to most. It climbs
// the Lagrangian
//
//	Σ_i y_i - Σ_c max(0, held_c(y) - 1),
//
// smoothed where held_c is within mu of 1, by Nesterov's accelerated gradient
// with restarts, mu falling. Units that the sites worth opening do not hold in
// full get heavier, those that they hold several times get lighter. The step of
// a unit is what it shares its sites with allows: a matrix without negative
// entries is below the diagonal of its row sums.
func (w *weigher) raise(ctx context.Context, bound, most int) int {
	rounds := 40 + min(1460, 200_000_000/max(1, len(w.site)*max(1, len(w.value))))
	bound = max(bound, w.bound())
	top := w.held[w.ranked[0]]
	if !(top > 0) {
		return bound
	}
	for i := range w.weight {
		w.weight[i] /= top
	}
	slope := make([]float64, w.sites)
	share := w.shares()
	last, best := slices.Clone(w.weight), slices.Clone(w.weight)
	peak, speed := 0.0, 1.0
	mu, least := 0.3, 0.01
	fall := math.Sqrt(math.Sqrt(math.Sqrt(math.Sqrt(least / mu)))) // in 16 stages
	for round := range rounds {
		if round > 0 && round%max(1, rounds/17) == 0 {
			mu, speed = math.Max(least, mu*fall), 1
		}
		if bound = max(bound, w.bound()); bound >= most || ctx.Err() != nil {
			break
		}
		value := 0.0
		for _, y := range w.weight {
			value += y
		}
		for c, x := range w.held {
			value -= math.Max(0, x-1)
			slope[c] = math.Min(1, math.Max(0, (x-1+mu)/(2*mu)))
		}
		if value > peak {
			peak = value
			copy(best, w.weight)
		}
		w.hold(slope)
		along := 0.0
		next := (1 + math.Sqrt(1+float64(4*speed*speed))) / 2
		drift := (speed - 1) / next
		for i, y := range w.weight {
			g := 1 - w.part[i]
			u := math.Max(0, y+float64(g*2*mu/share[i]))
			d := u - last[i]
			along += float64(g * d)
			last[i] = u
			w.weight[i] = math.Max(0, u+float64(drift*d))
		}
		if speed = next; along < 0 {
			speed = 1
			copy(w.weight, last)
		}
	}
	copy(w.weight, best)
	return bound
}

// shares is per unit the number of units that its sites hold, one site after
// the other.
func (w *weigher) shares() []float64 {
	count := make([]float64, w.sites)
	share := make([]float64, w.n)
	for r := range max(1, len(w.value)) {
		w.fill(r, func(c, i int32, part float64) {
			if int(w.by[c]) == r {
				count[c] += part
			}
		})
	}
	for i := range share {
		for _, c := range w.near(i) {
			share[i] += math.Max(1, count[c])
		}
	}
	return share
}

// hold sets part to what the sites hold of each unit, each site counted as
// much as its slope.
func (w *weigher) hold(slope []float64) {
	clear(w.part)
	for r := range max(1, len(w.value)) {
		w.fill(r, func(c, i int32, part float64) {
			if int(w.by[c]) == r {
				w.part[i] += float64(slope[c] * part)
			}
		})
	}
}
