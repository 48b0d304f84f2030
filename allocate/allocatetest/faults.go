package allocatetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// refusesFaults: a fault of the input is an error of its class, whatever else
// the solver could have made of it.
func refusesFaults(s allocate.Solver) error {
	var errs []error
	for name, p := range faulty() {
		switch _, err := solve(context.Background(), s, p); {
		case err == nil:
			errs = append(errs, fmt.Errorf("%s: there is an answer and no error", name))
		case !errors.Is(err, partition.ErrInput) && !errors.Is(err, errors.ErrUnsupported):
			errs = append(errs, fmt.Errorf("%s: this is no partition.ErrInput: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// faulty yields problems of two units and two agents with one fault each.
func faulty() iter.Seq2[string, *allocate.Problem] {
	nan, inf := math.NaN(), math.Inf(1)
	sound := func() *allocate.Problem {
		return &allocate.Problem{
			Cost:     dense{{1, 2}, {3, 4}},
			Measures: []partition.Measure{{Value: []float64{1, 1}, Upper: []float64{2, 2}}},
		}
	}
	return func(yield func(string, *allocate.Problem) bool) {
		for _, f := range []struct {
			name  string
			spoil func(p *allocate.Problem)
		}{
			{"no costs", func(p *allocate.Problem) { p.Cost = nil }},
			{"a cost that is NaN", func(p *allocate.Problem) { p.Cost = dense{{1, 2}, {nan, 4}} }},
			{"a cost of -Inf", func(p *allocate.Problem) { p.Cost = dense{{1, -inf}, {3, 4}} }},
			{"a value that is NaN", func(p *allocate.Problem) { p.Measures[0].Value[1] = nan }},
			{"an infinite value", func(p *allocate.Problem) { p.Measures[0].Value[1] = inf }},
			{"a negative value", func(p *allocate.Problem) { p.Measures[0].Value[1] = -1 }},
			{"a value too few", func(p *allocate.Problem) { p.Measures[0].Value = []float64{1} }},
			{"a value too many", func(p *allocate.Problem) { p.Measures[0].Value = []float64{1, 1, 1} }},
			{"a limit that is NaN", func(p *allocate.Problem) { p.Measures[0].Upper[0] = nan }},
			{"a limit too few", func(p *allocate.Problem) { p.Measures[0].Upper = []float64{2} }},
			{"limits crossed", func(p *allocate.Problem) { p.Measures[0].Lower = []float64{0, 3} }},
			{"a negative tolerance", func(p *allocate.Problem) { p.Measures[0].Upper, p.Measures[0].Tolerance = nil, -0.1 }},
			{"fixed to an agent that does not exist", func(p *allocate.Problem) { p.Fixed = []int{-1, 2} }},
			{"fixed units too few", func(p *allocate.Problem) { p.Fixed = []int{-1} }},
			{"a penalty that is NaN", func(p *allocate.Problem) { p.Penalty = []float64{nan, 1} }},
			{"a penalty too few", func(p *allocate.Problem) { p.Penalty = []float64{1} }},
			{"a family with a unit that does not exist", func(p *allocate.Problem) { p.Together = [][]int{{0, 2}} }},
			{"a family that names a unit twice", func(p *allocate.Problem) { p.Together = [][]int{{0}, {1, 0, 1}} }},
			{"apart from a unit that does not exist", func(p *allocate.Problem) { p.Apart = [][]int{{-1, 0}} }},
			{"a load that is NaN", func(p *allocate.Problem) { p.Load = []allocate.Costs{dense{{1, 1}, {nan, 1}}} }},
			{"a negative load", func(p *allocate.Problem) { p.Load = []allocate.Costs{dense{{1, 1}, {-1, 1}}} }},
			{"loads of another shape", func(p *allocate.Problem) { p.Load = []allocate.Costs{dense{{1, 1}}} }},
			{"a load too many", func(p *allocate.Problem) { p.Load = []allocate.Costs{nil, nil} }},
		} {
			p := sound()
			f.spoil(p)
			if !yield(f.name, p) {
				return
			}
		}
	}
}

// empty: no units have the empty plan, which costs nothing; without agents
// every unit that may be left is.
func empty(s allocate.Solver) error {
	var errs []error
	for _, c := range []struct {
		name    string
		problem *allocate.Problem
		cost    float64
	}{
		{"no units", &allocate.Problem{Cost: dims{0, 2}}, 0},
		{"no units, one measure", &allocate.Problem{
			Cost:     dims{0, 2},
			Measures: []partition.Measure{{Value: []float64{}, Tolerance: 0.1}},
		}, 0},
		{"no agents", &allocate.Problem{Cost: dims{2, 0}, Penalty: []float64{3, 4}}, 7},
	} {
		r, err := solve(context.Background(), s, c.problem)
		if errors.Is(err, errors.ErrUnsupported) {
			continue
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.name, err))
			continue
		}
		in := Instance{Name: c.name, Problem: c.problem, Optimum: c.cost, SplitOptimum: c.cost}
		if err := inspect(in, r).err(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", c.name, err))
		}
	}
	return errors.Join(errs...)
}

// dims are costs without entries.
type dims struct{ n, m int }

func (d dims) Dims() (int, int)    { return d.n, d.m }
func (d dims) At(int, int) float64 { return 0 }

// dense is a matrix by rows.
type dense [][]float64

func (d dense) Dims() (int, int)    { return len(d), len(d[0]) }
func (d dense) At(i, j int) float64 { return d[i][j] }
