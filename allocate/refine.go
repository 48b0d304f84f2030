package allocate

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

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
