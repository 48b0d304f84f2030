package allocate

import (
	"cmp"
	"slices"
)

// neighbor is an agent with which another one could exchange units, and how
// promising that is: the sum over the units of both that have the other one
// as a candidate of 1 / (1 + regret/scale).
type neighbor struct {
	agent  int32
	weight float64
}

// neighbors lists for each agent the others, most promising first. scale is
// the regret that counts half. Agents without a common unit are not listed.
// Time and memory are linear in the number of candidates.
func (a *arrangement) neighbors(scale float64) [][]neighbor {
	m := a.m.m
	out := make([][]neighbor, m)
	sum := make([]float64, a.m.agents())
	var touched []int32
	count := func(j int32, units []int32) {
		for _, i := range units {
			now := a.pricedNow(int(i))
			for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
				k := a.c.agent[e]
				if k == j || int(k) == a.m.dummy {
					continue
				}
				if sum[k] == 0 {
					touched = append(touched, k)
				}
				sum[k] += 1 / (1 + max(0, a.priced(int(i), e)-now)/scale)
			}
		}
	}
	for j := range int32(m) {
		touched = touched[:0]
		count(j, a.members[j])
		if a.m.dummy >= 0 {
			count(j, a.waiting[j])
		}
		slices.Sort(touched)
		for _, k := range touched {
			out[j] = append(out[j], neighbor{k, sum[k]})
			sum[k] = 0
		}
	}
	// Make it symmetric: what j could give to k counts for k as well.
	back := make([][]neighbor, m)
	for j := range out {
		for _, e := range out[j] {
			back[e.agent] = append(back[e.agent], neighbor{int32(j), e.weight})
		}
	}
	for j := range out {
		out[j] = mergeNeighbors(out[j], back[j])
		slices.SortFunc(out[j], func(x, y neighbor) int {
			return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.agent, y.agent))
		})
	}
	return out
}

// mergeNeighbors adds two lists that ascend in agent.
func mergeNeighbors(x, y []neighbor) []neighbor {
	out := make([]neighbor, 0, len(x)+len(y))
	for len(x) > 0 || len(y) > 0 {
		switch {
		case len(y) == 0 || len(x) > 0 && x[0].agent < y[0].agent:
			out, x = append(out, x[0]), x[1:]
		case len(x) == 0 || y[0].agent < x[0].agent:
			out, y = append(out, y[0]), y[1:]
		default:
			out = append(out, neighbor{x[0].agent, x[0].weight + y[0].weight})
			x, y = x[1:], y[1:]
		}
	}
	return out
}

const (
	maxPartners = 8  // neighbours of an agent that it makes pairs with
	maxReach    = 12 // neighbours of an agent that subsets grow by
)

// subsets lists the subsets of a round, most promising first: all pairs of near
// neighbours, or subsets grown from every agent that few others have come to.
func (g *campaign) subsets(size int) []job {
	var jobs []job
	seen := map[uint64]bool{}
	add := func(agents []int32) {
		slices.Sort(agents)
		b := job{agents: agents}
		if h := b.hash(); seen[h] {
			return
		} else {
			seen[h] = true
		}
		for _, j := range agents {
			b.potential += g.excessOf(j) + float64(100*g.charge*g.a.outside(j))
		}
		jobs = append(jobs, b)
	}
	if size <= 2 {
		for j := range int32(g.m.m) {
			for _, e := range g.near[j][:min(len(g.near[j]), maxPartners)] {
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
		for _, jitter := range []bool{false, true} {
			covered := make([]int, g.m.m)
			for _, j := range seeds {
				if covered[j] >= size/2 {
					continue
				}
				set := g.grow([]int32{j}, size, jitter)
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

// grow adds agents to a set until it has the given size, each time the
// neighbour that is most entangled with those already in and has most to gain;
// with jitter, at random in proportion.
func (g *campaign) grow(set []int32, size int, jitter bool) []int32 {
	for len(set) < size {
		var open []neighbor
		for _, j := range set {
			for _, e := range g.near[j][:min(len(g.near[j]), maxReach)] {
				if slices.Contains(set, e.agent) {
					continue
				}
				at := slices.IndexFunc(open, func(x neighbor) bool { return x.agent == e.agent })
				if at < 0 {
					open = append(open, e)
				} else {
					open[at].weight += e.weight
				}
			}
		}
		best, score := int32(-1), 0.0
		for _, e := range open {
			w := e.weight * (g.scale() + g.excessOf(e.agent))
			if jitter {
				w *= g.random.Float()
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
