package centroid

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
)

// Search looks for a good assignment. Several are annealed as a whole; of the
// best one, neighbouring clusters are then taken out as a problem of their own,
// changed, annealed, and put back where that is better. What can be gained by
// rearranging some neighbours is thus found, however many there are all in all.
type Search struct {
	Seed   uint64
	Steps  int                                      // exchanges that may be tried
	Report func(cost, violation float64, steps int) // nil, or called after every round
}

// Outcome says why a search ended.
type Outcome uint8

// The reasons why a search ends.
const (
	Settled   Outcome = iota // nothing better was found with the largest effort
	Spent                    // all steps are made
	Cancelled                // the context ended
)

// nearCount is the number of neighbours of a point whose clusters it may join.
const nearCount = 12

// Run returns the best assignment found and the steps made. locked holds the
// clusters of locked points; it may be nil without such. The assignment is nil
// only where ctx ended before there was one.
func (s *Search) Run(ctx context.Context, p *Problem, locked []int32) (of []int32, steps int, outcome Outcome) {
	n := p.Len()
	w := &work{
		Search: s, p: p, locked: locked,
		near: make([]int32, n*nearCount), local: make([]int32, n), region: make([]int32, n),
		cancelled: func() bool { return ctx.Err() != nil },
		rnd:       splitmix.Fork(s.Seed, 0),
		chance:    new([4096]float64),
	}
	detmath.Exponentials(w.chance[:])
	for i, near := range neighbors(p.X, p.Dim, nearCount) {
		at := w.near[i*nearCount : (i+1)*nearCount]
		for k := range at {
			at[k] = -1
		}
		copy(at, near)
	}
	for epoch, last := 0, 0; ; epoch++ {
		if !w.begin(epoch) {
			outcome = Cancelled
			break
		}
		outcome = w.improve()
		if w.better(w.st, w.best) {
			w.best, last = w.st, epoch
		}
		if outcome != Settled || epoch-last >= patience {
			break
		}
	}
	if w.best == nil {
		return nil, w.steps, Cancelled
	}
	return w.best.of, w.steps, outcome
}

type work struct {
	*Search
	p         *Problem
	locked    []int32 // of locked points: their clusters
	st        *state  // what is being improved
	best      *state  // of the epochs before; nil: none
	near      []int32 // nearCount per point, -1: none
	local     []int32 // per point: its number in its region
	region    []int32 // per point: its region in the batch, -1: none
	cancelled func() bool
	rnd       splitmix.Source
	chance    *[4096]float64
	steps     int
	runs      uint64 // regions annealed: each has random numbers of its own
}

// begin anneals some new assignments as a whole, and goes on with the best.
func (w *work) begin(epoch int) bool {
	n := w.p.Len()
	for i := range w.local {
		w.local[i], w.region[i] = int32(i), 0
	}
	effort := min(wholeEffort<<min(epoch, 4), w.Steps/(2*tries*n))
	jobs := make([]*job, tries)
	for g := range jobs {
		w.runs++
		jobs[g] = &job{part: w.p.whole(), rnd: splitmix.Fork(w.Seed, w.runs), heat: wholeHeat, effort: effort}
	}
	parallel.For(tries, func(g int) {
		if !w.cancelled() {
			jobs[g].anneal(w, w.p.start(&jobs[g].rnd, w.locked, w.cancelled))
		}
	})
	best := (*job)(nil)
	for _, j := range jobs {
		w.steps += min(j.steps, math.MaxInt-w.steps)
		if j.of != nil && (best == nil || j.better(best.total, best.violation)) {
			best = j
		}
	}
	if best == nil {
		return false
	}
	w.st = newState(w.p, best.of)
	return true
}

// better compares states; nil is worse than any.
func (w *work) better(a, b *state) bool {
	return b == nil || better(a.total, a.violation, b.total, b.violation)
}

// better reports whether the one outcome is better than the other: less outside
// the limits, or as much at a lower cost.
func better(total, violation, thanTotal, thanViolation float64) bool {
	return violation < thanViolation-rounding || violation < thanViolation+rounding && total < thanTotal
}

