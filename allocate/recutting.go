package allocate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// recutting is a Realign at work: the plans it has seen and the prices that
// prove something.
type recutting struct {
	Realign
	p       *Problem
	m       *model      // of p: its units are those of p, also where some must stay together
	inner   *model      // with limits that whole units can meet
	least   [][]float64 // [k][m] value that leaves each agent in every plan
	forced  []bool      // per unit: it leaves today's agent in every plan
	grouped bool        // Together or Apart ask for something
	plans   []*reallocation
	pool    []evidence
	proved  []searched
	steps   int     // runs of Solver
	work    int     // of polishing, in search nodes
	tired   int     // and how much of it is enough, in budgets of Solver
	floor   float64 // of a frontier: no plan moves less
}

// searched is the outcome of a search: no plan within the limits of moving costs
// less; +Inf: there is none.
type searched struct {
	most  []float64
	value float64
}

// reallocation is a plan with what moves in it.
type reallocation struct {
	of                   []int32
	objective, violation float64
	moved                []float64   // [k]
	leaving              [][]float64 // [k][m], by agent of today
}

// realignBudget is that of each run of Solver, over the number of measures,
// where none is given: there are many runs, and each starts a search of its own.
const realignBudget = 4000

// polishBudget is the work allowed for polishing, all in all, in such budgets.
const polishBudget = 96

func newRecutting(ctx context.Context, r Realign, p *Problem) (*recutting, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := r.check(p); err != nil {
		return nil, err
	}
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	if r.Solver.Budget == 0 {
		r.Solver.Budget = realignBudget / max(m.r, 1)
	}
	x := &recutting{Realign: r, p: p, m: m, inner: m.fitting().attainable(), tired: polishBudget}
	x.grouped = slices.ContainsFunc(p.Together, plural) || slices.ContainsFunc(p.Apart, plural)
	x.least, x.forced = r.departures(x.inner)
	for k, l := range r.Moved {
		if need := sumOf(x.least[k]); short(need, l.Most) {
			return nil, x.tooFew(k, need)
		}
	}
	return x, nil
}

// tooFew is the error of a limit of moving below what leaves today's agents in
// every plan, which are the witness.
func (x *recutting) tooFew(k int, need float64) error {
	l := x.Moved[k]
	e := &partition.InfeasibleError{Measure: l.Name, Need: need, Have: l.Most}
	must := 0
	for j, v := range x.least[k] {
		if v > 0 {
			e.Territories = append(e.Territories, j)
		}
	}
	for i, f := range x.forced {
		if f {
			e.Units = append(e.Units, i)
			must++
		}
	}
	e.Why = fmt.Sprintf("at least %s %s must leave %s, who may not keep them or have too much, against a limit of %s",
		amount(need, 3), l.name(), counted(len(e.Territories), "agent"), amount(l.Most, 3))
	return e
}

// solve runs Solver with the prices on moves and remembers what it finds.
func (x *recutting) solve(ctx context.Context, move [][]float64) error {
	x.steps++
	priced := x.Priced(x.p, move)
	res, err := x.Solver.Allocate(ctx, priced)
	if err != nil {
		return err
	}
	e := evidence{move: move, prices: res.Prices, proof: proofMovePrices}
	if e.value, err = x.priceBound(x.p, move, res.Prices); err != nil {
		return err
	}
	if res.UnitPrices != nil {
		if value := KnapsackBound(priced, res.UnitPrices); value > e.value {
			e.value, e.units, e.proof = value, res.UnitPrices, proofMoveKnapsacks
		}
	}
	if c := res.Certificate; c.Proof == proofSearch && c.Bound > e.value {
		e.value, e.proof = c.Bound, proofSearch
	}
	x.pool = append(x.pool, e)
	of := make([]int32, x.m.n)
	for i := range of {
		of[i] = int32(res.Plan.Of(i))
	}
	x.add(of)
	return nil
}

