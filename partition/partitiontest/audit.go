package partitiontest

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// aspect is a part of the contract that one look at a result decides.
type aspect int

const (
	whole aspect = iota
	locks
	forbidden
	connected
	limits
	centers
	bound
	stop
	empty
)

// audit recomputes what a result says from the problem alone, by loops as plain
// as they can be, and collects what is wrong by aspect.
type audit struct {
	suite
	in     Instance
	r      *partition.Result
	of     []int
	faults map[aspect][]error
}

func (a *audit) add(k aspect, format string, args ...any) {
	a.faults[k] = append(a.faults[k], fmt.Errorf(format, args...))
}

func (s suite) inspect(in Instance, r *partition.Result) *audit {
	a := &audit{suite: s, in: in, r: r, of: r.Plan.Slice(), faults: map[aspect][]error{}}
	a.rules()
	a.pieces()
	a.certificate()
	a.witnesses()
	return a
}

// err joins all faults but those of promises, in the order of the aspects.
func (a *audit) err() error {
	var errs []error
	for k := whole; k < empty; k++ {
		errs = append(errs, a.faults[k]...)
	}
	return errors.Join(errs...)
}

// judge makes a question of an aspect.
func (s suite) judge(k aspect) func(partition.Method, Instance) error {
	return func(m partition.Method, in Instance) error {
		r, err := s.answer(m, in)
		if r == nil {
			return err
		}
		return errors.Join(s.inspect(in, r).faults[k]...)
	}
}

// lockedIn is the territory that the problem gives unit i, or Unassigned.
func lockedIn(p *partition.Problem, i int) int {
	for t, u := range p.Seeds {
		if u == i {
			return t
		}
	}
	if p.Fixed == nil {
		return partition.Unassigned
	}
	return p.Fixed[i]
}

func (a *audit) rules() {
	p := a.in.Problem
	count := make([]int, a.r.Plan.K())
	for i, t := range a.of {
		if t < partition.Unassigned || t >= len(count) {
			a.add(whole, "unit %d is in territory %d of %d", i, t, len(count))
			continue
		}
		if t == partition.Unassigned {
			if a.r.Certificate.Feasible() {
				a.add(whole, "unit %d is in no territory, and the certificate calls that feasible", i)
			}
		} else {
			count[t]++
		}
		if want := lockedIn(p, i); want >= 0 && t != want {
			a.add(locks, "unit %d must be in territory %d and is in %d", i, want, t)
		}
	}
	for _, pair := range p.Forbidden {
		if a.of[pair[0]] == pair[1] {
			a.add(forbidden, "unit %d is in territory %d, which is forbidden", pair[0], pair[1])
		}
	}
	for t, c := range count {
		if c == 0 && len(a.of) > 0 {
			a.add(empty, "territory %d is empty", t)
		}
	}
}

func (a *audit) pieces() {
	if a.in.Problem.Contiguity == nil {
		return
	}
	for t := range a.r.Plan.K() {
		if n := pieces(a.in.Problem.Contiguity, a.of, t); n > 1 {
			a.add(connected, "territory %d is in %d pieces: %v", t, n, a.of)
		}
	}
}

// pieces counts the connected parts of a territory, by spreading from one unit
// to the next.
func pieces(g partition.Graph, of []int, t int) int {
	seen := make([]bool, len(of))
	var spread func(i int)
	spread = func(i int) {
		seen[i] = true
		for _, j := range g.Neighbors(i) {
			if of[j] == t && !seen[j] {
				spread(j)
			}
		}
	}
	n := 0
	for i := range of {
		if of[i] == t && !seen[i] {
			n++
			spread(i)
		}
	}
	return n
}

// violation is what a plan has outside the limits, and how much was summed.
// capacity is that of the centre of a territory.
func violation(p *partition.Problem, k int, of []int, capacity func(t int) float64) (outside, size float64) {
	for r, me := range p.Measures {
		lower, upper := me.Limits(k)
		for t := range k {
			load := 0.0
			for i, v := range me.Value {
				if of[i] == t {
					load += v
				}
			}
			most := upper[t]
			if r == 0 && capacity != nil {
				most = math.Min(most, capacity(t))
			}
			outside += math.Max(0, math.Max(load-most, lower[t]-load))
			size += load
		}
	}
	for _, t := range of {
		if t == partition.Unassigned {
			outside++
		}
	}
	return outside, size
}

