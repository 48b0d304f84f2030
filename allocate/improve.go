package allocate

import (
	"cmp"
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/territory-go/territory/partition"
)

// improver turns a rounded plan into a good one, by solving small subsets of
// neighbouring agents again to optimality, all else being fixed.
//
// A plan's distance from the bound of the prices is a sum over the agents: the
// regrets of their units at the prices, and the price of the room they leave.
// That sum over a subset is the most that the subset can gain, so the subsets
// with the largest sums come first, and units whose regret is larger are left
// alone. First pairs, then larger subsets, are each solved by branch and bound
// (see subproblem) up to a limit of nodes; a subset is looked at again when
// one of its agents has changed, or with a higher limit.
//
// Disjoint subsets do not influence one another, so batches of them are solved
// in parallel, and the result is the same for any number of processors.
type improver struct {
	m      *model
	c      *candidates
	prices [][]float64
	bound  float64 // proved; the search stops where the gap to it is small enough
	gap    float64
	seed   uint64
	budget int // search nodes in all
	report func(objective, violation float64, work int)
}

// run improves of in place: less violation first, then less cost. The result
// is never worse. work is the number of search nodes.
func (s *improver) run(ctx context.Context, of []int32) (work int, stop partition.Stop) {
	start := slices.Clone(of)
	g := &campaign{improver: s, a: arrange(s.m, s.c, s.prices, of), done: map[uint64]uint64{}, random: splitMix(s.seed)}
	g.cancelled = func() bool { return ctx.Err() != nil }
	stop = g.improve()
	if s.worse(of, start) {
		copy(of, start)
	}
	return g.work, stop
}

// campaign is the state of one run.
type campaign struct {
	*improver
	a         *arrangement
	cancelled func() bool
	work      int
	version   []uint64          // per agent: how often it has changed
	excess    []float64         // per agent
	fresh     []bool            // per agent: excess is up to date
	done      map[uint64]uint64 // subset → versions and node limit with which it was last solved
	random    splitMix
	attempts  []*attempt
	objective float64
	violation float64
	floor     float64 // a bound, of the prices where nothing better is known
	solved    int
	stopped   int
	priceUnit float64 // size of a price at which a limit is worth its cost
	near      [][]neighbor
	taken     []bool // per agent: in the batch being collected
	claimed   []bool // per unit without an agent: in the batch being collected
}

const (
	batchSize = 32    // disjoint subsets solved at the same time
	maxNodes  = 20000 // search nodes per subset
)

// sizes of the subsets, one after the other: as long as most of them are
// solved to the end, larger ones promise more.
var sizes = [...]int{2, 4, 8, 12, 16, 20}

func (g *campaign) improve() partition.Stop {
	m := g.m.m
	g.version, g.excess, g.fresh = make([]uint64, m), make([]float64, m), make([]bool, m)
	g.taken = make([]bool, m)
	if g.m.dummy >= 0 {
		g.claimed = make([]bool, g.m.n)
	}
	g.total()
	g.priceUnit = g.typicalPrice()
	if g.reached() {
		return partition.GapReached
	}
	g.floor = g.bound
	if math.IsInf(g.floor, -1) {
		g.floor = g.objective
		for j := range int32(g.m.agents()) {
			g.floor -= g.a.excess(j)
		}
	}
	step, nodes, dry := 0, 40, 0
	for {
		size := min(sizes[step], g.m.m)
		before, worked := g.gain(), g.work
		solved, stopped := g.round(size, nodes)
		switch {
		case g.cancelled():
			return partition.Interrupted
		case g.reached():
			return partition.GapReached
		case g.work >= g.budget:
			return partition.BudgetSpent
		case before-g.gain() > 0.03*math.Abs(before):
			dry = 0
			continue
		}
		last := size == g.m.m || step == len(sizes)-1
		if g.gain() == before && last {
			dry++
		}
		if dry >= 8 || dry > 0 && g.work == worked && size == g.m.m {
			return partition.Converged
		}
		if !last && stopped <= solved/3 {
			step++
		} else {
			nodes = min(2*nodes, maxNodes)
		}
	}
}

// gain is what is left to gain, violation weighing heavily.
func (g *campaign) gain() float64 {
	return g.objective - g.floor + g.violation*g.priceUnit*100
}

func (g *campaign) scale() float64 {
	return math.Max(g.objective-g.floor, 1e-9*math.Abs(g.objective)) / float64(g.m.m)
}

// total recomputes objective and violation.
func (g *campaign) total() {
	g.objective, g.violation = 0, 0
	for i := range g.m.n {
		g.objective += g.a.costNow(i)
	}
	for j := range g.m.m {
		g.violation += g.a.outside(int32(j))
	}
}

func (g *campaign) reached() bool {
	return g.violation <= partition.FeasibleViolation &&
		g.objective-g.bound <= g.gap*math.Max(math.Abs(g.objective), 1e-12)
}

