package allocate

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/territory-go/territory/internal/splitmix"
)

// batchSize is the number of disjoint subsets that are solved at the same time.
const batchSize = 32

// batch solves the first disjoint jobs in parallel, applies what they found in
// order, and returns the jobs that are left.
func (g *campaign) batch(jobs []job) (left []job) {
	var now []job
	delta := 1e-3 * g.scale()
	left = jobs[:0]
	for _, b := range jobs {
		if len(now) == batchSize || slices.ContainsFunc(b.agents, func(j int32) bool { return g.taken[j] }) {
			left = append(left, b)
			continue
		}
		if g.done[b.hash()] == g.stamp(b.agents) {
			continue
		}
		b.potential, b.soft = 0, math.Inf(1)
		for _, j := range b.agents {
			b.potential += g.excessOf(j)
			if g.a.outside(j) > 0 {
				b.soft, b.ceiling = 10*g.charge, 1e4*g.charge
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
		g.settle(&now[k])
	}
	g.sumViolation()
	return left
}

// settle applies what a job found.
func (g *campaign) settle(b *job) {
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
	for _, mv := range b.moves {
		g.move(mv)
	}
	if len(b.moves) > 0 {
		g.changed(b.agents)
	}
	if b.proved {
		g.done[b.hash()] = g.stamp(b.agents)
	}
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

// solve solves disjoint jobs, each goroutine with memory of its own.
func (g *campaign) solve(jobs []job, delta float64) {
	workers := min(runtime.GOMAXPROCS(0), len(jobs))
	for len(g.attempts) < workers {
		g.attempts = append(g.attempts, &attempt{})
	}
	var next atomic.Int64
	work := func(t *attempt) {
		for k := int(next.Add(1)) - 1; k < len(jobs); k = int(next.Add(1)) - 1 {
			t.solve(g.a, &jobs[k], delta, g.cancelled)
		}
	}
	if workers == 1 {
		work(g.attempts[0])
		return
	}
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() { work(g.attempts[w]) })
	}
	wait.Wait()
}

// hash identifies the agents of the job.
func (b *job) hash() uint64 {
	h := splitmix.Source(len(b.agents))
	for _, j := range b.agents {
		h.Mix(uint64(j))
	}
	return uint64(h)
}

// stamp identifies the state that the agents are in.
func (g *campaign) stamp(agents []int32) uint64 {
	h := splitmix.Source(1)
	for _, j := range agents {
		h.Mix(g.version[j])
	}
	return uint64(h)
}
