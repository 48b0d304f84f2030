package district

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Ward joins units to territories that are alike inside: beginning with one
// territory per unit it joins, again and again, the two neighbours for which
//
//	Δ = (W_a·W_b / (W_a + W_b)) · |mean_a - mean_b|²
//
// is least, which is by how much [SumOfSquares] grows (Ward, Hierarchical
// Grouping to Optimize an Objective Function, 1963, restricted to neighbours);
// W is the total Weight of a territory, mean that of its Features or Points. What
// is left when there are K territories is the plan, and its sum of squares is the
// Objective. The sequence of joins, the dendrogram, is [Ward.Merges].
//
// Guaranteed are connected territories, not the least sum of squares: that is
// NP-hard. With Refine the plan is then improved by giving units to neighbouring
// territories while that lowers the sum and keeps both connected. Nothing is
// balanced: limits of measures are not looked at, and reported as violation.
//
// Fixed, Forbidden, Seeds, Homes, Distance, Between and K = 0 are answered by an
// error that wraps [errors.ErrUnsupported] and names the field. A K below the
// number of components of the graph, or above n, is a [*partition.InfeasibleError].
// Ties are broken by the lower units. Time is O(m·log m) for m pairs on a map where
// no territory has very many neighbours, memory O(m + n·d) for d coordinates.
type Ward struct {
	Refine bool // improve the plan by shifting units; no longer what the dendrogram says
}

var _ partition.Method = Ward{}

// Merge is one join of a dendrogram: A and B, A < B, become one. Numbers below n
// are units, and n+i is what merge i made.
type Merge struct {
	A, B   int
	Growth float64 // of the sum of squares; need not rise from merge to merge, as neighbours come late
}

// Partition joins to K territories. It does nothing at random.
func (w Ward) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	m, x, err := similar(ctx, p, "Ward")
	if err != nil {
		return nil, err
	}
	if err := m.openK("Ward"); err != nil {
		return nil, err
	}
	for _, reason := range []func() error{m.tooFewUnits, m.componentCount} {
		if err := reason(); err != nil {
			return nil, err
		}
	}
	merges, err := x.agglomerate(ctx, m, m.k)
	if err != nil {
		return nil, err
	}
	of := cutTree(m.n, merges)
	res := &partition.Result{Stop: partition.Converged, Iterations: len(merges)}
	if w.Refine {
		moves, done := x.refine(ctx, m, of)
		res.Iterations += moves
		if !done {
			res.Stop = partition.Interrupted
		}
	}
	if res.Plan, err = m.plan(of); err != nil {
		return nil, err
	}
	res.Certificate = partition.Certificate{Objective: x.total(of, m.k), Violation: m.violation(of), Proof: "squares"}
	return res, nil
}

// Merges is the dendrogram: all joins that lead from n units to one territory per
// component, in the order in which they are made. K of the problem is not looked
// at. The first n-K of them make the plan of K territories, without Refine.
func (w Ward) Merges(ctx context.Context, p *partition.Problem) ([]Merge, error) {
	m, x, err := similar(ctx, p, "Ward")
	if err != nil {
		return nil, err
	}
	return x.agglomerate(ctx, m, 0)
}

// similar compiles a problem of which nothing but the likeness of its units counts.
func similar(ctx context.Context, p *partition.Problem, method string) (*model, *space, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, nil, err
	}
	m, err := compile(p)
	if err != nil {
		return nil, nil, err
	}
	name := ""
	switch {
	case len(p.Forbidden) > 0:
		name = "Forbidden"
	case len(p.Seeds) > 0:
		name = "Seeds"
	case len(p.Homes) > 0:
		name = "Homes"
	case slices.Max(append([]int{-1}, p.Fixed...)) >= 0:
		name = "Fixed"
	}
	if name != "" {
		return nil, nil, fmt.Errorf("%w: %s: %s tells territories apart by their units alone", errors.ErrUnsupported, name, method)
	}
	x, err := newSpace(p)
	if err != nil {
		return nil, nil, err
	}
	return m, x, x.check()
}

