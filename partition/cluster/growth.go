package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Growth lets K territories grow over a graph of neighbours, whichever has the
// least of its target taking the nearest unit at its border, and then improves the
// borders unit by unit. With w the Weight of a unit (nil: 1) and x its Features, or
// its Points as places on the sphere in kilometres, it looks for a small
//
//	Σ_t Σ_{i ∈ t} w_i·|x_i - mean_t|²,   mean_t = Σ_{i ∈ t} w_i·x_i / Σ_{i ∈ t} w_i,
//
// the moment of inertia, with the limits of all Measures kept before anything else.
// On the sphere the distances are the straight ones through the earth, as in
// district.SumOfSquares.
//
// The graph is Problem.Contiguity. Where that is nil, it ties each unit to the
// nearest few and so joins parts until all are in one; the plan is then connected
// in that graph. Territories grow from Seeds and Fixed units; else from the units
// nearest to Homes, two territories never from the same; else, where other
// territories have such units or pairs are forbidden, far from each other; and
// where nothing is said, from the cores of a [Bisection].
//
// Guaranteed: no territory is empty, every one is connected in the graph, fixed units
// and seeds are where they must be, no forbidden pair meets. Not guaranteed are the
// limits; Violation says by how much they are missed, and counts 1 for each unit
// that is Unassigned, which happens only where Forbidden encloses it. Nothing is
// proved: the Bound is -Inf. An [*partition.InfeasibleError] is returned for plain
// reasons: K exceeds n, totals that do not fit, a unit too heavy or forbidden
// everywhere, more components of the Contiguity than territories, fixed units that
// nothing connects. Fixed units that can be connected one territory at a time, but
// were not all at once, are answered by an error that wraps
// [errors.ErrUnsupported]: for such maps see geo/district.
//
// Growth is quick and simple: a descent from each of a few starts, which stays where
// it ends, and where limits are narrow that may be outside of them. district.Compact
// searches the same kind of plans by annealing and recombination: it keeps narrower
// limits, comes lower and proves a bound of its own objective, at a hundred times the
// work and more; it is the choice for maps of up to some ten thousand units. Growth is the one for more units than that,
// for a first plan at once, and for attributes rather than places, where a neighbour
// is who is alike. Where nothing must be connected, allocate.Centers with SquaredMeans
// comes some per cent lower up to a hundred thousand units, in several times the time;
// beyond, its default budget is too short to do so. Where limits are so
// wide that territories may differ tenfold, Growth finds no such plan: it begins
// with equal shares.
//
// Distance, Between, CenterCapacity, K = 0, and Homes beside Features, are
// answered by an error that wraps [errors.ErrUnsupported] and names the field.
// Limits that are not there are replaced by wishes, as in Bisection. Territories
// that nothing tells apart are numbered in the order of their first units.
//
// Time is O(n·(d + log n)·e) for e neighbours per unit, for growing and for each of
// some dozens of rounds of improvement; a unit whose leaving might tear its
// territory is given up after 4,096 units looked at. Memory is O(n·(d + e)). The same
// input and options give the same bytes at any GOMAXPROCS and on every platform.
type Growth struct {
	// Neighbors is to how many of the nearest a unit is tied where there is no
	// Contiguity; 0: 8.
	Neighbors int

	// Starts is how many times territories grow, from cores that Bisection cuts in
	// other directions; the best plan counts. It is 1 where Seeds, Fixed, Forbidden or
	// Homes say where to begin. 0: so many that 20,000 units are placed in all, 16 at most.
	Starts int

	// Budget is the work allowed for improving the borders of each start, in units
	// looked at, some 200 ns each. 0: 100 per unit; most plans settle after 60.
	Budget int
}

var _ partition.Method = Growth{}

const (
	growthNeighbors = 8
	growthBudget    = 100 // per unit
	mostNeighbors   = 1 << 10
	startsInAll     = 20_000 // units
	mostStarts      = 16
)

// Partition grows territories. It does nothing at random. Interrupted with a plan
// in hand it returns that plan; before there is one, the cause of the interruption.
func (b Growth) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	g, err := b.survey(p)
	if err != nil {
		return nil, err
	}
	if err := g.impossible(); err != nil {
		return nil, err
	}
	w := newGrowing(ctx, g, b)
	if w.net == nil {
		return nil, w.cause()
	}
	if err := w.locked(); err != nil {
		return nil, err
	}
	stop, err := w.starts(b)
	if err != nil {
		return nil, err
	}
	r, err := g.result(w.of, stop, w.work)
	if err != nil {
		return nil, err
	}
	if left := r.Plan.Count(partition.Unassigned); left > 0 {
		r.Certificate.Violation += float64(left)
		if r.Stop == partition.ProvedOptimal {
			r.Stop = partition.Converged
		}
	}
	return r, nil
}

