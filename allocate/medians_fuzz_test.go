package allocate_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// design makes a problem of choosing centres out of bytes, often a faulty one.
func (s *source) design() *partition.Problem {
	n := s.byte() % 9
	p := &partition.Problem{K: s.byte()%6 - s.byte()/250}
	switch s.byte() % 4 {
	case 0:
		for range n {
			p.Features = append(p.Features, []float64{s.number(), s.number(), s.number()})
		}
	case 1:
		d := s.column(n * n)
		p.Between = func(i, j int) float64 { return d[(i*n+j)%len(d)] }
		p.Weight = make([]float64, n)
	default:
		for range n {
			p.Points = append(p.Points, orb.Point{s.number(), s.number()})
		}
		if s.one(2) {
			p.Distance = planar
		}
	}
	if s.one(3) {
		p.Weight = s.column(n)
	}
	for s.one(2) && len(p.Measures) < 2 {
		m := partition.Measure{Value: s.column(n)}
		if s.one(2) {
			m.Upper = s.column(p.K)
		}
		if s.one(4) {
			m.Lower = s.column(p.K)
		}
		if s.one(3) {
			m.Tolerance = s.number() / 40
		}
		p.Measures = append(p.Measures, m)
	}
	if s.one(3) {
		p.CenterCapacity = s.column(n)
	}
	if s.one(4) {
		p.Fixed = s.agents(n, max(p.K, 1))
	}
	if s.one(6) {
		for t := range max(p.K, 0) {
			p.Seeds = append(p.Seeds, (t+s.byte()/200)%max(n, 1))
		}
	}
	for s.one(3) && len(s.data) > 0 {
		p.Forbidden = append(p.Forbidden, [2]int{s.byte() % 10, s.byte() % 6})
	}
	return p
}

// Whatever the input, there is an error of a known class, or a plan that is what
// its certificate says.
func FuzzMedians(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{6, 2, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 8, 8, 8})
	f.Add([]byte{5, 3, 0, 1, 4, 4, 4, 240, 241, 3, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6})
	f.Add([]byte{8, 2, 0, 2, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 9, 9, 2, 2, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &source{data}
		p := s.design()
		r, err := allocate.Centers{Budget: 2_000}.Partition(context.Background(), p)
		if err != nil {
			require.Nil(t, r)
			require.True(t, errors.Is(err, partition.ErrInput) || errors.Is(err, partition.ErrInfeasible) || errors.Is(err, errors.ErrUnsupported), "%v", err)
			return
		}
		require.NoError(t, p.Validate())
		n := p.Len()
		require.Equal(t, n, r.Plan.Len())
		require.Equal(t, p.K, r.Plan.K())
		require.Equal(t, 0, r.Plan.Count(partition.Unassigned))
		seen := map[int]bool{}
		for territory, c := range r.Centers {
			require.Equal(t, territory, r.Plan.Of(c))
			require.False(t, seen[c])
			seen[c] = true
			require.True(t, p.Seeds == nil || p.Seeds[territory] == c)
		}
		for i, t0 := range p.Fixed {
			require.True(t, t0 == partition.Unassigned || r.Plan.Of(i) == t0)
		}
		for _, pair := range p.Forbidden {
			require.NotEqual(t, pair[1], r.Plan.Of(pair[0]))
		}
		outside := 0.0
		if len(p.Measures) > 0 {
			lower, upper := p.Measures[0].Limits(p.K)
			for territory, load := range partition.Loads(r.Plan, p.Measures[0].Value) {
				if p.CenterCapacity != nil {
					upper[territory] = math.Min(upper[territory], p.CenterCapacity[r.Centers[territory]])
				}
				outside += math.Max(0, load-upper[territory]) + math.Max(0, lower[territory]-load)
			}
		}
		require.InDelta(t, outside, r.Certificate.Violation, 1e-9*(1+outside))
		if r.Certificate.Feasible() {
			require.LessOrEqual(t, r.Certificate.Bound, r.Certificate.Objective)
		}
	})
}
