package allocate_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// source makes a problem out of bytes; where they end it reads zeros.
type source struct{ data []byte }

func (s *source) byte() int {
	if len(s.data) == 0 {
		return 0
	}
	b := s.data[0]
	s.data = s.data[1:]
	return int(b)
}

// one reports true once in n.
func (s *source) one(n int) bool { return s.byte()%n == n-1 }

// number is mostly small and tame.
func (s *source) number() float64 {
	switch b := s.byte(); {
	case b < 200:
		return float64(b % 40)
	case b < 240:
		return float64(b-200) / 7
	default:
		return []float64{
			math.NaN(), math.Inf(1), math.Inf(-1), -1, 1e300, 1e289, -1e289, 1e16, 5e-324, math.Copysign(0, -1), 1e-12, -0.5, 1e9 + 0.1, 3e-7, 1, 2,
		}[b-240]
	}
}

// column has length n, or rarely another one, or is nil.
func (s *source) column(n int) []float64 {
	if s.one(40) {
		n += s.byte()%3 - 1
	}
	x := make([]float64, max(n, 0))
	for i := range x {
		x[i] = s.number()
	}
	return x
}

func (s *source) matrix(n, m int) allocate.Costs {
	switch s.byte() % 40 {
	case 37:
		return nil
	case 38:
		return allocate.CostFunc(n, m, nil)
	case 39:
		n, m = n+s.byte()%3-1, m+s.byte()%3-1
	}
	x := make([]float64, max(n*m, 0))
	for k := range x {
		x[k] = s.number()
	}
	return allocate.CostFunc(n, m, func(i, j int) float64 { return x[i*m+j] })
}

func (s *source) travel(n, m int) allocate.Costs {
	points := func(n int) []orb.Point {
		p := make([]orb.Point, n)
		for i := range p {
			p[i] = orb.Point{s.number(), s.number()}
		}
		return p
	}
	t := &allocate.Travel{Units: points(n), Agents: points(m), Metric: allocate.Metric(s.byte() % 3), Round: allocate.Rounding(s.byte() % 4)}
	if s.one(2) {
		t.UnitFactor = s.column(n)
	}
	if s.one(2) {
		t.AgentFactor = s.column(m)
	}
	if s.one(2) {
		t.AgentTerm = s.column(m)
	}
	for s.one(2) && len(s.data) > 0 {
		t.Terms = append(t.Terms, allocate.Term{Unit: s.byte()%8 - 1, Agent: s.byte()%6 - 1, Cost: s.number()})
	}
	if s.one(3) {
		t.Incumbent = s.agents(n, m)
		t.Switching = s.column(n)
	}
	return t
}

func (s *source) agents(n, m int) []int {
	of := make([]int, n)
	for i := range of {
		of[i] = partition.Unassigned
		if s.one(3) {
			of[i] = s.byte()%(m+1) - s.byte()/255
		}
	}
	return of
}

// lists of units, rarely with one that does not exist or is named twice.
func (s *source) lists(n int) [][]int {
	lists := make([][]int, s.byte()%4)
	for k := range lists {
		from, step := s.byte(), 1+s.byte()%3
		for at := range s.byte() % 5 {
			if i := (from + at*step) % max(n, 1); !slices.Contains(lists[k], i) && n > 0 || s.one(60) {
				lists[k] = append(lists[k], i+s.byte()/250)
			}
		}
	}
	return lists
}

func (s *source) problem() *allocate.Problem {
	n, m := s.byte()%8, s.byte()%6
	p := &allocate.Problem{}
	if s.one(3) {
		p.Cost = s.travel(n, m)
	} else {
		p.Cost = s.matrix(n, m)
	}
	for range s.byte() % 3 {
		me := partition.Measure{Name: "m", Value: s.column(n)}
		if s.one(2) {
			me.Upper = s.column(m)
		}
		if s.one(2) {
			me.Lower = s.column(m)
		}
		if s.one(4) {
			me.Target = s.column(m)
		}
		if s.one(2) {
			me.Tolerance = s.number() / 20
		}
		p.Measures = append(p.Measures, me)
		if s.one(4) {
			p.Load = append(p.Load, s.matrix(n, m))
		} else if p.Load != nil {
			p.Load = append(p.Load, nil)
		}
	}
	if s.one(3) {
		bits := s.byte()
		p.Allowed = func(i, j int) bool { return bits>>((i+3*j)%8)&1 == 0 }
	}
	if s.one(3) {
		p.Fixed = s.agents(n, m)
	}
	if s.one(2) {
		p.Penalty = s.column(n)
	}
	if s.one(3) {
		p.Together = s.lists(n)
	}
	if s.one(3) {
		p.Apart = s.lists(n)
	}
	if s.one(2) {
		p.UnitLabel = func(i int) string { return "ABCDEFGH"[i : i+1] } // panics on a unit that does not exist
		p.AgentLabel = func(j int) string { return "abcdef"[j : j+1] }
	}
	return p
}

// FuzzProblem holds that no problem whatever makes the package panic, that
// whatever is solved passes Verify and can be explained, and that an error is of
// one of the two classes.
func FuzzProblem(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{4, 2, 0, 0, 1, 5, 1, 3, 1, 4, 1, 2, 1, 0, 3, 2, 2, 1, 1, 0, 4, 4})
	f.Add([]byte{7, 5, 2, 250, 3, 240, 241, 9, 9, 17, 33, 61, 2, 88, 5, 1, 1, 1, 1, 0, 3, 2, 2, 1, 1, 0, 4, 4, 255, 255, 3, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &source{data}
		p := s.problem()
		prices := make([][]float64, len(p.Measures))
		for r := range prices {
			if p.Cost != nil {
				_, m := p.Cost.Dims()
				prices[r] = s.column(m)
			}
		}
		bound := allocate.Bound(p, prices...)
		require.False(t, math.IsNaN(bound))
		solvers := baselines()
		solvers["SingleSource"], solvers["Transport"] = allocate.SingleSource{}, allocate.Transport{}
		for name, solver := range solvers {
			r, err := solver.Allocate(context.Background(), p)
			if errors.Is(err, errors.ErrUnsupported) {
				require.Equal(t, "Transport", name)
				continue
			}
			if err != nil {
				require.Nil(t, r, name)
				fault, none := errorClass(err)
				require.True(t, fault != none, "%s: %v", name, err)
				require.NotEmpty(t, err.Error())
				continue
			}
			require.NoError(t, allocate.Verify(p, r), name)
			again, err := solver.Allocate(context.Background(), p)
			require.NoError(t, err)
			require.Equal(t, r.Plan.Slice(), again.Plan.Slice(), name)
			for i := range r.Plan.Len() {
				e, err := allocate.Explain(p, r, i)
				require.NoError(t, err)
				require.NotEmpty(t, e.String())
			}
		}
	})
}

// errorClass reports to which of the two classes an error belongs.
func errorClass(err error) (input, infeasible bool) {
	return errors.Is(err, partition.ErrInput), errors.Is(err, partition.ErrInfeasible)
}
