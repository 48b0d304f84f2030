package allocatetest

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// Each law changes a problem in a way whose effect on the answer is known.

// viewed is a matrix seen through functions.
type viewed struct {
	n, m int
	at   func(i, j int) float64
}

func (v viewed) Dims() (int, int)    { return v.n, v.m }
func (v viewed) At(i, j int) float64 { return v.at(i, j) }

// times is the matrix times factor; 1 only hides what else it can do.
func times(c allocate.Costs, factor float64) allocate.Costs {
	n, m := c.Dims()
	return viewed{n, m, func(i, j int) float64 { return factor * c.At(i, j) }}
}

func timesAll(x []float64, factor float64) []float64 {
	y := slices.Clone(x)
	for k := range y {
		y[k] *= factor
	}
	return y
}

// both solves an instance and a changed one. Either result is nil where the
// instance has no plan and the solver says so.
func both(s allocate.Solver, in Instance, change func(p *allocate.Problem)) (before, after *allocate.Result, err error) {
	if before, err = answer(s, in); err != nil {
		return nil, nil, err
	}
	p := *in.Problem
	change(&p)
	in.Problem = &p
	if after, err = answer(s, in); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		err = fmt.Errorf("after the change: %w", err)
	}
	return before, after, err
}

// samePlan demands the very same plan at factor times the objective. Factors
// are powers of two: every sum, product and comparison of the solver is then
// the same but for the exponent.
func samePlan(before, after *allocate.Result, factor float64) error {
	switch {
	case before == nil || after == nil:
		if before != after {
			return errors.New("only one of the two problems is refused")
		}
		return nil
	case !slices.Equal(before.Plan.Slice(), after.Plan.Slice()):
		return fmt.Errorf("the plan becomes %v and was %v", after.Plan.Slice(), before.Plan.Slice())
	case after.Certificate.Objective != factor*before.Certificate.Objective:
		return fmt.Errorf("the objective becomes %v and was %v", after.Certificate.Objective, before.Certificate.Objective)
	}
	return nil
}

// agree demands that two answers to what is the same problem do not refute each
// other: no plan is cheaper than the other's bound, no two optima differ.
func agree(before, after *allocate.Result) error {
	for _, pair := range [][2]*allocate.Result{{before, after}, {after, before}} {
		if pair[0] == nil && pair[1] != nil && pair[1].Certificate.Feasible() {
			return errors.New("one of the two problems is refused, the other solved")
		}
	}
	if before == nil || after == nil {
		return nil
	}
	x, y := before.Certificate, after.Certificate
	size := math.Max(math.Abs(x.Objective), math.Abs(y.Objective))
	if y.Feasible() && x.Bound > y.Objective && !near(x.Bound, y.Objective, size) {
		return fmt.Errorf("a plan of cost %v refutes the bound %v", y.Objective, x.Bound)
	}
	if x.Feasible() && y.Bound > x.Objective && !near(y.Bound, x.Objective, size) {
		return fmt.Errorf("a plan of cost %v refutes the bound %v", x.Objective, y.Bound)
	}
	proved := before.Stop == partition.ProvedOptimal && after.Stop == partition.ProvedOptimal
	if proved && !near(x.Objective, y.Objective, size) {
		return fmt.Errorf("both are called optimal, one costs %v and the other %v", x.Objective, y.Objective)
	}
	return nil
}

// costDoubled: twice the cost of everything is twice the cost of the plan.
func costDoubled(s allocate.Solver, in Instance) error {
	in = plain(in)
	before, after, err := both(s, in, func(p *allocate.Problem) {
		p.Cost, p.Penalty = times(p.Cost, 2), timesAll(p.Penalty, 2)
	})
	if err != nil {
		return err
	}
	return samePlan(before, after, 2)
}

// measureDoubled: hours or half hours, the plan is the same.
func measureDoubled(s allocate.Solver, in Instance) error {
	before, after, err := both(s, in, func(p *allocate.Problem) {
		p.Measures, p.Load = slices.Clone(p.Measures), slices.Clone(p.Load)
		for r := range p.Measures {
			me := &p.Measures[r]
			me.Value, me.Target = timesAll(me.Value, 2), timesAll(me.Target, 2)
			me.Lower, me.Upper = timesAll(me.Lower, 2), timesAll(me.Upper, 2)
			if p.Load != nil && p.Load[r] != nil {
				p.Load[r] = times(p.Load[r], 2)
			}
		}
	})
	if err != nil {
		return err
	}
	if before != nil && !before.Certificate.Feasible() {
		return nil // the violation doubles as well, and may be weighed against costs
	}
	return samePlan(before, after, 1)
}

