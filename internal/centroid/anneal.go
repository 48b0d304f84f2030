package centroid

import (
	"math"

	"github.com/territory-go/territory/internal/splitmix"
)

// annealing is a search from a state: points change to clusters of their
// neighbours, alone or against another, and changes for the worse are made with
// the probability exp(-worse/temperature). Limits are kept by a penalty whose rate follows
// how often they are broken.
type annealing struct {
	*state
	near   []int32 // count per point: others close by, -1: none
	count  int
	rnd    splitmix.Source
	chance *[4096]float64 // how much worse a change may be, in temperatures

	best                    []int32
	bestTotal, bestBreach   float64
	touched                 []int32 // points that have moved since best was up to date
	fresh                   bool    // the state is better than best
	cancelled               func() bool
	feasible, looked, steps int
	broken, typical         float64 // sum of the violations looked at; what a point brings
	tight                   bool    // there is little room
}

// levels of the temperature, each the one before times cooling.
const (
	levels      = 100
	looseLevels = 30    // in which limits may be broken a little, where they are tight:
	tightRoom   = 0.5   // less room per cluster than this part of a point
	cooling     = 0.942 // over all levels 1/400
)

func newAnnealing(p *Problem, of []int32, near []int32, count int, rnd splitmix.Source, chance *[4096]float64, cancelled func() bool) *annealing {
	a := &annealing{near: near, count: count, rnd: rnd, chance: chance, cancelled: cancelled}
	a.best = append(a.best, of...)
	a.state = newState(p, append([]int32(nil), of...))
	a.bestTotal, a.bestBreach = a.total, a.violation
	return a
}

// run anneals with so many steps per level from the given temperature, and puts
// the best assignment found into of.
func (a *annealing) run(of []int32, temperature float64, steps int) {
	a.setRates(temperature)
	for l := range levels {
		if a.cancelled() {
			break
		}
		a.level(temperature, steps)
		a.adapt(a.tight && l < looseLevels)
		temperature *= cooling
	}
	a.keep()
	copy(of, a.best)
}

// setRates makes a typical breach as dear as a few temperatures.
func (a *annealing) setRates(temperature float64) {
	for q, value := range a.p.Value {
		sum := 0.0
		for _, v := range value {
			sum += v
		}
		mean := sum / float64(len(value))
		if mean > 0 {
			a.rate[q] = 2 * temperature / mean
		}
		a.typical += mean
		above, below := -sum, sum
		for t := range a.p.K {
			above += a.p.Upper[q][t]
			below -= a.p.Lower[q][t]
		}
		a.tight = a.tight || math.Min(above, below) < float64(tightRoom*mean)*float64(a.p.K)
	}
	a.charge()
}

// adapt changes the rates according to how often the limits were kept. Loosely,
// a part of a point may be too much in every cluster: where limits are tight, all
// that is left to do otherwise are swaps of points that weigh the same.
func (a *annealing) adapt(loosely bool) {
	f, looked := 1.0, math.Max(1, float64(a.looked))
	kept, much := float64(a.feasible)/looked, a.broken/(looked*float64(a.p.K)*a.typical)
	switch {
	case loosely && much > 0.1:
		f = 1.15
	case loosely && much < 0.03:
		f = 0.92
	case loosely:
	case kept < 0.25 && a.tight:
		f = 1.1
	case kept < 0.25:
		f = 1.15
	case kept > 0.6:
		f = 0.92
	}
	a.feasible, a.looked, a.broken = 0, 0, 0
	if f != 1 {
		for q := range a.rate {
			a.rate[q] *= f
		}
	}
	a.state.refresh() // also takes the rounding away
}

func (a *annealing) level(temperature float64, steps int) {
	n := len(a.of)
	for step := range steps {
		if step&63 == 0 {
			a.looked++
			a.broken += a.violation
			if a.violation <= rounding {
				a.feasible++
			}
			if step&4095 == 0 && a.cancelled() {
				return
			}
		}
		draw := a.rnd.Uint64()
		i := int32(uint64(uint32(draw>>32)) * uint64(n) >> 32)
		to := a.near[int(i)*a.count+int(uint64(draw&0xFFFF)*uint64(a.count)>>16)]
		if to < 0 {
			continue
		}
		from, b := a.of[i], a.of[to]
		if from == b || a.p.locked(i) {
			continue
		}
		limit := temperature * a.chance[draw>>16&4095]
		j := int32(-1)
		switch draw >> 28 & 3 {
		case 0: // against the neighbour
			j = to
		case 1, 2: // against any point: somewhere else along the border perhaps
			if others := a.members[b]; draw>>28&3 == 1 || draw>>30&1 == 0 {
				j = others[a.rnd.Below(len(others))]
			}
		}
		a.try(i, from, j, b, limit)
	}
	a.steps += steps
}

// try makes the exchange if it is worse by no more than limit.
func (a *annealing) try(i, from, j, b int32, limit float64) {
	if j < 0 && len(a.members[from]) == 1 {
		return
	}
	if j >= 0 && a.p.locked(j) {
		return
	}
	if allowed := a.p.Allowed; allowed != nil && (!allowed(i, b) || j >= 0 && !allowed(j, from)) {
		return
	}
	worse := -a.penalty[from] - a.penalty[b]
	penalty, _ := a.outside(from, i, j)
	worse += penalty
	penalty, _ = a.outside(b, j, i)
	worse += penalty
	limit -= worse - a.costs.cost(from) - a.costs.cost(b)
	if a.costs.after(from, i, j)+a.costs.after(b, j, i) > limit ||
		a.costs.exact(from, i, j)+a.costs.exact(b, j, i) > limit {
		return
	}
	if a.fresh {
		a.keep()
	}
	a.exchange(i, from, j, b)
	a.touched = append(a.touched, i)
	if j >= 0 {
		a.touched = append(a.touched, j)
	}
	if better(a.total, a.violation, a.bestTotal, a.bestBreach) {
		a.bestTotal, a.bestBreach, a.fresh = a.total, a.violation, true
	}
}

// keep makes the state the best one, if it is.
func (a *annealing) keep() {
	if !a.fresh {
		return
	}
	for _, i := range a.touched {
		a.best[i] = a.of[i]
	}
	a.touched, a.fresh = a.touched[:0], false
}

// scale is the mean size of what changes cost in this state.
func (a *annealing) scale(samples int) float64 {
	sum, count := 0.0, 0
	for range samples {
		i := int32(a.rnd.Below(len(a.of)))
		to := a.near[int(i)*a.count+a.rnd.Below(a.count)]
		if to < 0 || a.of[to] == a.of[i] {
			continue
		}
		from, b := a.of[i], a.of[to]
		sum += math.Abs(a.costs.after(from, i, -1) + a.costs.after(b, -1, i) - a.costs.cost(from) - a.costs.cost(b))
		count++
	}
	return sum / math.Max(1, float64(count))
}