// add takes a plan into the collection.
func (x *recutting) add(of []int32) *reallocation {
	a := &reallocation{of: of, leaving: split(make([]float64, len(x.Moved)*x.m.m), len(x.Moved))}
	a.objective, a.violation, _ = x.m.evaluate(of)
	for k, l := range x.Moved {
		var total sum
		for i, j := range x.Today {
			if j != partition.Unassigned && int(of[i]) != j {
				total.add(l.of(i))
				a.leaving[k][j] += l.of(i)
			}
		}
		a.moved = append(a.moved, total.total())
	}
	x.plans = append(x.plans, a)
	return a
}

// keeps reports whether the plan is within the limits of moving.
func (a *reallocation) keeps(most []float64) bool {
	for k, v := range a.moved {
		if short(v, most[k]) {
			return false
		}
	}
	return true
}

// best is the best plan within the limits of moving; nil: none is.
func (x *recutting) best(most []float64) *reallocation {
	var best *reallocation
	for _, a := range x.plans {
		if a.keeps(most) && (best == nil || worse(best.objective, best.violation, a.objective, a.violation)) {
			best = a
		}
	}
	return best
}

// bound is the best that the prices prove of plans within the limits of moving.
func (x *recutting) bound(most []float64) (value float64, by *evidence) {
	value = math.Inf(-1)
	for k := range x.pool {
		if b := x.pool[k].bound(x.least, most); by == nil || b > value {
			value, by = b, &x.pool[k]
		}
	}
	return value, by
}

// searched is the best that searches have proved of them.
func (x *recutting) searched(most []float64) float64 {
	value := math.Inf(-1)
	for _, p := range x.proved {
		covers := true
		for k := range most {
			covers = covers && most[k] <= p.most[k]
		}
		if covers {
			value = math.Max(value, p.value)
		}
	}
	return value
}

// flat is the same price for whatever agent a unit leaves.
func (x *recutting) flat(price []float64) [][]float64 {
	move := split(make([]float64, len(price)*x.m.m), len(price))
	for k, v := range price {
		for j := range move[k] {
			move[k][j] = v
		}
	}
	return move
}

// scale is a price of moving for each limit that is worth thinking about: the
// mean cost per value.
func (x *recutting) scale() []float64 {
	cost := 0.0
	for i, j := range x.plans[0].of {
		if j >= 0 && int(j) < x.m.m {
			if c := math.Abs(x.m.cost(i, int(j))); !math.IsInf(c, 1) {
				cost += c
			}
		}
	}
	s := make([]float64, len(x.Moved))
	for k, l := range x.Moved {
		total := 0.0
		for i := range x.m.n {
			total += l.of(i)
		}
		if s[k] = cost / math.Max(total, 1e-300); !(s[k] > 0) {
			s[k] = 1
		}
	}
	return s
}

// within finds plans within the limits of moving, and what bounds them.
func (x *recutting) within(ctx context.Context, most []float64) error {
	if err := x.solve(ctx, nil); err != nil {
		return err
	}
	a := x.plans[len(x.plans)-1]
	if x.small() {
		if ctx.Err() == nil && x.gap(a, most) > 1e-9 {
			x.exact(ctx, most)
		}
		return nil
	}
	if a.keeps(most) {
		return nil
	}
	price, scale := make([]float64, len(most)), x.scale()
	low := slices.Clone(price) // prices at which too much moved
	for range 16 {             // 4^16 is beyond every price that matters
		for k, v := range a.moved {
			if short(v, most[k]) {
				low[k], price[k] = price[k], math.Max(4*price[k], scale[k]/16)
			}
		}
		if err := x.solve(ctx, x.flat(price)); err != nil || ctx.Err() != nil {
			return x.hurried(err)
		}
		if a = x.plans[len(x.plans)-1]; a.keeps(most) {
			break
		}
	}
	for range 2 {
		between := make([]float64, len(price))
		for k := range between {
			between[k] = math.Sqrt(price[k]) * math.Sqrt(math.Max(low[k], price[k]/16))
		}
		if err := x.solve(ctx, x.flat(between)); err != nil || ctx.Err() != nil {
			return x.hurried(err)
		}
		if x.plans[len(x.plans)-1].keeps(most) {
			price = between
		} else {
			low = between
		}
	}
	return x.refine(ctx, most)
}