// certificate recomputes what can be.
func (a *audit) certificate() {
	c, k := a.r.Certificate, a.r.Plan.K()
	var capacity func(t int) float64
	if p := a.in.Problem; p.CenterCapacity != nil && len(a.r.Centers) == k {
		capacity = func(t int) float64 {
			if u := a.r.Centers[t]; u >= 0 && u < p.Len() {
				return p.CenterCapacity[u]
			}
			return math.Inf(1)
		}
	}
	outside, size := violation(a.in.Problem, k, a.of, capacity)
	idle := outside
	if a.noEmpty {
		for t := range k {
			if a.r.Plan.Count(t) == 0 {
				idle++
			}
		}
	}
	if !near(c.Violation, outside, size) && !near(c.Violation, idle, size) {
		a.add(limits, "the plan is %v outside the limits, the certificate says %v", outside, c.Violation)
	}

	feasible := outside <= partition.FeasibleViolation
	switch {
	case math.IsNaN(c.Bound):
		a.add(bound, "the bound is not a number")
	case math.IsInf(c.Bound, 1):
		a.add(bound, "the bound is +Inf, and there is a plan")
	case feasible && c.Bound > c.Objective && !near(c.Bound, c.Objective, math.Abs(c.Objective)):
		a.add(bound, "the bound %v is above the objective %v of this very plan", c.Bound, c.Objective)
	}
	switch {
	case a.r.Stop > partition.Interrupted:
		a.add(stop, "no search ends by Stop %d", a.r.Stop)
	case a.r.Stop == partition.Interrupted:
		a.add(stop, "the search calls itself interrupted, and nobody did")
	case a.r.Stop == partition.ProvedOptimal && !feasible:
		a.add(stop, "a plan that is %v outside the limits is called optimal", outside)
	}
}

func (a *audit) witnesses() {
	k, n := a.r.Plan.K(), a.r.Plan.Len()
	if a.r.Centers != nil && len(a.r.Centers) != k {
		a.add(centers, "there are %d centers of %d territories", len(a.r.Centers), k)
		return
	}
	first := map[int]int{}
	for t, u := range a.r.Centers {
		if a.r.Plan.Count(t) == 0 {
			continue // it has no place to be
		}
		if u < 0 || u >= n {
			a.add(centers, "the centre of territory %d is unit %d of %d", t, u, n)
		} else if s, twice := first[u]; twice {
			a.add(centers, "unit %d is the centre of territories %d and %d", u, s, t)
		}
		first[u] = t
	}
	if m := a.r.Multipliers; m != nil && len(m) != n {
		a.add(centers, "there are %d multipliers for %d units", len(m), n)
	}
}

// notDenied: a plan that exists is not denied. Where none exists, the method
// says so, or shows how much is broken.
func (s suite) notDenied(m partition.Method, in Instance) error {
	r, err := ask(context.Background(), m, in.Problem)
	switch {
	case errors.Is(err, partition.ErrInfeasible) && s.solvable(in):
		return fmt.Errorf("there is a plan, and the method says: %w", err)
	case errors.Is(err, partition.ErrInfeasible) && !isRefusal(err):
		return fmt.Errorf("a refusal carries a *partition.InfeasibleError with the facts: %w", err)
	case err != nil && !isRefusal(err):
		return err
	case r != nil && !in.SolvableIdle && r.Certificate.Feasible():
		return errors.New("there is no plan, and the method claims to have found one")
	}
	return nil
}

// withinLimits: what can be kept is kept.
func (s suite) withinLimits(m partition.Method, in Instance) error {
	r, err := s.answer(m, in)
	if r == nil || !s.solvable(in) {
		return err
	}
	if v := r.Certificate.Violation; !r.Certificate.Feasible() {
		return fmt.Errorf("there is a plan within the limits; the one found is %v outside", v)
	}
	return nil
}