// candidate is a pair of neighbours that could be joined.
type candidate struct {
	growth float64
	a, b   int32 // a < b
}

func (c candidate) before(d candidate) bool {
	if c.growth != d.growth {
		return c.growth < d.growth
	}
	return c.a < d.a || c.a == d.a && c.b < d.b
}

// agglomerate joins until there are k territories, or no neighbours are left. A
// join replaces its two territories by a new one, so that what the heap holds of
// these is out of date.
func (s *space) agglomerate(ctx context.Context, m *model, k int) ([]Merge, error) {
	n := m.n
	merges := make([]Merge, 0, max(0, n-max(k, len(m.parts))))
	groups := make([]group, n, n+cap(merges))
	near := make([][]int32, n, n+cap(merges)) // nil: gone
	into := make([]int32, n, n+cap(merges))   // what has become of it
	heap := make([]candidate, 0, len(m.adj)/2)
	for u := range int32(n) {
		groups[u] = group{s.weight[u], slices.Clone(s.at(u))}
		near[u] = slices.Clone(m.neighbors(u))
		into[u] = u
		for _, v := range near[u] {
			if u < v {
				heap = append(heap, candidate{apart(groups[u], group{s.weight[v], s.at(v)}), u, v})
			}
		}
	}
	for i := len(heap)/2 - 1; i >= 0; i-- {
		sink(heap, i)
	}
	stamp := make([]int32, n, n+cap(merges))
	for len(heap) > 0 && n-len(merges) > k {
		if len(merges)%1024 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		c := heap[0]
		heap[0] = heap[len(heap)-1]
		heap = heap[:len(heap)-1]
		sink(heap, 0)
		if into[c.a] != c.a || into[c.b] != c.b {
			continue
		}
		merges = append(merges, Merge{int(c.a), int(c.b), c.growth})
		own := int32(len(groups))
		g := groups[c.a]
		g.take(groups[c.b])
		groups = append(groups, g)
		into[c.a], into[c.b] = own, own
		into = append(into, own)
		stamp = append(stamp, own)
		var list []int32
		for _, old := range [][]int32{near[c.a], near[c.b]} {
			for _, v := range old {
				for into[v] != v {
					into[v] = into[into[v]]
					v = into[v]
				}
				if stamp[v] != own {
					stamp[v] = own
					list = append(list, v)
				}
			}
		}
		near[c.a], near[c.b] = nil, nil
		near = append(near, list)
		for _, v := range list {
			// Lists of neighbours name what they knew; the new one is found by way of into.
			heap = append(heap, candidate{apart(groups[v], g), v, own})
			rise(heap)
		}
	}
	return merges, nil
}

// sink restores a heap whose entry i may be too large.
func sink(heap []candidate, i int) {
	for {
		c := 2*i + 1
		if c >= len(heap) {
			return
		}
		if c+1 < len(heap) && heap[c+1].before(heap[c]) {
			c++
		}
		if !heap[c].before(heap[i]) {
			return
		}
		heap[i], heap[c] = heap[c], heap[i]
		i = c
	}
}

// rise restores a heap whose last entry may be too small.
func rise(heap []candidate) {
	for i := len(heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !heap[i].before(heap[up]) {
			return
		}
		heap[i], heap[up] = heap[up], heap[i]
		i = up
	}
}

// cutTree numbers what merges leave in the order of the first units.
func cutTree(n int, merges []Merge) []int32 {
	into := make([]int32, n+len(merges))
	for i := range into {
		into[i] = -1
	}
	for i, m := range merges {
		into[m.A], into[m.B] = int32(n+i), int32(n+i)
	}
	top := make([]int32, len(into)) // a parent comes after its children
	number := make([]int32, len(into))
	for i := len(into) - 1; i >= 0; i-- {
		top[i], number[i] = int32(i), -1
		if into[i] >= 0 {
			top[i] = top[into[i]]
		}
	}
	of := make([]int32, n)
	next := int32(0)
	for u := range of {
		t := top[u]
		if number[t] < 0 {
			number[t] = next
			next++
		}
		of[u] = number[t]
	}
	return of
}