// hurried forgives the end of the context once there is a plan.
func (x *recutting) hurried(err error) error {
	if len(x.plans) > 0 && err != nil && !errors.Is(err, partition.ErrInput) && !errors.Is(err, partition.ErrInfeasible) {
		return nil
	}
	return err
}

// refine looks for better prices and plans at limits of moving that some plan
// keeps already, or nearly.
func (x *recutting) refine(ctx context.Context, most []float64) error {
	if ctx.Err() != nil {
		return nil
	}
	if x.small() {
		x.exact(ctx, most)
		return nil
	}
	if e, ok := x.linear(most); ok {
		x.pool = append(x.pool, e)
		// Whole units move a little more than the relaxation: dearer moves do not.
		for t := 1.0; t < 1.5; t = float64(1.6*t) - 0.55 { // 1, 1.05, 1.13, 1.26, 1.46
			if err := x.solve(ctx, times(e.move, t)); err != nil || ctx.Err() != nil {
				return x.hurried(err)
			}
			if x.plans[len(x.plans)-1].keeps(most) {
				break
			}
		}
	}
	if ctx.Err() != nil || x.grouped {
		return nil
	}
	// The plans that the prices lead to move a little too much, or could move more.
	_, by := x.bound(most)
	for k, a := range x.around(most) {
		best := x.best(most)
		if ctx.Err() != nil || x.work > x.tired*x.Solver.Budget || best != nil && (k >= 1 && x.gap(best, most) <= enough || k >= 2 && x.gap(best, most) <= poor) {
			break
		}
		for range 3 { // the allowances are made anew each time
			if a = x.polish(ctx, a, most, by, 2*x.Solver.Budget); a.keeps(most) {
				break
			}
		}
	}
	return nil
}

// enough is the gap at which a plan is left as it is, poor one at which a few
// tries more are worth their time.
const enough, poor = 5e-3, 8e-3

// gap is what is known of a plan.
func (x *recutting) gap(a *reallocation, most []float64) float64 {
	if !a.keeps(most) {
		return math.Inf(1)
	}
	bound, _ := x.bound(most)
	bound = math.Max(bound, x.searched(most))
	return partition.Certificate{Objective: a.objective, Violation: a.violation, Bound: bound}.Gap()
}

// times is the prices, all of them by a factor.
func times(move [][]float64, factor float64) [][]float64 {
	dear := make([][]float64, len(move))
	for k := range move {
		for _, price := range move[k] {
			dear[k] = append(dear[k], float64(price*factor))
		}
	}
	return dear
}

// around are plans to start from: the best one within the limits of moving, and
// those that come closest to them from outside or inside, in parts of the
// limits; the worth of their start differs more than their end.
func (x *recutting) around(most []float64) []*reallocation {
	starts := min(8, 2+x.m.m/8)
	best := x.best(most)
	far := func(a *reallocation) float64 {
		d := 0.0
		for k, v := range a.moved {
			if !math.IsInf(most[k], 1) {
				d += math.Abs(v-most[k]) / math.Max(v+most[k], 1e-300)
			}
		}
		return d
	}
	others := slices.DeleteFunc(slices.Clone(x.plans), func(a *reallocation) bool { return a == best })
	slices.SortStableFunc(others, func(a, b *reallocation) int {
		return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(a.objective, b.objective))
	})
	if best != nil {
		others = append([]*reallocation{best}, others...)
	}
	return others[:min(len(others), starts)]
}

// impossible is the proof that no plan is within the limits of moving, or nil:
// alone, each of them must leave room for the least value that any plan moves.
func (x *recutting) impossible(ctx context.Context, most []float64) error {
	if ctx.Err() != nil {
		return nil
	}
	for k, l := range x.Moved {
		if math.IsInf(most[k], 1) {
			continue
		}
		if need := x.leastMoved(ctx, k); short(need, most[k]) {
			return &partition.InfeasibleError{
				Why: fmt.Sprintf("every plan within the limits moves at least %s %s, against a limit of %s",
					amount(need, 3), l.name(), amount(most[k], 3)),
				Measure: l.Name, Need: need, Have: most[k],
			}
		}
	}
	if math.IsInf(x.searched(most), 1) {
		return &partition.InfeasibleError{Why: "a complete search found no plan that keeps the limits of loads and those of moving together"}
	}
	return nil
}