// renumbered are lists of units that are numbered backwards.
func renumbered(lists [][]int, n int) [][]int {
	var all [][]int
	for _, list := range lists {
		back := make([]int, len(list))
		for k, i := range list {
			back[k] = n - 1 - i
		}
		all = append(all, back)
	}
	return all
}

// renamed: units and agents have no rank. Where they are numbered backwards,
// two optima cost the same.
func renamed(s allocate.Solver, in Instance) error {
	n, m := in.Problem.Cost.Dims()
	before, after, err := both(s, in, func(p *allocate.Problem) {
		back := func(c allocate.Costs) allocate.Costs {
			return viewed{n, m, func(i, j int) float64 { return c.At(n-1-i, m-1-j) }}
		}
		p.Cost = back(p.Cost)
		p.Measures, p.Load = slices.Clone(p.Measures), slices.Clone(p.Load)
		for r := range p.Measures {
			me := &p.Measures[r]
			me.Value, me.Target = reversed(me.Value), reversed(me.Target)
			me.Lower, me.Upper = reversed(me.Lower), reversed(me.Upper)
			if p.Load != nil && p.Load[r] != nil {
				p.Load[r] = back(p.Load[r])
			}
		}
		if allowed := p.Allowed; allowed != nil {
			p.Allowed = func(i, j int) bool { return allowed(n-1-i, m-1-j) }
		}
		p.Penalty, p.Fixed = reversed(p.Penalty), reversed(p.Fixed)
		p.Together, p.Apart = renumbered(p.Together, n), renumbered(p.Apart, n)
		for i, j := range p.Fixed {
			if j >= 0 {
				p.Fixed[i] = m - 1 - j
			}
		}
	})
	if err != nil {
		return err
	}
	return agree(before, after)
}

func reversed[T any](x []T) []T {
	y := slices.Clone(x)
	slices.Reverse(y)
	return y
}

// unlimitedMeasure: what is only counted decides nothing.
func unlimitedMeasure(s allocate.Solver, in Instance) error {
	n, _ := in.Problem.Cost.Dims()
	before, after, err := both(s, in, func(p *allocate.Problem) {
		ones := make([]float64, n)
		for i := range ones {
			ones[i] = 1
		}
		if p.Load != nil {
			p.Load = append(slices.Clone(p.Load), nil)
		}
		p.Measures = append(slices.Clone(p.Measures), partition.Measure{Name: "number", Value: ones})
	})
	if err != nil {
		return err
	}
	return agree(before, after)
}

// forbiddenByAllowed: to deny a pair and to price it at +Inf is one and the same.
func forbiddenByAllowed(s allocate.Solver, in Instance) error {
	in = plain(in)
	before, after, err := both(s, in, func(p *allocate.Problem) {
		cost, allowed := p.Cost, p.Allowed
		n, m := cost.Dims()
		p.Allowed = func(i, j int) bool {
			return !math.IsInf(cost.At(i, j), 1) && (allowed == nil || allowed(i, j))
		}
		p.Cost = viewed{n, m, func(i, j int) float64 {
			if math.IsInf(cost.At(i, j), 1) {
				return 0
			}
			return cost.At(i, j)
		}}
	})
	if err != nil {
		return err
	}
	return agree(before, after)
}

// plainCosts: a fast path through the costs leads to the same place.
func plainCosts(s allocate.Solver, in Instance) error {
	if _, ok := in.Problem.Cost.(allocate.IndexedCosts); !ok {
		return nil
	}
	before, after, err := both(s, in, func(p *allocate.Problem) { p.Cost = times(p.Cost, 1) })
	if err != nil {
		return err
	}
	return agree(before, after)
}

// plain hides every fast path of the costs.
func plain(in Instance) Instance {
	p := *in.Problem
	p.Cost = times(p.Cost, 1)
	in.Problem = &p
	return in
}
