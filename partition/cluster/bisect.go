package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Bisection divides units by straight lines, each part into two and these again,
// until there are K territories with loads in proportion. With w the Weight of a
// unit (nil: 1) and x its Features, or its Points as places on the sphere in
// kilometres, it looks for a small
//
//	Σ_t Σ_{i ∈ t} w_i·|x_i - mean_t|²,   mean_t = Σ_{i ∈ t} w_i·x_i / Σ_{i ∈ t} w_i,
//
// the moment of inertia, among the plans that lines can draw, with the limits of
// all Measures kept before anything else. On the sphere the distances are the
// straight ones through the earth, as in district.SumOfSquares.
//
// Guaranteed: no territory is empty, and every one is convex: the convex hulls of
// two territories share no more than places on a border, where units in one and the
// same place may belong to both. On the sphere the lines are great circles, and that holds
// for territories that fit into half of it. Not guaranteed are the limits, even where
// they can be kept, as to find out is NP-hard; Violation says by how much they are
// missed. Nothing is proved: the Bound is -Inf. An [*partition.InfeasibleError] is
// returned where K exceeds n, one unit exceeds every upper limit, or the totals
// do not fit.
//
// A part of q territories is cut in two, for at least a third of them on either
// side. Lines of several directions are tried, in the plane; of Points in the plane
// that touches the sphere at the middle of the part, and in more than two dimensions
// in that of the two principal axes of the part, so that territories are polytopes.
// Each line is moved to where the loads of both sides fit the limits of as many
// territories, with room to spare for later cuts, and where the sum of squares that
// is expected of them, by the variances of both sides along their own axes, is
// least. The best few cuts are then followed up, as far as the Budget allows, and the
// best outcome is kept. Without limits, the loads of Measures[0], or the numbers of
// units where there is no measure, are brought near to their targets instead, within
// 5 % in each cut where units are small.
//
// It is the method of choice for a quick plan of very many units, and where borders
// should be easy to describe: lines that go on from side to side. That has its price:
// allocate.Centers with SquaredMeans, and [Growth], come lower on the same objective,
// by about one per cent where customers are spread evenly, some ten where they crowd
// in towns, and several tens where they lie in clusters apart that lines have to cut.
// SquaredMeans takes ten to twenty times as long, Growth about as long up to a hundred
// thousand units. Growth and package geo/district keep territories connected on a map.
//
// Contiguity, Fixed, Forbidden, Seeds, Homes, Distance, Between, CenterCapacity and
// K = 0 are answered by an error that wraps [errors.ErrUnsupported] and names the
// field: a line does not go around. Territories with the same limits are numbered in
// the order of their first units.
//
// Time is O(n·d·Directions·log K) for one cut each, a million units into a hundred
// territories in two seconds of one processor, and as much more as the Budget says;
// memory O(n·d). The same input and options give the
// same bytes at any GOMAXPROCS and on every platform.
//
// Source: J. Kalcsics, S. Nickel, M. Schröder, Towards a unified territorial design
// approach – applications, algorithms and GIS integration, TOP 13 (2005). They
// stop at the first plan within limits of a depth-first search, rank lines by
// their length and by balance, and cut into halves; here the search is cut off by
// the Budget, lines are ranked by the sum of squares, and thirds are allowed.
type Bisection struct {
	// Directions is how many directions of lines are tried in each part; 0: 8.
	Directions int

	// Budget is the work allowed, in units looked at once per direction; a step takes
	// 10 ns in large parts, 100 ns in small ones. It decides how many cuts of each part are followed up, at least one.
	// 0: 3 million.
	Budget int
}

var _ partition.Method = Bisection{}

const (
	bisectionDirections = 8
	bisectionBudget     = 3_000_000
	mostDirections      = 1 << 12
)

// Partition cuts p. It does nothing at random. Interrupted with a plan in hand it
// returns that plan; before there is one, the cause of the interruption.
func (b Bisection) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
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
	s := newSlicing(ctx, g, b)
	units := make([]int32, g.n)
	for i := range units {
		units[i] = int32(i)
	}
	if _, done := s.divide(units, 0, g.k); !done {
		return nil, context.Cause(ctx)
	}
	stop := partition.Converged
	if s.over {
		stop = partition.Interrupted
	}
	return g.result(s.of, stop, s.work)
}

// survey checks the options and compiles the problem.
func (b Bisection) survey(p *partition.Problem) (*terrain, error) {
	var faults partition.Faults
	if b.Directions < 0 || b.Directions > mostDirections {
		faults.Add(partition.InputError{Field: "Bisection.Directions", Index: -1, Value: b.Directions, Why: fmt.Sprintf("is not in 0..%d", mostDirections)}, nil)
	}
	if b.Budget < 0 {
		faults.Add(partition.InputError{Field: "Bisection.Budget", Index: -1, Value: b.Budget, Why: "is negative"}, nil)
	}
	if err := errors.Join(faults.Err(), p.Validate()); err != nil {
		return nil, err
	}
	const why = "draws lines, which go around nothing"
	for _, a := range []asked{
		{"Contiguity", p.Contiguity != nil, why}, {"Fixed", p.Fixed != nil, why}, {"Forbidden", len(p.Forbidden) > 0, why},
		{"Seeds", p.Seeds != nil, why}, {"Homes", p.Homes != nil, why},
	} {
		if a.is {
			return nil, fmt.Errorf("%w: %s: Bisection %s", errors.ErrUnsupported, a.field, a.why)
		}
	}
	return survey(p, "Bisection")
}

