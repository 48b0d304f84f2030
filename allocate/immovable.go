package allocate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// begin finds a plan within the limits of moving, and within those of loads as far
// as that is found to be possible; the error is infeasible where it is proved not
// to be.
func (x *recutting) begin(ctx context.Context, most []float64) error {
	if err := x.within(ctx, most); err != nil {
		return err
	}
	if best := x.best(most); best == nil || best.violation > partition.FeasibleViolation {
		if err := x.impossible(ctx, most); err != nil {
			return err
		}
		x.rescue(ctx, most)
	}
	return nil
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
			must, have := amounts(need, most[k])
			return &partition.InfeasibleError{
				Why: fmt.Sprintf("every plan within the limits moves at least %s %s, against a limit of %s",
					must, l.name(), have),
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
	x.add(planOf(res.Plan))
	g, exact := x.Moved[k].grain()
	return math.Max(need, wholeFrom(res.Certificate.Bound, g, exact))
}
