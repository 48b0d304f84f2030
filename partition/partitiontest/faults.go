package partitiontest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// refusesFaults: a fault of the input is an error of its class, whatever else
// the method could have made of it.
func refusesFaults(m partition.Method) error {
	var errs []error
	for name, p := range faulty() {
		switch _, err := ask(context.Background(), m, p); {
		case err == nil:
			errs = append(errs, fmt.Errorf("%s: there is an answer and no error", name))
		case !errors.Is(err, partition.ErrInput) && !errors.Is(err, errors.ErrUnsupported):
			errs = append(errs, fmt.Errorf("%s: this is no partition.ErrInput: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// sound is a problem of four units and two territories that every method can
// read, and most solve.
func sound() *partition.Problem {
	return &partition.Problem{
		K:          2,
		Points:     []orb.Point{{0, 0}, {1, 0}, {2, 0}, {3, 0}},
		Measures:   []partition.Measure{{Name: "hours", Value: []float64{1, 1, 1, 1}, Upper: []float64{3, 3}}},
		Contiguity: path(4),
	}
}

// faulty yields sound problems with one fault each.
func faulty() iter.Seq2[string, *partition.Problem] {
	nan, inf := math.NaN(), math.Inf(1)
	return func(yield func(string, *partition.Problem) bool) {
		if !yield("no problem at all", nil) {
			return
		}
		for _, f := range []struct {
			name  string
			spoil func(p *partition.Problem)
		}{
			{"a negative K", func(p *partition.Problem) { p.K, p.Measures = -1, nil }},
			{"K beyond all reason", func(p *partition.Problem) { p.K, p.Measures = math.MaxInt, nil }},
			{"a point that is NaN", func(p *partition.Problem) { p.Points[1][0] = nan }},
			{"an infinite point", func(p *partition.Problem) { p.Points[1][1] = -inf }},
			{"a latitude of 91", func(p *partition.Problem) { p.Points[3][1] = 91 }},
			{"a longitude of -181", func(p *partition.Problem) { p.Points[3][0] = -181 }},
			{"Points and Features", func(p *partition.Problem) { p.Features = [][]float64{{1}, {2}, {3}, {4}} }},
			{"a feature that is NaN", func(p *partition.Problem) { p.Points, p.Features = nil, [][]float64{{1}, {2}, {nan}, {4}} }},
			{"features of several lengths", func(p *partition.Problem) { p.Points, p.Features = nil, [][]float64{{1}, {2}, {3, 3}, {4}} }},
			{"features without coordinates", func(p *partition.Problem) { p.Points, p.Features = nil, [][]float64{{}, {}, {}, {}} }},
			{"a value that is NaN", func(p *partition.Problem) { p.Measures[0].Value[1] = nan }},
			{"an infinite value", func(p *partition.Problem) { p.Measures[0].Value[1] = inf }},
			{"a negative value", func(p *partition.Problem) { p.Measures[0].Value[1] = -1 }},
			{"values that add up to too much", func(p *partition.Problem) {
				p.Measures[0].Value[0], p.Measures[0].Value[1] = math.MaxFloat64, math.MaxFloat64
			}},
			{"a value too few", func(p *partition.Problem) { p.Measures[0].Value = []float64{1, 1, 1} }},
			{"a value too many", func(p *partition.Problem) { p.Measures[0].Value = []float64{1, 1, 1, 1, 1} }},
			{"a limit that is NaN", func(p *partition.Problem) { p.Measures[0].Upper[0] = nan }},
			{"a limit too few", func(p *partition.Problem) { p.Measures[0].Upper = []float64{3} }},
			{"limits crossed", func(p *partition.Problem) { p.Measures[0].Lower = []float64{0, 4} }},
			{"an infinite lower limit", func(p *partition.Problem) { p.Measures[0].Lower = []float64{0, inf} }},
			{"a target too many", func(p *partition.Problem) { p.Measures[0].Target = []float64{1, 1, 2} }},
			{"a target that is NaN", func(p *partition.Problem) { p.Measures[0].Target = []float64{1, nan} }},
			{"a negative tolerance", func(p *partition.Problem) { p.Measures[0].Tolerance = -0.1 }},
			{"a tolerance that is NaN", func(p *partition.Problem) { p.Measures[0].Tolerance = nan }},
			{"a weight that is NaN", func(p *partition.Problem) { p.Weight = []float64{1, nan, 1, 1} }},
			{"a negative weight", func(p *partition.Problem) { p.Weight = []float64{1, -1, 1, 1} }},
			{"a weight too few", func(p *partition.Problem) { p.Weight = []float64{1, 1, 1} }},
			{"fixed in a territory that does not exist", func(p *partition.Problem) { p.Fixed = []int{-1, -1, 2, -1} }},
			{"fixed units too few", func(p *partition.Problem) { p.Fixed = []int{-1} }},
			{"a forbidden unit that does not exist", func(p *partition.Problem) { p.Forbidden = [][2]int{{4, 0}} }},
			{"a forbidden territory that does not exist", func(p *partition.Problem) { p.Forbidden = [][2]int{{0, 2}} }},
			{"fixed where it is forbidden", func(p *partition.Problem) {
				p.Fixed, p.Forbidden = []int{0, -1, -1, -1}, [][2]int{{0, 0}}
			}},
			{"a seed too few", func(p *partition.Problem) { p.Seeds = []int{0} }},
			{"a seed that does not exist", func(p *partition.Problem) { p.Seeds = []int{0, 4} }},
			{"a seed of two territories", func(p *partition.Problem) { p.Seeds = []int{1, 1} }},
			{"a seed that is fixed elsewhere", func(p *partition.Problem) { p.Fixed, p.Seeds = []int{1, -1, -1, -1}, []int{0, 1} }},
			{"a home too few", func(p *partition.Problem) { p.Homes = []orb.Point{{0, 0}} }},
			{"a home that is NaN", func(p *partition.Problem) { p.Homes = []orb.Point{{0, 0}, {nan, 0}} }},
			{"a negative capacity of a centre", func(p *partition.Problem) { p.CenterCapacity = []float64{9, 9, -9, 9} }},
			{"a neighbour that does not exist", func(p *partition.Problem) { p.Contiguity = partition.Adjacency{{1}, {0, 2}, {1, 3}, {2, 4}} }},
			{"a neighbour of itself", func(p *partition.Problem) { p.Contiguity = partition.Adjacency{{0, 1}, {0, 2}, {1, 3}, {2}} }},
			{"a one-sided neighbour", func(p *partition.Problem) { p.Contiguity = partition.Adjacency{{1}, {2}, {1, 3}, {2}} }},
			{"neighbours out of order", func(p *partition.Problem) { p.Contiguity = partition.Adjacency{{1}, {2, 0}, {1, 3}, {2}} }},
		} {
			p := sound()
			f.spoil(p)
			if !yield(f.name, p) {
				return
			}
		}
	}
}

// namesAllFaults: who mends one fault must not learn of the next one then.
func namesAllFaults(m partition.Method) error {
	p := sound()
	p.Points[1][0] = math.NaN()
	p.Points[2][1] = 91
	p.Measures[0].Value[3] = -1
	p.Measures[0].Tolerance = math.Inf(1)
	p.Weight = []float64{1, 1, math.NaN(), 1}
	_, err := ask(context.Background(), m, p)
	if !errors.Is(err, partition.ErrInput) {
		return fmt.Errorf("a problem of five faults should be a partition.ErrInput, and is: %v", err)
	}
	type place struct {
		field string
		index int
	}
	missing := []place{{"Points", 1}, {"Points", 2}, {"Measures[0].Value", 3}, {"Measures[0].Tolerance", -1}, {"Weight", 2}}
	named := map[place]bool{}
	for _, e := range inputErrors(err) {
		named[place{e.Field, e.Index}] = true
	}
	var errs []error
	for _, at := range missing {
		if !named[at] {
			errs = append(errs, fmt.Errorf("the fault of %s[%d] is not named in: %w", at.field, at.index, err))
		}
	}
	return errors.Join(errs...)
}
