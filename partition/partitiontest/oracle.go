package partitiontest

import (
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// mostPlans is the most plans that are gone through for one question.
const mostPlans = 1 << 16

// everyPlan calls visit with all plans of a problem that keep every rule, those
// with empty territories last of all to be told apart by the number of these. It
// returns false, without a call, where there are too many plans or their number of
// territories is open.
func everyPlan(p *partition.Problem, visit func(of []int, idle int)) bool {
	n, k := p.Len(), p.K
	if k <= 0 {
		return false
	}
	for plans, i := 1, 0; i < n && k > 1; i++ {
		if plans > mostPlans/k {
			return false
		}
		plans *= k
	}
	of, count := make([]int, n), make([]int, k)
	barred := make(map[[2]int]bool, len(p.Forbidden))
	for _, pair := range p.Forbidden {
		barred[pair] = true
	}
	var place func(i int)
	place = func(i int) {
		if i == n {
			if outside, _ := violation(p, k, of, nil); outside > partition.FeasibleViolation {
				return
			}
			idle := 0
			for t, c := range count {
				if c == 0 {
					idle++
				} else if p.Contiguity != nil && pieces(p.Contiguity, of, t) > 1 {
					return
				}
			}
			visit(of, idle)
			return
		}
		want := lockedIn(p, i)
		for t := range k {
			if want >= 0 && want != t || barred[[2]int{i, t}] {
				continue
			}
			of[i] = t
			count[t]++
			place(i + 1)
			count[t]--
		}
	}
	place(0)
	return true
}

// evaluator is the method as an Evaluator, or an error that wraps
// errors.ErrUnsupported.
func evaluator(m partition.Method) (Evaluator, error) {
	if e, ok := m.(Evaluator); ok {
		return e, nil
	}
	return nil, fmt.Errorf("%w: the method is no Evaluator", errors.ErrUnsupported)
}

// objective: the certificate says what the plan costs.
func (s suite) objective(m partition.Method, in Instance) error {
	e, err := evaluator(m)
	if err != nil {
		return err
	}
	r, err := s.answer(m, in)
	if r == nil {
		return err
	}
	want, got := e.Objective(in.Problem, r.Plan), r.Certificate.Objective
	if !near(got, want, math.Abs(want)) {
		return fmt.Errorf("the plan costs %v, the certificate says %v", want, got)
	}
	return nil
}

// optimum: no plan costs less than the bound, and what is called optimal is.
func (s suite) optimum(m partition.Method, in Instance) error {
	e, err := evaluator(m)
	if err != nil {
		return err
	}
	r, err := s.answer(m, in)
	if r == nil {
		return err
	}
	best := math.Inf(1)
	var bad error
	if !everyPlan(in.Problem, func(of []int, idle int) {
		if s.noEmpty && idle > 0 {
			return
		}
		plan, err := partition.NewPlan(in.Problem.K, of)
		if err != nil {
			bad = err
			return
		}
		best = math.Min(best, e.Objective(in.Problem, plan))
	}) {
		return nil
	}
	c := r.Certificate
	switch {
	case bad != nil:
		return bad
	case c.Bound > best && !near(c.Bound, best, math.Abs(best)):
		return fmt.Errorf("the bound is %v, the optimum is %v", c.Bound, best)
	case r.Stop == partition.ProvedOptimal && !near(c.Objective, best, math.Abs(best)):
		return fmt.Errorf("a plan of %v is called optimal; the optimum is %v", c.Objective, best)
	}
	return nil
}
