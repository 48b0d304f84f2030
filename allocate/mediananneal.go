package allocate

import "math"

// annealer searches a small p-median problem, or a patch of a large one, by
// simulated annealing. Loads may leave their limits while it is hot, at a price
// per amount that rises as it cools.
type annealer struct {
	n, k int
	d    []float64 // [center·n + unit]: what the unit costs there; nil where that is too much to keep
	pair func(unit, center int32) float64
	rows [][]float64 // per territory what each unit costs at its centre
	q    []float64   // amounts
	near [][]int32   // per unit the nearest others, nearest first

	upper, lower []float64 // per territory
	room         []float64 // per unit as a centre; nil: no limit
	still        []bool    // units that must stay
	pinned       []bool    // territories whose centre must stay
	anchored     []bool    // territories that hold a unit that must stay
	barred       []bool    // [unit·k + territory]; nil: everything goes

	named  bool   // territories are told apart
	moving uint32 // of 256 steps close a territory; rarer where that is much work

	of, med []int32
	load    []float64
	out     []float64 // amount outside the limits per territory
	members [][]int32
	pos     []int32

	cost, outside float64
	price         float64 // per amount outside
	heat          float64
	rng           uint64
	lots          *[1024]float64 // what a move may cost, in units of the temperature
	journal       []moved

	best         float64 // cost of the best plan within the limits
	bestOf       []int32
	bestMed      []int32
	leastOutside float64 // of the plan kept while there is none within the limits
}

// random is the next number of Vigna's xorshift64*, whose state is never 0.
func (a *annealer) random() uint64 {
	a.rng ^= a.rng >> 12
	a.rng ^= a.rng << 25
	a.rng ^= a.rng >> 27
	return a.rng * 0x2545f4914f6cdd1d
}

// below is a random number of 0..n-1.
func (a *annealer) below(n int) int { return int((a.random() >> 32) * uint64(n) >> 32) }

// accepts decides about a change of cost, with the price of the amount outside.
func (a *annealer) accepts(delta float64) bool {
	return delta <= 0 || delta < float64(a.heat*a.lots[a.random()>>54])
}

// run cools from hot to cold in the given number of steps, while the price per
// amount outside rises from cheap to dear. stop is asked now and then.
func (a *annealer) run(steps int, hot, cold, cheap, dear float64, stop func() bool) {
	const stages = 60
	fall := root(cold/hot, stages-1)
	rise := root(dear/cheap, stages-1)
	a.heat, a.price = hot, cheap
	a.start()
	a.keep()
	for s := range stages {
		if s > 0 {
			a.heat *= fall
			a.price *= rise
		}
		a.count()
		for range steps / stages {
			a.step()
		}
		if stop() {
			return
		}
	}
	a.heat = 0
	for range 4 * a.n {
		a.step()
	}
}

// root is the n-th root of x > 0, by Newton's method on r^n = x. The first step
// from 1 leads above the root, from where the steps descend to it.
func root(x float64, n int) float64 {
	r := 1.0
	for range 200 {
		p := 1.0
		for range n - 1 {
			p *= r
		}
		next := r - (float64(p*r)-x)/(float64(n)*p)
		if math.Abs(next-r) <= 1e-13*r {
			return next
		}
		r = next
	}
	return r
}

// keep remembers the plan if it is the best so far.
func (a *annealer) keep() {
	switch {
	case a.outside > outsideNoise && !(a.outside < a.leastOutside):
		return
	case a.outside <= outsideNoise && a.cost >= a.best:
		return
	}
	if a.outside <= outsideNoise {
		a.best = a.cost
		a.leastOutside = 0
	} else {
		a.leastOutside = a.outside
	}
	copy(a.bestOf, a.of)
	copy(a.bestMed, a.med)
}

func (a *annealer) step() {
	r := a.random()
	i := int32((r >> 32) * uint64(a.n) >> 32)
	kind := uint32(r) >> 8 & 255
	switch {
	case kind == 0 && a.named:
		a.exchange(a.of[i], int32(a.below(a.k)))
	case kind < a.moving:
		a.relocate(i)
	case kind < 50:
		a.recenter(a.of[i])
	case kind < 100:
		a.shift(i)
	case kind < 140:
		a.reshape(i)
	default:
		a.swap(i)
	}
}