// starts grows from one start after the other and leaves the best plan.
func (w *growing) starts(b Growth) (partition.Stop, error) {
	locked := slices.Clone(w.of)
	var best worth
	var kept []int32
	stop := partition.Converged
	for s := range b.starts(w.g.n) {
		if s > 0 {
			w.restore(locked)
		}
		more, err := w.root(s)
		if err == nil && !w.spread() {
			err = w.cause()
		}
		if err != nil {
			if kept == nil {
				return stop, err
			}
			stop = partition.Interrupted // which is all that can happen to later starts
			break
		}
		end := w.improve(b.budget(w.g.n))
		if now := w.worth(); kept == nil || now.less(best) {
			best, kept = now, slices.Clone(w.of)
		}
		if stop = max(stop, end); stop == partition.Interrupted || !more {
			break
		}
	}
	w.restore(kept)
	return stop, nil
}

func (b Growth) starts(n int) int {
	if b.Starts > 0 {
		return b.Starts
	}
	return max(1, min(startsInAll/n, mostStarts))
}

func (b Growth) budget(n int) int {
	if b.Budget > 0 {
		return b.Budget
	}
	return int(min(int64(n)*growthBudget, math.MaxInt))
}

// survey checks the options and compiles the problem.
func (b Growth) survey(p *partition.Problem) (*terrain, error) {
	var faults partition.Faults
	if b.Neighbors < 0 || b.Neighbors > mostNeighbors {
		faults.Add(partition.InputError{Field: "Growth.Neighbors", Index: -1, Value: b.Neighbors, Why: fmt.Sprintf("is not in 0..%d", mostNeighbors)}, nil)
	}
	if b.Starts < 0 {
		faults.Add(partition.InputError{Field: "Growth.Starts", Index: -1, Value: b.Starts, Why: "is negative"}, nil)
	}
	if b.Budget < 0 {
		faults.Add(partition.InputError{Field: "Growth.Budget", Index: -1, Value: b.Budget, Why: "is negative"}, nil)
	}
	if err := errors.Join(faults.Err(), p.Validate()); err != nil {
		return nil, err
	}
	g, err := survey(p, "Growth")
	if err != nil {
		return nil, err
	}
	if p.Homes != nil && p.Features != nil {
		return nil, fmt.Errorf("%w: Homes: they have no Features to be near to units by", errors.ErrUnsupported)
	}
	if p.Fixed != nil || p.Seeds != nil || p.Homes != nil || len(p.Forbidden) > 0 {
		g.alike = false
	}
	return g, nil
}

// growing is a run of Growth.
type growing struct {
	ctx    context.Context
	g      *terrain
	net    *mesh
	limits []limit // what is balanced: those of the terrain, or a wish
	bar    map[[2]int32]bool
	fixed  []int32 // per unit the territory it must keep, or -1

	of    []int32
	count []int
	load  []float64 // per territory and limit
	mass  []float64 // per territory
	sum   []float64 // per territory dim: the weighted sum of its units

	margin float64 // see outside

	work  int
	queue []int32
}

func newGrowing(ctx context.Context, g *terrain, b Growth) *growing {
	w := &growing{ctx: ctx, g: g, limits: g.limits, bar: make(map[[2]int32]bool, len(g.p.Forbidden)),
		fixed: make([]int32, g.n), of: make([]int32, g.n), count: make([]int, g.k),
		mass: make([]float64, g.k), sum: make([]float64, g.k*g.dim)}
	if len(w.limits) == 0 {
		w.limits = []limit{g.wish()}
	}
	w.load = make([]float64, g.k*len(w.limits))
	for i := range w.of {
		w.of[i], w.fixed[i] = partition.Unassigned, partition.Unassigned
	}
	for _, pair := range g.p.Forbidden {
		w.bar[[2]int32{int32(pair[0]), int32(pair[1])}] = true
	}
	if g.p.Contiguity != nil {
		w.net = newMesh(g.p.Contiguity, g.n)
	} else {
		ties := b.Neighbors
		if ties == 0 {
			ties = growthNeighbors
		}
		w.net = g.meshOfNearest(ctx, ties)
	}
	return w
}

// may reports whether territory t may have unit i.
func (w *growing) may(i, t int32) bool {
	if f := w.fixed[i]; f >= 0 {
		return f == t
	}
	return len(w.bar) == 0 || !w.bar[[2]int32{i, t}]
}

// put moves a unit to territory t, or from where it is to Unassigned.
func (w *growing) put(i, t int32) {
	if from := w.of[i]; from >= 0 {
		w.take(i, from, -1)
	}
	if w.of[i] = t; t >= 0 {
		w.take(i, t, 1)
	}
}

func (w *growing) take(i, t int32, sign float64) {
	w.count[t] += int(sign)
	mass := float64(sign * w.g.weigh(i))
	w.mass[t] += mass
	for d, x := range w.g.coordinates(i) {
		w.sum[int(t)*w.g.dim+d] += float64(mass * x)
	}
	for r := range w.limits {
		w.load[int(t)*len(w.limits)+r] += float64(sign * w.limits[r].value[i])
	}
}

// away is the square of the distance of a unit from the mean of a territory; from
// one without mass it is 0.
func (w *growing) away(i, t int32) float64 {
	mass := w.mass[t]
	if !(mass > 0) {
		return 0
	}
	sum := 0.0
	for d, x := range w.g.coordinates(i) {
		gap := x - w.sum[int(t)*w.g.dim+d]/mass
		sum += float64(gap * gap)
	}
	return sum
}
