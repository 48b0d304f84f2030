package partitiontest

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Each law changes a problem in a way that leaves the question as it was.

// both solves an instance and a changed one. Either result is nil where the
// instance has no plan and the method says so.
func (s suite) both(m partition.Method, in Instance, change func(p *partition.Problem)) (before, after *partition.Result, err error) {
	if before, err = s.answer(m, in); err != nil {
		return nil, nil, err
	}
	p := *in.Problem
	change(&p)
	in.Problem = &p
	if after, err = s.answer(m, in); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		err = fmt.Errorf("after the change: %w", err)
	}
	return before, after, err
}

// agree demands that two answers to what is the same problem do not refute each
// other.
func agree(before, after *partition.Result) error {
	for _, pair := range [][2]*partition.Result{{before, after}, {after, before}} {
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
		return fmt.Errorf("a plan of %v refutes the bound %v", y.Objective, x.Bound)
	}
	if x.Feasible() && y.Bound > x.Objective && !near(y.Bound, x.Objective, size) {
		return fmt.Errorf("a plan of %v refutes the bound %v", x.Objective, y.Bound)
	}
	proved := before.Stop == partition.ProvedOptimal && after.Stop == partition.ProvedOptimal
	if proved && !near(x.Objective, y.Objective, size) {
		return fmt.Errorf("both are called optimal, one is %v and the other %v", x.Objective, y.Objective)
	}
	return nil
}

func reversed[T any](x []T) []T {
	y := slices.Clone(x)
	slices.Reverse(y)
	return y
}

// renamed: units have no rank, they may as well be numbered backwards.
func (s suite) renamed(m partition.Method, in Instance) error {
	n := in.Problem.Len()
	before, after, err := s.both(m, in, func(p *partition.Problem) {
		p.Points, p.Features, p.Weight = reversed(p.Points), reversed(p.Features), reversed(p.Weight)
		p.Fixed, p.CenterCapacity = reversed(p.Fixed), reversed(p.CenterCapacity)
		p.Measures = slices.Clone(p.Measures)
		for r := range p.Measures {
			p.Measures[r].Value = reversed(p.Measures[r].Value)
		}
		if between := p.Between; between != nil {
			p.Between = func(i, j int) float64 { return between(n-1-i, n-1-j) }
		}
		if g := p.Contiguity; g != nil {
			back := make(partition.Adjacency, n)
			for i := range n {
				for _, j := range slices.Backward(g.Neighbors(n - 1 - i)) {
					back[i] = append(back[i], n-1-j)
				}
			}
			p.Contiguity = back
		}
		p.Forbidden, p.Seeds = slices.Clone(p.Forbidden), slices.Clone(p.Seeds)
		for k := range p.Forbidden {
			p.Forbidden[k][0] = n - 1 - p.Forbidden[k][0]
		}
		for t := range p.Seeds {
			p.Seeds[t] = n - 1 - p.Seeds[t]
		}
	})
	if err != nil {
		return err
	}
	return agree(before, after)
}

func doubled(x []float64) []float64 {
	y := slices.Clone(x)
	for k := range y {
		y[k] *= 2
	}
	return y
}

// measureDoubled: hours or half hours.
func (s suite) measureDoubled(m partition.Method, in Instance) error {
	before, after, err := s.both(m, in, func(p *partition.Problem) {
		p.Measures = slices.Clone(p.Measures)
		for r := range p.Measures {
			me := &p.Measures[r]
			me.Value, me.Target = doubled(me.Value), doubled(me.Target)
			me.Lower, me.Upper = doubled(me.Lower), doubled(me.Upper)
		}
		p.CenterCapacity = doubled(p.CenterCapacity)
	})
	if err != nil {
		return err
	}
	return agree(before, after)
}

// unlimitedMeasure: what is only counted decides nothing.
func (s suite) unlimitedMeasure(m partition.Method, in Instance) error {
	before, after, err := s.both(m, in, func(p *partition.Problem) {
		ones := make([]float64, p.Len())
		for i := range ones {
			ones[i] = 1
		}
		p.Measures = append(slices.Clone(p.Measures), partition.Measure{Name: "number", Value: ones})
	})
	if err != nil {
		return err
	}
	return agree(before, after)
}