// typicalPrice is the mean difference between the best and second best
// candidate over the mean load: the size of a price that matters.
func (g *campaign) typicalPrice() float64 {
	diff, load := 0.0, 0.0
	for _, list := range g.a.members {
		for _, i := range list {
			lo, hi := g.c.start[i], g.c.start[i+1]
			best, second := math.Inf(1), math.Inf(1)
			for e := lo; e < hi; e++ {
				rc := g.c.cost[e]
				if rc < best {
					best, second = rc, best
				} else if rc < second {
					second = rc
				}
			}
			if hi-lo < 2 {
				continue
			}
			diff += second - best
			for r := range g.m.r {
				load += g.a.loadNow(r, int(i))
			}
		}
	}
	p := 1.0
	if diff > 0 && load > 0 {
		p = diff / load
	}
	for r := range g.prices {
		for _, v := range g.prices[r] {
			p = math.Max(p, math.Abs(v))
		}
	}
	return p
}

// round solves one generation of subsets of the given size, and counts how
// many it solved and how many of those were stopped by the limit of nodes.
func (g *campaign) round(size, nodes int) (solved, stopped int) {
	g.near = g.a.neighbors(math.Max(g.scale(), 1e-300))
	jobs := append(g.repairs(size), g.subsets(size)...)
	for i := range jobs {
		jobs[i].nodes = nodes
	}
	g.solved, g.stopped = 0, 0
	for len(jobs) > 0 {
		if g.cancelled() || g.work >= g.budget || g.reached() {
			break
		}
		jobs = g.batch(jobs)
	}
	g.total()
	if g.report != nil {
		g.report(g.objective, g.violation, g.work)
	}
	return g.solved, g.stopped
}

// subsets lists the subsets of a generation, most promising first.
func (g *campaign) subsets(size int) []job {
	var jobs []job
	seen := map[uint64]bool{}
	add := func(agents []int32) {
		slices.Sort(agents)
		h := subsetHash(agents)
		if seen[h] {
			return
		}
		seen[h] = true
		b := job{agents: agents}
		for _, j := range agents {
			b.potential += g.excessOf(j) + 100*g.priceUnit*g.a.outside(j)
		}
		jobs = append(jobs, b)
	}
	if size <= 2 {
		for j := range int32(g.m.m) {
			for _, e := range g.near[j][:min(len(g.near[j]), 8)] {
				add([]int32{j, e.agent})
			}
			if len(g.near[j]) == 0 {
				add([]int32{j})
			}
		}
	} else {
		seeds := make([]int32, g.m.m)
		for j := range seeds {
			seeds[j] = int32(j)
		}
		slices.SortStableFunc(seeds, func(x, y int32) int { return cmp.Compare(g.excessOf(y), g.excessOf(x)) })
		for v := range 2 {
			covered := make([]int, g.m.m)
			for _, j := range seeds {
				if covered[j] >= size/2 {
					continue
				}
				set := g.grow(j, size, v > 0)
				for _, k := range set {
					covered[k]++
				}
				add(set)
			}
		}
	}
	slices.SortStableFunc(jobs, func(x, y job) int { return cmp.Compare(y.potential, x.potential) })
	return jobs
}

// grow makes a subset by adding the neighbour that is most entangled with
// those already in, and has most to gain.
func (g *campaign) grow(seed int32, size int, jitter bool) []int32 {
	return g.growFrom([]int32{seed}, size, jitter)
}

func (g *campaign) growFrom(set []int32, size int, jitter bool) []int32 {
	for len(set) < size {
		best, score := int32(-1), 0.0
		var cand []neighbor
		for _, j := range set {
			for _, e := range g.near[j][:min(len(g.near[j]), 12)] {
				if slices.Contains(set, e.agent) {
					continue
				}
				at := slices.IndexFunc(cand, func(x neighbor) bool { return x.agent == e.agent })
				if at < 0 {
					cand = append(cand, e)
				} else {
					cand[at].weight += e.weight
				}
			}
		}
		for _, e := range cand {
			w := e.weight * (g.scale() + g.excessOf(e.agent))
			if jitter {
				w *= g.random.float()
			}
			if best < 0 || w > score || w == score && e.agent < best {
				best, score = e.agent, w
			}
		}
		if best < 0 {
			break
		}
		set = append(set, best)
	}
	slices.Sort(set)
	return set
}

func (g *campaign) excessOf(j int32) float64 {
	if !g.fresh[j] {
		g.fresh[j] = true
		g.excess[j] = g.a.excess(j) + g.a.wanted(j)
	}
	return g.excess[j]
}

func subsetHash(agents []int32) uint64 {
	h := splitMix(uint64(len(agents)))
	for _, j := range agents {
		h ^= splitMix(uint64(j) + 1)
		h = splitMix(h.next())
	}
	return uint64(h)
}

