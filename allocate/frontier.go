package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Frontier is what can be had for which churn: plans such that none is both
// cheaper and moves less than another, from the least churn that meets the limits
// to the best plan. In a chart with churn to the right it falls; its lower edge is
// that of what is proved, the bounds of its points.
type Frontier struct {
	Points []FrontierPoint // ascending in Moved.Amount, descending in Objective, both strictly

	Least float64        // proved: no plan within the limits moves less
	Stop  partition.Stop // Interrupted: the points found so far
}

// FrontierPoint is one plan of a [Frontier].
type FrontierPoint struct {
	Result // its Bound: no plan that moves at most Moved.Amount costs less

	Moved  partition.Tally // what is taken from today's agents
	Forced partition.Tally // and of that, what they may not keep in any plan

	// Benefit is what moving one more unit of value saves from here to the next
	// point, (Objective - next Objective) / (next Moved - Moved); 0 at the last.
	Benefit float64
}

// Frontier finds plans between the least churn and the least cost, both ends among
// them: r.Points if there are so many, chosen such that little is missed. Churn is
// counted by value, per unit finite and ≥ 0, nil: 1, which counts units; all points
// keep the limits of r.Moved as well.
//
// Every point is proved by itself: its Bound, MovePrices and Prices are those
// of a [Realign] whose limits are r.Moved and, as the last one, the value that the point
// moves; FrontierPoint.Realign makes it, to recompute them. The first point moves
// the least value that was found; where that is Frontier.Least, none moves less.
// Between two points there may be others that lie above the line
// between them; where problems are small enough to be searched to the end, up to
// 2,000 pairs, there is none if fewer points than r.Points are returned.
//
// Errors are those of [Realign.Allocate]. Interrupted it returns the points found
// so far; before there is one, the cause of the interruption. Time is that of one
// to three runs of r.Solver per point.
func (r Realign) Frontier(ctx context.Context, p *Problem, value []float64) (*Frontier, error) {
	base, err := newModel(p)
	if err != nil {
		return nil, err
	}
	var faults partition.Faults
	checkMoveValue(&faults, "value", value, base.n, p.UnitLabel)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	axis := r
	axis.Moved = append(slices.Clone(r.Moved), MoveLimit{Value: value, Most: math.Inf(1)})
	x, err := newRecutting(ctx, axis, p)
	if err != nil {
		return nil, err
	}
	f := &frontier{recutting: x, most: make([]float64, len(axis.Moved)), closed: map[[2]float64]int{}}
	for k, l := range axis.Moved {
		f.most[k] = l.Most
	}
	if f.want = r.Points; f.want == 0 {
		f.want = 24
	}
	if err := f.explore(ctx); err != nil {
		return nil, err
	}
	return f.result(ctx), nil
}

// Realign is the problem that the point answers: r, and the limit of moving that
// the point keeps. Its Bound, at the point's MovePrices and Prices, is the point's
// bound where its Proof is "prices of loads and moves".
func (t *FrontierPoint) Realign(r Realign, value []float64) Realign {
	r.Moved = append(slices.Clone(r.Moved), MoveLimit{Value: value, Most: t.Moved.Amount})
	return r
}

// frontier is a frontier that is being explored.
type frontier struct {
	*recutting
	most   []float64 // limits of moving, the axis last and +Inf
	base   []float64 // prices of the other limits
	want   int
	closed map[[2]float64]int // intervals between points: what has been tried there
}

// at is the limits with the axis at v.
func (f *frontier) at(v float64) []float64 {
	most := slices.Clone(f.most)
	most[len(most)-1] = v
	return most
}

func (a *reallocation) axis() float64 { return a.moved[len(a.moved)-1] }

