package district

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/splitmix"
)

// smoothing lowers the sum of squares of a plan within its lower limits, by
// simulated annealing: a unit goes to a neighbouring territory, or one goes and
// another one comes in its place, or two neighbours are drawn anew.
type smoothing struct {
	st     *state
	space  *space
	groups []group
	random splitmix.Source
	heat   [1024]float64

	tree  *spanning
	below []float64 // per unit of the tree: loads, mass and moment of what hangs from it
	pair  []int32

	now, least float64 // sums of squares, up to what the start had
	best       []int32
	work       int64
	drawn      int64 // of it, on trees
	progress   func(objective float64)
}

func newSmoothing(m *model, x *space, of []int32, random splitmix.Source) *smoothing {
	a := &smoothing{st: newState(m, of, nil), space: x, groups: x.groups(of, m.k), random: random, best: append([]int32(nil), of...), tree: newSpanning(m)}
	detmath.Exponentials(a.heat[:])
	return a
}

// run anneals for so much work; it reports whether it came to its end. The plan is
// the best one met.
func (a *smoothing) run(ctx context.Context, budget int64) bool {
	if len(a.st.boundary) == 0 {
		return true
	}
	hot := a.typical()
	const stages = 200
	look := int64(0) // when to look at ctx
	temperature := hot
	for stage := range stages {
		if a.progress != nil {
			a.progress(a.now)
		}
		last := stage == stages-1
		for end := budget * int64(stage+1) / stages; a.work < end; {
			if a.work >= look {
				look = a.work + 1<<15
				if ctx.Err() != nil {
					a.keep()
					return false
				}
			}
			bar := 0.0
			if !last {
				bar = float64(temperature * a.heat[a.random.Below(len(a.heat))])
			}
			if a.drawn <= a.work/2 {
				before := a.work
				a.recombine(bar)
				a.drawn += a.work - before
			} else {
				a.work += 8
				a.step(bar)
			}
		}
		a.keep()
		temperature *= 0.96
		if stage == stages/2 && a.now > a.least {
			a.resume()
		}
	}
	return true
}

// keep keeps the plan if it is the best one so far.
func (a *smoothing) keep() {
	if a.now < a.least {
		a.least = a.now
		copy(a.best, a.st.of)
	}
}

// resume goes on from the best plan.
func (a *smoothing) resume() {
	a.st.set(a.best)
	a.groups = a.space.groups(a.best, a.st.m.k)
	a.now = a.least
}

// typical is the mean of what random shifts cost.
func (a *smoothing) typical() float64 {
	const samples = 256
	sum := 0.0
	for range samples {
		if u, t := a.pick(); t >= 0 {
			sum += math.Abs(a.delta(u, t))
		}
	}
	return 3.0 / samples * sum // what trees change is more than what shifts do
}

// pick draws a unit on a border and a territory next to it.
func (a *smoothing) pick() (u, t int32) {
	st := a.st
	u = st.boundary[a.random.Below(len(st.boundary))]
	near := st.m.neighbors(u)
	if t = st.of[near[a.random.Below(len(near))]]; t == st.of[u] {
		return u, -1
	}
	return u, t
}

func (a *smoothing) delta(u, t int32) float64 {
	return a.space.costs(a.groups[t], u) - a.space.gains(a.groups[a.st.of[u]], u)
}

// lacks reports whether the territory falls below a floor without unit u and with
// unit v, which may be -1.
func (a *smoothing) lacks(t, u, v int32) bool {
	m := a.st.m
	lower, _ := m.limits(t)
	for r, load := range a.st.load[int(t)*m.measures:][:m.measures] {
		load -= m.values(u)[r]
		if v >= 0 {
			load += m.values(v)[r]
		}
		if load < lower[r] {
			return true
		}
	}
	return false
}

func (a *smoothing) put(u, t int32) {
	a.space.shift(&a.groups[a.st.of[u]], &a.groups[t], u)
	a.st.move(u, t)
}

// step tries one change that makes things worse by less than bar.
func (a *smoothing) step(bar float64) {
	st := a.st
	u, t := a.pick()
	if t < 0 || st.size[st.of[u]] < 2 {
		return
	}
	from := st.of[u]
	worse := a.delta(u, t)
	if !a.lacks(from, u, -1) && (worse < bar || a.random.Below(4) > 0) {
		if worse < bar && st.removable(u) {
			a.put(u, t)
			a.now += worse
		}
		return
	}
	// Another unit has to come in its place: one at the border near u.
	v := u
	for range 1 + a.random.Below(6) {
		near := st.m.neighbors(v)
		v = near[a.random.Below(len(near))]
		if st.of[v] != from {
			break
		}
	}
	to := st.of[v]
	if to == from || v == u || st.size[to] < 2 || a.lacks(from, u, v) {
		return
	}
	if to == t {
		if a.lacks(to, v, u) {
			return
		}
	} else if a.lacks(to, v, -1) {
		return
	}
	if !st.removable(u) {
		return
	}
	a.put(u, t)
	both := worse + a.delta(v, from)
	if both < bar && st.touches(v, from) && st.removable(v) {
		a.put(v, from)
		a.now += both
		return
	}
	a.put(u, from)
}
