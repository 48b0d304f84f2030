// Package flow holds network-flow kernels in whole numbers.
package flow

import (
	"cmp"
	"context"
	"slices"
)

// Bipartite asks whether the supplies of the left nodes fit into the capacities
// of the right nodes. Left node g may send to the right nodes
// Right[Start[g]:Start[g+1]], any amount to each. Supplies and capacities are
// ≥ 0, and the supplies add up to less than 2^63.
type Bipartite struct {
	Supply   []int64
	Capacity []int64
	Start    []int // length len(Supply)+1
	Right    []int32
}

// Overflow returns left nodes A, ascending, whose supply exceeds the capacity
// of all the right nodes N(A) that they may send to, or nil where everything
// fits: by the theorem of Gale (1957) one of the two is the case.
//
// The set is small: no left node can be dropped such that what is left still
// contains an overflow. Each node of the answer costs one incremental flow over
// the set found so far; where that has looked at effort arcs, the set is
// returned as it is then, which overflows but may not be minimal. The question
// itself is answered by the algorithm of Dinic (1970), with memory for the arcs.
func (b *Bipartite) Overflow(ctx context.Context, effort int) ([]int, error) {
	r := newRouter(b)
	all := make([]int, len(b.Supply))
	for g := range all {
		all[g] = g
	}
	if err := r.route(ctx, all); err != nil {
		return nil, err
	}
	set := r.reach(all)
	if set != nil {
		r.looked = 0
		return r.shrink(ctx, set, effort)
	}
	return nil, nil
}

// shrink reduces a set that overflows to one of which no part does.
//
// In each round the nodes are inserted one after another, the largest first.
// The one at which they first overflow is needed: without it there is no
// overflow among those inserted. The needed ones go in first in later rounds,
// until they overflow by themselves.
func (r *router) shrink(ctx context.Context, set []int, effort int) ([]int, error) {
	var needed []int
	isNeeded := make([]bool, len(r.rest))
	for {
		slices.SortFunc(set, func(x, y int) int {
			return cmp.Or(cmp.Compare(r.b.Supply[y], r.b.Supply[x]), x-y)
		})
		order := slices.Clone(needed)
		for _, g := range set {
			if !isNeeded[g] {
				order = append(order, g)
			}
		}
		last, overflow := -1, []int(nil)
		r.reset()
		for k, g := range order {
			if err := r.route(ctx, order[k:k+1]); err != nil {
				return nil, err
			}
			if overflow = r.reach(order[k : k+1]); overflow != nil {
				last = g
				break
			}
			if r.looked > effort {
				slices.Sort(set)
				return set, nil
			}
		}
		set = overflow
		if isNeeded[last] {
			return set, nil
		}
		needed, isNeeded[last] = append(needed, last), true
	}
}

// router holds a flow that grows. Arcs against the flow exist only where there
// is some, so they are listed per right node as they come to be.
type router struct {
	b    *Bipartite
	rest []int64 // per left node, supply not sent yet
	free []int64 // per right node, capacity left
	flow []int64 // per arc
	back [][]backArc
	held []bool // per arc: listed in back

	leftLevel, rightLevel []int32 // distance from the sources; -1: not reached
	leftNext, rightNext   []int   // the arc to look at next
	queue                 []int32 // left nodes in the order of their levels
	touched               []int32 // right nodes in the order of their levels
	last                  int32   // level of the nearest right nodes with room; -1: there is none
	looked                int     // arcs looked at, for the record
}

type backArc struct {
	left int32
	arc  int
}

func newRouter(b *Bipartite) *router {
	r := &router{
		b:    b,
		rest: slices.Clone(b.Supply), free: slices.Clone(b.Capacity),
		flow: make([]int64, len(b.Right)), held: make([]bool, len(b.Right)),
		back:      make([][]backArc, len(b.Capacity)),
		leftLevel: make([]int32, len(b.Supply)), rightLevel: make([]int32, len(b.Capacity)),
		leftNext: make([]int, len(b.Supply)), rightNext: make([]int, len(b.Capacity)),
	}
	fill(r.leftLevel, -1)
	fill(r.rightLevel, -1)
	return r
}

func fill(x []int32, v int32) {
	for k := range x {
		x[k] = v
	}
}

// reset takes all flow back.
func (r *router) reset() {
	for j, arcs := range r.back {
		for _, a := range arcs {
			r.flow[a.arc], r.held[a.arc] = 0, false
		}
		r.back[j] = arcs[:0]
	}
	copy(r.rest, r.b.Supply)
	copy(r.free, r.b.Capacity)
}