// slicing is a run of Bisection. Territories are cut off in the order of their
// numbers, so that every part is due to a range of them.
type slicing struct {
	ctx        context.Context
	g          *terrain
	limits     []limit     // what is balanced: those of the terrain, or a soft one
	soft       bool        // the limits are wishes
	sums       [][]float64 // per limit: lower, upper, target, summed over the territories before each
	directions [][2]float64
	budget     int
	width      []int // how many cuts are followed up, see widen
	of         []int32
	work       int
	over       bool // the context has ended
}

// softness is how far loads may be from targets that nobody asked for.
const softness = 0.05

func newSlicing(ctx context.Context, g *terrain, b Bisection) *slicing {
	s := &slicing{ctx: ctx, g: g, limits: g.limits, budget: b.Budget, of: make([]int32, g.n)}
	if len(s.limits) == 0 {
		s.soft, s.limits = true, []limit{g.wish()}
	}
	for _, l := range s.limits {
		for _, x := range [][]float64{l.lower, l.upper, l.target} {
			sum := make([]float64, g.k+1)
			for t, v := range x {
				sum[t+1] = sum[t] + v
			}
			s.sums = append(s.sums, sum)
		}
	}
	count := b.Directions
	if count == 0 {
		count = bisectionDirections
	}
	if g.dim == 1 {
		count = 1
	}
	s.directions = allAround(count)
	if s.budget == 0 {
		s.budget = bisectionBudget
	}
	s.widen()
	return s
}

// wish is what is balanced where nothing has to be.
func (g *terrain) wish() limit {
	me := partition.Measure{Value: make([]float64, g.n)}
	if len(g.p.Measures) > 0 {
		me = g.p.Measures[0]
	}
	total := 0.0
	for _, v := range me.Value {
		total += v
	}
	if !(total > 0) {
		me = partition.Measure{Value: make([]float64, g.n)}
		for i := range me.Value {
			me.Value[i] = 1
		}
	}
	me.Tolerance, me.Lower, me.Upper = softness, nil, nil
	l := limit{value: me.Value, target: me.Targets(g.k), size: meanLoad(me.Value, g.k)}
	l.lower, l.upper = me.Limits(g.k)
	return l
}

// widen sets how many cuts are followed up of parts of about 2, 4, 8, … territories,
// small parts first, as they cost least.
func (s *slicing) widen() {
	s.width = slices.Repeat([]int{1}, bits.Len(uint(s.g.k)))
	cost := func() float64 {
		total, runs := 0.0, float64(s.g.n)*float64(len(s.directions))
		for _, w := range slices.Backward(s.width) {
			total += runs
			runs *= float64(w)
		}
		return total
	}
	for most := 2; most <= 2*len(s.directions); most++ {
		for size := range s.width {
			s.width[size]++
			if cost() > float64(s.budget) {
				s.width[size]--
				return
			}
		}
	}
}

// follow is how many cuts of a part of q territories are followed up.
func (s *slicing) follow(q int) int {
	if q == 2 || s.work > s.budget {
		return 1
	}
	return s.width[bits.Len(uint(q-1))-1]
}

// outcome is what became of a part.
type outcome struct {
	outside float64 // the limits, in mean loads
	squares float64
}

func (a outcome) better(b outcome) bool {
	if a.outside != b.outside {
		return a.outside < b.outside
	}
	return a.squares < b.squares
}

// divide gives the units, which ascend, to the territories from..to-1. It returns
// false where the context ended before there was a plan.
func (s *slicing) divide(units []int32, from, to int) (outcome, bool) {
	if s.over = s.over || s.ctx.Err() != nil; s.over {
		return outcome{}, false
	}
	if to-from == 1 {
		return s.settle(units, from), true
	}
	f := s.g.face(units)
	cuts := s.cuts(f, from, to, s.follow(to-from))
	s.work += len(units) * len(s.directions)
	best, found := outcome{math.Inf(1), math.Inf(1)}, false
	var kept []int32
	for at, c := range cuts {
		first, second := f.sides(c, s.directions[c.direction])
		a, done := s.divide(first, from, c.middle)
		if !done {
			break
		}
		b, done := s.divide(second, c.middle, to)
		if !done {
			break
		}
		o := outcome{a.outside + b.outside, a.squares + b.squares}
		if found && !o.better(best) {
			continue
		}
		best, found = o, true
		if at < len(cuts)-1 {
			kept = kept[:0]
			for _, i := range units {
				kept = append(kept, s.of[i])
			}
		} else {
			kept = nil // it is in place
		}
	}
	for at, t := range kept {
		s.of[units[at]] = t
	}
	return best, found
}

// settle makes a part a territory.
func (s *slicing) settle(units []int32, t int) outcome {
	for _, i := range units {
		s.of[i] = int32(t)
	}
	var o outcome
	for _, l := range s.limits {
		load := 0.0
		for _, i := range units {
			load += l.value[i]
		}
		o.outside += slight(math.Max(0, math.Max(load-l.upper[t], l.lower[t]-load)) / l.size)
	}
	if s.soft {
		o.outside = 0
	}
	o.squares = s.g.squares(units, make([]float64, s.g.dim))
	return o
}

// slight takes what is but rounding for nothing.
func slight(outside float64) float64 {
	if outside <= 1e-9 {
		return 0
	}
	return outside
}