// points are the plans that no other one beats, ascending in what they move.
// Without a plan within all limits, it is the one that breaks them the least.
func (f *frontier) points() []*reallocation {
	var all []*reallocation
	for _, a := range f.plans {
		if a.keeps(f.most) && a.violation <= partition.FeasibleViolation {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return []*reallocation{f.best(f.most)}
	}
	slices.SortStableFunc(all, func(a, b *reallocation) int {
		return cmp.Or(cmp.Compare(a.axis(), b.axis()), cmp.Compare(a.objective, b.objective))
	})
	kept := all[:1]
	for _, a := range all[1:] {
		last := kept[len(kept)-1]
		if a.objective < last.objective-float64(1e-12*math.Abs(last.objective)) && a.axis() > last.axis() {
			kept = append(kept, a)
		}
	}
	return kept
}

// explore finds both ends, fills in what is between, and sees to the proofs.
func (f *frontier) explore(ctx context.Context) error {
	last := len(f.most) - 1
	if err := f.begin(ctx, f.most); err != nil {
		return err
	}
	f.base = make([]float64, last+1)
	if _, by := f.bound(f.most); by != nil && by.move != nil {
		for k := range f.base[:last] {
			f.base[k] = slices.Max(append([]float64{0}, by.move[k]...))
		}
	}
	if err := f.calm(ctx); err != nil {
		return f.hurried(err)
	}
	for len(f.points()) < f.want+f.want/2 && ctx.Err() == nil { // half of them may be left out
		progress, err := f.fill(ctx)
		if err != nil {
			return f.hurried(err)
		}
		if !progress {
			break
		}
	}
	return f.hurried(f.tighten(ctx))
}

// solveAt is solve with the price on the axis.
func (f *frontier) solveAt(ctx context.Context, price float64) error {
	prices := slices.Clone(f.base)
	prices[len(prices)-1] = price
	return f.solve(ctx, f.flat(prices))
}

// calm looks for the plan that moves the least, and the cheapest of those.
func (f *frontier) calm(ctx context.Context) error {
	k := len(f.most) - 1
	must := sumOf(f.least[k])
	lowest := func() float64 { return f.points()[0].axis() }
	price, idle := f.scale()[k]/4, 0
	for range 20 {
		before := lowest()
		if before <= must || idle == 3 || ctx.Err() != nil {
			break
		}
		if err := f.solveAt(ctx, price); err != nil {
			return err
		}
		price *= 4
		if lowest() < before {
			idle = 0
		} else {
			idle++
		}
	}
	if f.floor = must; lowest() > must && ctx.Err() == nil {
		f.floor = math.Max(must, f.leastMoved(ctx, k))
	}
	if ctx.Err() != nil {
		return nil
	}
	f.tired = polishBudget / 2
	err := f.refine(ctx, f.at(lowest()))
	f.tired = polishBudget
	return err
}

// fill looks into the most promising interval between two points.
func (f *frontier) fill(ctx context.Context) (bool, error) {
	ps := f.points()
	best, area := -1, 0.0
	for k := range len(ps) - 1 {
		a, b := ps[k], ps[k+1]
		if f.closed[[2]float64{a.axis(), b.axis()}] == done {
			continue
		}
		if s := (b.axis() - a.axis()) * (a.objective - b.objective); best < 0 || s > area {
			best, area = k, s
		}
	}
	if best < 0 {
		return false, nil
	}
	a, b := ps[best], ps[best+1]
	key := [2]float64{a.axis(), b.axis()}
	f.closed[key]++
	switch f.closed[key] {
	case 1:
		return true, f.solveAt(ctx, (a.objective-b.objective)/(b.axis()-a.axis()))
	case 2:
		return true, f.refine(ctx, f.at((a.axis()+b.axis())/2))
	}
	// Only a search to the end can tell whether anything is left.
	return true, f.refine(ctx, f.at(b.axis()*(1-1e-6)))
}

// done is the number of looks after which an interval is left alone.
const done = 3

// tighten proves more where the gap of a point is large and, where that is not
// enough and the point is wanted, looks for a better plan.
func (f *frontier) tighten(ctx context.Context) error {
	for _, a := range f.points() {
		if most := f.at(a.axis()); ctx.Err() == nil && f.gap(a, most) > enough {
			if e, ok := f.linear(most); ok {
				f.pool = append(f.pool, e)
			}
		}
	}
	for _, a := range f.thin(f.points()) {
		if most := f.at(a.axis()); ctx.Err() == nil && f.gap(a, most) > poor {
			if err := f.refine(ctx, most); err != nil {
				return err
			}
		}
	}
	return nil
}

// thin leaves out points, but not the ends, where there are more than are wanted:
// those with the largest gaps, if these are large for this frontier, then those
// that are the least missed, by the area between the steps of the frontier with
// and without.
func (f *frontier) thin(ps []*reallocation) []*reallocation {
	ps = slices.Clone(ps)
	gaps := make([]float64, len(ps))
	for k, a := range ps {
		gaps[k] = f.gap(a, f.at(a.axis()))
	}
	usual := slices.Sorted(slices.Values(gaps))[len(gaps)/2]
	for len(ps) > max(2, f.want) {
		worst, gap, area := -1, math.Max(poor, 2*usual), math.Inf(1)
		for k := 1; k < len(ps)-1; k++ {
			a, b, c := ps[k-1], ps[k], ps[k+1]
			if gaps[k] > gap {
				worst, gap, area = k, gaps[k], 0
			}
			if s := (c.axis() - b.axis()) * (a.objective - b.objective); s < area {
				worst, area = k, s
			}
		}
		ps, gaps = slices.Delete(ps, worst, worst+1), slices.Delete(gaps, worst, worst+1)
	}
	return ps
}

// result makes the points public.
func (f *frontier) result(ctx context.Context) *Frontier {
	ps := f.thin(f.points())
	k := len(f.most) - 1
	var forced partition.Tally
	for i, must := range f.forced {
		if must {
			forced.Units++
			forced.Amount += f.Moved[k].of(i)
		}
	}
	out := &Frontier{Least: f.floor, Stop: partition.BudgetSpent}
	gap := true
	for i, a := range ps {
		t := FrontierPoint{Result: *f.recutting.result(ctx, a, f.at(a.axis())), Forced: forced}
		t.Moved.Amount = a.axis()
		for u, j := range f.Today {
			if j != partition.Unassigned && int(a.of[u]) != j {
				t.Moved.Units++
			}
		}
		if i+1 < len(ps) {
			t.Benefit = (a.objective - ps[i+1].objective) / (ps[i+1].axis() - a.axis())
		}
		gap = gap && t.Stop != partition.BudgetSpent
		out.Points = append(out.Points, t)
	}
	switch {
	case ctx.Err() != nil:
		out.Stop = partition.Interrupted
	case gap:
		out.Stop = partition.GapReached
	}
	return out
}