// route sends as much of the sources' supply as fits beside what is routed
// already, which may be sent elsewhere but is not taken back.
func (r *router) route(ctx context.Context, sources []int) error {
	for {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if !r.level(sources) {
			return nil
		}
		for _, g := range sources {
			for r.rest[g] > 0 {
				sent := r.send(g, r.rest[g])
				if sent == 0 {
					break
				}
				r.rest[g] -= sent
			}
		}
	}
}

// level finds the distances in the residual graph from the sources that have
// supply left, and reports whether they reach a free right node.
func (r *router) level(sources []int) bool {
	for _, g := range r.queue {
		r.leftLevel[g] = -1
	}
	for _, j := range r.touched {
		r.rightLevel[j] = -1
	}
	r.queue, r.touched = r.queue[:0], r.touched[:0]
	for _, g := range sources {
		if r.rest[g] > 0 && r.leftLevel[g] < 0 {
			r.leftLevel[g], r.leftNext[g] = 0, r.b.Start[g]
			r.queue = append(r.queue, int32(g))
		}
	}
	r.last = -1
	for left, right := 0, 0; left < len(r.queue); {
		for ; left < len(r.queue); left++ {
			g := r.queue[left]
			for _, j := range r.b.Right[r.b.Start[g]:r.b.Start[g+1]] {
				if r.rightLevel[j] >= 0 {
					continue
				}
				r.rightLevel[j], r.rightNext[j] = r.leftLevel[g]+1, 0
				r.touched = append(r.touched, j)
				if r.free[j] > 0 {
					r.last = r.rightLevel[j]
				}
			}
			r.looked += r.b.Start[g+1] - r.b.Start[g]
		}
		if r.last >= 0 {
			return true
		}
		for ; right < len(r.touched); right++ {
			j := r.touched[right]
			r.looked += len(r.back[j])
			kept := r.back[j][:0]
			for _, a := range r.back[j] {
				if r.flow[a.arc] == 0 {
					r.held[a.arc] = false
					continue
				}
				kept = append(kept, a)
				if r.leftLevel[a.left] < 0 {
					r.leftLevel[a.left], r.leftNext[a.left] = r.rightLevel[j]+1, r.b.Start[a.left]
					r.queue = append(r.queue, a.left)
				}
			}
			r.back[j] = kept
		}
	}
	return false
}

// send moves up to amount from left node g along one shortest path or several,
// and returns how much went through.
func (r *router) send(g int, amount int64) int64 {
	for ; r.leftNext[g] < r.b.Start[g+1]; r.leftNext[g]++ {
		arc := r.leftNext[g]
		j := r.b.Right[arc]
		if r.rightLevel[j] != r.leftLevel[g]+1 {
			continue
		}
		sent := min(amount, r.free[j])
		if sent > 0 {
			r.free[j] -= sent
		} else if r.rightLevel[j] < r.last {
			sent = r.reroute(int(j), amount)
		}
		if sent > 0 {
			r.flow[arc] += sent
			if !r.held[arc] {
				r.held[arc] = true
				r.back[j] = append(r.back[j], backArc{int32(g), arc})
			}
			return sent
		}
	}
	return 0
}

// reroute makes room for up to amount at right node j by sending elsewhere
// what other left nodes have there.
func (r *router) reroute(j int, amount int64) int64 {
	for ; r.rightNext[j] < len(r.back[j]); r.rightNext[j]++ {
		a := r.back[j][r.rightNext[j]]
		if r.leftLevel[a.left] != r.rightLevel[j]+1 || r.flow[a.arc] == 0 {
			continue
		}
		if sent := r.send(int(a.left), min(amount, r.flow[a.arc])); sent > 0 {
			r.flow[a.arc] -= sent
			return sent
		}
	}
	return 0
}

// reach is the set of left nodes that the sources with supply left can reach,
// ascending; nil where there is no such source. Valid after route with the same
// sources: nothing reached has room, so the set overflows.
func (r *router) reach(sources []int) []int {
	if !slices.ContainsFunc(sources, func(g int) bool { return r.rest[g] > 0 }) {
		return nil
	}
	set := make([]int, len(r.queue))
	for k, g := range r.queue {
		set[k] = int(g)
	}
	slices.Sort(set)
	return set
}