// rescue finds the plan to answer with where none is known that keeps all
// limits: those of moving are kept by moving only what must, and those of loads
// as far as that is found to be possible.
func (x *recutting) rescue(ctx context.Context, most []float64) {
	of := slices.Clone(x.plans[0].of)
	for i, j := range x.Today {
		if j != partition.Unassigned && !x.forced[i] {
			of[i] = int32(j)
		}
	}
	a := x.add(of)
	if _, by := x.bound(most); ctx.Err() == nil && !x.grouped {
		x.polish(ctx, a, most, by, x.Solver.Budget)
	}
}

// leastMoved is a lower bound on the value that any plan moves, costs apart.
func (x *recutting) leastMoved(ctx context.Context, k int) float64 {
	bare := *x.p
	bare.Cost = costFunc{x.m.n, x.m.m, func(i, j int) float64 {
		if math.IsInf(x.m.cost(i, j), 1) {
			return math.Inf(1)
		}
		return 0
	}}
	bare.Penalty = nil
	if x.p.Penalty != nil {
		bare.Penalty = make([]float64, x.m.n)
		for i, c := range x.p.Penalty {
			if math.IsInf(c, 1) {
				bare.Penalty[i] = c
			}
		}
	}
	need := sumOf(x.least[k])
	alone := Realign{Today: x.Today, Moved: x.Moved[k : k+1]}
	price := split(make([]float64, x.m.m), 1)
	for j := range price[0] {
		price[0][j] = 1
	}
	res, err := x.Solver.Allocate(ctx, alone.Priced(&bare, price))
	if err != nil {
		return need
	}
	bound := res.Certificate.Bound
	if g, exact := x.Moved[k].grain(); g > 0 {
		if whole := float64(math.Ceil(bound/g-1e-6) * g); exact {
			bound = whole
		} else {
			bound = math.Max(bound, whole-float64(1e-3*g))
		}
	}
	of := make([]int32, x.m.n)
	for i := range of {
		of[i] = int32(res.Plan.Of(i))
	}
	x.add(of)
	return math.Max(need, bound)
}

// grain is the number that all values are multiples of, see there.
func (l MoveLimit) grain() (g float64, exact bool) {
	if l.Value == nil {
		return 1, true
	}
	return grain(l.Value)
}

// result is the plan with its evidence.
func (x *recutting) result(ctx context.Context, a *reallocation, most []float64) *Result {
	bound, by := x.bound(most)
	r := x.m.certified(a.of, by.prices, bound, partition.BudgetSpent, x.steps, x.Solver.Seed)
	r.MovePrices = x.flat(make([]float64, len(x.Moved)))
	for k := range by.move {
		copy(r.MovePrices[k], by.move[k])
	}
	c := &r.Certificate
	c.Violation, c.Bound, c.Proof = a.violation, bound, by.proof
	r.UnitPrices = by.units
	// Prices of moves may prove less than the same prices of loads do without.
	if alone, err := x.priceBound(x.p, nil, r.Prices); err == nil && alone > c.Bound {
		c.Bound, c.Proof = alone, proofMovePrices
	}
	if found := x.searched(most); found > c.Bound {
		c.Bound, c.Proof = found, proofSearch
	}
	if c.Feasible() {
		c.Bound = math.Min(c.Bound, c.Objective)
	}
	gap := x.Solver.Gap
	if gap == 0 {
		gap = 5e-4
	}
	switch {
	case ctx.Err() != nil:
		r.Stop = partition.Interrupted
	case c.Gap() <= 1e-8: // what searches leave to rounding
		r.Stop = partition.ProvedOptimal
	case c.Gap() <= gap:
		r.Stop = partition.GapReached
	}
	return r
}
