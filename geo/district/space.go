package district

import (
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// SumOfSquares is how unlike the units of a territory are, or how far apart,
//
//	Σ_t Σ_{i ∈ t} w_i·|x_i - mean_t|²,  mean_t = Σ_{i ∈ t} w_i·x_i / Σ_{i ∈ t} w_i,
//
// with w the Weight of the problem (nil: 1) and x its Features or, where there are
// none, its Points: places on the sphere, in kilometres, whose distances are the
// straight ones through the earth. It is what [Ward] and [MaxP] minimise, and what
// any other plan can be compared by; units without a territory count nothing.
// Without Features and Points it is 0.
//
// Distance and Between of the problem are answered by an error that wraps
// [errors.ErrUnsupported], as there are no means by them: planar coordinates
// belong into Features. O(n·d) for d coordinates.
func SumOfSquares(p *partition.Problem, a partition.Assignment) (float64, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	if a.Len() != p.Len() {
		return 0, &partition.InputError{Field: "a", Index: -1, Value: a.Len(), Why: fmt.Sprintf("has another number of units than the problem, %d", p.Len())}
	}
	x, err := newSpace(p)
	if err != nil {
		return 0, err
	}
	of := make([]int32, a.Len())
	for u := range of {
		of[u] = int32(a.Of(u))
	}
	return x.total(of, a.K()), nil
}

// space holds the coordinates of units, relative to the mean of all, so that
// little is lost to rounding.
type space struct {
	dim    int // 0: nothing tells units apart
	x      []float64
	weight []float64
}

func newSpace(p *partition.Problem) (*space, error) {
	switch {
	case p.Between != nil:
		return nil, fmt.Errorf("%w: Between: there are no means by distances alone", errors.ErrUnsupported)
	case p.Distance != nil:
		return nil, fmt.Errorf("%w: Distance: there are no means by distances alone; planar coordinates can be Features", errors.ErrUnsupported)
	}
	n := p.Len()
	s := &space{weight: p.Weight}
	if s.weight == nil {
		s.weight = make([]float64, n)
		for u := range s.weight {
			s.weight[u] = 1
		}
	}
	switch {
	case len(p.Features) > 0:
		s.dim = len(p.Features[0])
		for _, row := range p.Features {
			s.x = append(s.x, row...)
		}
	case len(p.Points) > 0:
		s.dim = 3
		for _, pt := range p.Points {
			v := sphere.At(pt[0], pt[1])
			s.x = append(s.x, float64(v.X*sphere.Radius), float64(v.Y*sphere.Radius), float64(v.Z*sphere.Radius))
		}
	}
	for d := range s.dim {
		mean := 0.0
		for i := d; i < len(s.x); i += s.dim {
			mean += s.x[i] / float64(n)
		}
		for i := d; i < len(s.x); i += s.dim {
			s.x[i] -= mean
		}
	}
	return s, nil
}

func (s *space) at(u int32) []float64 { return s.x[int(u)*s.dim:][:s.dim] }

// total is the sum of squares of a plan, afresh.
func (s *space) total(of []int32, k int) float64 {
	mean, mass := make([]float64, k*s.dim), make([]float64, k)
	for u, t := range of {
		if t < 0 {
			continue
		}
		mass[t] += s.weight[u]
		for d, x := range s.at(int32(u)) {
			mean[int(t)*s.dim+d] += float64(x * s.weight[u])
		}
	}
	for i := range mean {
		if m := mass[i/s.dim]; m > 0 {
			mean[i] /= m
		}
	}
	sum := 0.0
	for u, t := range of {
		if t >= 0 && s.weight[u] > 0 {
			sum += float64(s.weight[u] * distance2(s.at(int32(u)), mean[int(t)*s.dim:][:s.dim]))
		}
	}
	return sum
}

func distance2(a, b []float64) float64 {
	sum := 0.0
	for d, x := range a {
		gap := x - b[d]
		sum += float64(gap * gap)
	}
	return sum
}

// group is what a set of units is by its sum of squares: its mass and its mean.
type group struct {
	mass float64
	mean []float64
}

// apart is how much the sum of squares grows where two groups become one.
func apart(a, b group) float64 {
	both := a.mass + b.mass
	if !(both > 0) {
		return 0
	}
	return float64(a.mass*(b.mass/both)) * distance2(a.mean, b.mean)
}

// take adds a group to g.
func (g *group) take(o group) {
	both := g.mass + o.mass
	if both > 0 {
		for d := range g.mean {
			g.mean[d] += float64((o.mean[d] - g.mean[d]) * (o.mass / both))
		}
	}
	g.mass = both
}

// check refuses coordinates whose squares overflow: all sums of squares are at most
// that of a single territory.
func (s *space) check() error {
	if sum := s.total(make([]int32, len(s.weight)), 1); !(sum <= math.MaxFloat64/4) {
		return &partition.InputError{Field: "Features", Index: -1, Why: "have squares that add up to more than a float64 can hold"}
	}
	return nil
}