// tries is the number of assignments that are begun, and of attempts where a
// region is the whole problem: so many can run side by side.
const tries = 2

// improve goes over the plan region by region, the longer the less is found.
func (w *work) improve() Outcome {
	effort := firstEffort
	for pass := 0; ; pass++ {
		if w.Report != nil {
			at := w.st
			if !w.better(at, w.best) {
				at = w.best
			}
			w.Report(at.total, at.violation, w.steps)
		}
		switch {
		case w.cancelled():
			return Cancelled
		case w.steps >= w.Steps:
			return Spent
		case effort > lastEffort:
			return Settled
		}
		cost, violation := w.st.total, w.st.violation
		w.pass(pass, effort)
		w.st.refresh()
		if !(w.st.total < cost-float64(1e-4*cost) || w.st.violation < violation-rounding) {
			effort += effort / 2
		}
	}
}

// pass covers all clusters by regions and improves these.
func (w *work) pass(pass, effort int) {
	k := w.p.K
	proto := job{effort: effort, heat: regionHeat}
	size := regionSizes[pass/4%len(regionSizes)]
	if pass%4 > 0 {
		proto = job{effort: max(1, effort/jumpShare), heat: jumpHeat, jump: true}
		size = jumpSizes[(pass-pass/4)%len(jumpSizes)]
	}
	size = min(size, k)
	order := make([]int32, k)
	for t := range order {
		order[t] = int32(t)
	}
	for t := k - 1; t > 0; t-- {
		o := w.rnd.Below(t + 1)
		order[t], order[o] = order[o], order[t]
	}
	centers := make([]float64, k*w.p.Dim)
	for t := range k {
		meanOf(w.p, w.st.members[t], centers[t*w.p.Dim:(t+1)*w.p.Dim])
	}
	around := neighbors(centers, w.p.Dim, 3*size)
	covered := make([]bool, k)
	for len(order) > 0 && !w.cancelled() && w.steps < w.Steps {
		var jobs []*job
		taken := make([]bool, k)
		rest := order[:0]
		for _, t := range order {
			if covered[t] {
				continue
			}
			clusters := []int32{t}
			for _, o := range around[t] {
				if !taken[o] && len(clusters) < size {
					clusters = append(clusters, o)
				}
			}
			if taken[t] || len(clusters) < size && len(jobs) > 0 {
				rest = append(rest, t)
				continue
			}
			for _, o := range clusters {
				taken[o], covered[o] = true, true
			}
			slices.Sort(clusters)
			j := proto
			j.part.clusters = clusters
			jobs = append(jobs, &j)
		}
		order = rest
		w.batch(jobs)
	}
}

// batch improves regions that share nothing, side by side. A single one is
// tried more than once.
func (w *work) batch(jobs []*job) {
	for i := range w.region {
		w.region[i] = -1
	}
	for g, j := range jobs {
		j.part = w.p.restrict(j.clusters, w.st.members)
		for a, i := range j.points {
			w.local[i], w.region[i] = int32(a), int32(g)
		}
	}
	regions := len(jobs)
	if regions == 1 {
		for range tries - 1 {
			j := *jobs[0]
			jobs = append(jobs, &j)
		}
	}
	for _, j := range jobs {
		w.runs++
		j.rnd = splitmix.Fork(w.Seed, w.runs)
	}
	parallel.For(len(jobs), func(g int) { w.attempt(jobs[g]) })
	for g, j := range jobs {
		w.steps += min(j.steps, math.MaxInt-w.steps)
		if g >= regions && j.better(jobs[0].total, jobs[0].violation) {
			jobs[0] = j
		}
	}
	for _, j := range jobs[:regions] {
		if j.better(j.totalBefore, j.violationBefore) {
			w.accept(j)
		}
	}
}

// accept puts a region back.
func (w *work) accept(j *job) {
	for a, i := range j.points {
		if t := j.clusters[j.of[a]]; t != w.st.of[i] {
			w.st.move(i, t)
		}
	}
	for _, t := range j.clusters {
		w.st.total -= w.st.costs.cost(t)
		w.st.costs.refresh(t)
		w.st.total += w.st.costs.cost(t)
		w.st.limit(t)
	}
}