// stamp identifies the state that a subset was solved in.
func (g *campaign) stamp(b *job) uint64 {
	h := splitMix(1)
	for _, j := range b.agents {
		h ^= splitMix(g.version[j])
		h = splitMix(h.next())
	}
	return uint64(h)
}

// batch solves the first disjoint jobs in parallel, applies them in order, and
// returns the jobs that are left.
func (g *campaign) batch(jobs []job) (left []job) {
	var now []job
	delta := g.scale() * 1e-3
	left = jobs[:0]
	for _, b := range jobs {
		if len(now) == batchSize || slices.ContainsFunc(b.agents, func(j int32) bool { return g.taken[j] }) {
			left = append(left, b)
			continue
		}
		if g.done[subsetHash(b.agents)] == g.stamp(&b) {
			continue
		}
		b.potential, b.soft = 0, math.Inf(1)
		for _, j := range b.agents {
			b.potential += g.excessOf(j)
			if g.a.outside(j) > 0 {
				b.soft, b.ceiling = 10*g.priceUnit, 1e4*g.priceUnit
			}
		}
		if b.potential <= delta && math.IsInf(b.soft, 1) {
			continue
		}
		for _, j := range b.agents {
			g.taken[j] = true
		}
		g.claim(&b)
		now = append(now, b)
	}
	g.solve(now, delta)
	for k := range now {
		b := &now[k]
		for _, j := range b.agents {
			g.taken[j] = false
		}
		for _, i := range b.idle {
			g.claimed[i] = false
		}
		g.work += b.work
		g.solved++
		if !b.proved {
			g.stopped++
		}
		if len(b.moves) > 0 {
			for _, mv := range b.moves {
				g.objective -= g.a.costNow(int(mv.unit))
				g.a.move(mv.unit, mv.pos)
				g.objective += g.a.costNow(int(mv.unit))
			}
			for _, j := range b.agents {
				g.version[j]++
				g.fresh[j] = false
			}
		}
		if b.proved {
			g.done[subsetHash(b.agents)] = g.stamp(b)
		}
	}
	g.violation = 0
	for j := range g.m.m {
		g.violation += g.a.outside(int32(j))
	}
	return left
}

// claim collects the unassigned units that the job may take in and that no
// other job of the batch has.
func (g *campaign) claim(b *job) {
	if g.m.dummy < 0 {
		return
	}
	for _, j := range b.agents {
		list := g.a.waiting[j][:0]
		for _, i := range g.a.waiting[j] {
			if int(g.a.of[i]) != g.m.dummy {
				continue
			}
			list = append(list, i)
			if !g.claimed[i] {
				g.claimed[i] = true
				b.idle = append(b.idle, i)
			}
		}
		g.a.waiting[j] = list
	}
}

func (g *campaign) solve(jobs []job, delta float64) {
	workers := min(runtime.GOMAXPROCS(0), len(jobs))
	for len(g.attempts) < workers {
		g.attempts = append(g.attempts, &attempt{})
	}
	if workers <= 1 {
		for k := range jobs {
			g.attempts[0].solve(g.a, &jobs[k], delta, g.cancelled)
		}
		return
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for {
				k := int(next.Add(1)) - 1
				if k >= len(jobs) {
					return
				}
				g.attempts[w].solve(g.a, &jobs[k], delta, g.cancelled)
			}
		})
	}
	wait.Wait()
}

// worse compares two plans by violation and cost, computed from the model.
func (s *improver) worse(x, y []int32) bool {
	vx, cx := s.evaluate(x)
	vy, cy := s.evaluate(y)
	if vx <= partition.FeasibleViolation && vy <= partition.FeasibleViolation {
		return cx > cy
	}
	return vx > vy || vx == vy && cx > cy
}

// evaluate computes violation and cost of a plan.
func (s *improver) evaluate(of []int32) (violation, cost float64) {
	m := s.m
	load := make([][]float64, m.r)
	for r := range load {
		load[r] = make([]float64, m.m)
	}
	for i, j := range of {
		if j < 0 || int(j) >= m.agents() {
			return math.Inf(1), math.Inf(1)
		}
		e := -1
		for q := s.c.start[i]; q < s.c.start[i+1]; q++ {
			if s.c.agent[q] == j {
				e = q
				break
			}
		}
		if e >= 0 {
			cost += s.c.cost[e]
		} else {
			cost += m.cost(i, int(j))
		}
		if int(j) == m.dummy {
			continue
		}
		for r := range load {
			if e >= 0 {
				load[r][j] += m.loadAt(s.c, r, i, e)
			} else {
				load[r][j] += m.loadOf(r, i, int(j))
			}
		}
	}
	for r := range load {
		for j, sum := range load[r] {
			violation += math.Max(0, math.Max(sum-m.upper[r][j], m.lower[r][j]-sum))
		}
	}
	return violation, cost
}
