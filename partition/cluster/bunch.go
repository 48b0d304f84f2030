package cluster

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
)

// bunch is the number of consecutive points that share bounds where they are all of one
// cluster: most rounds then pass them by in one step. A block is a whole number of them.
const bunch = 32

// bunched is what is known of a bunch. While its points are passed by, their own bounds
// stay as they are, and what was to be done to them adds up here.
type bunched struct {
	of    int32   // the cluster of all its points; -1: several, and nothing is put off
	slack float64 // the least difference of the bounds of a point
	far   float64 // the largest upper bound

	drift
}

// drift is how the bounds of the points of a cluster change, in a round or in several.
type drift struct {
	away   float64 // how far their own centre has moved
	closer float64 // by how much the centres near theirs may have come closer
	beyond float64 // how far from their centre all the others are
}

// stays adds the drift of a round, and reports whether the cluster remains the nearest
// to all points; half is half the distance from its centre to the next one.
func (q *bunched) stays(d *drift, half float64) bool {
	const up = 1 + 0x1p-50
	q.away = float64((q.away + d.away) * up)
	q.closer = float64((q.closer + d.closer) * up)
	q.beyond = min(q.beyond, d.beyond)
	far := float64((q.far + q.away) * up)
	return far <= half || (q.away+q.closer)*up <= q.slack && (float64(2*far)+q.closer)*up <= q.beyond
}

// loosen applies to the points of a bunch what was put off, or the drift of this round.
func (s *lloyd) loosen(g int) {
	lo, hi := g*bunch, min(s.n, (g+1)*bunch)
	q := &s.bunches[g]
	d := &q.drift
	for i, a := range s.of[lo:hi] {
		if q.of < 0 {
			d = &s.drift[a]
		}
		upper := float64((s.upper[lo+i] + d.away) * (1 + 0x1p-52))
		s.upper[lo+i] = upper
		// No other centre is nearer to the point than to the point's own, less the way
		// there.
		s.lower[lo+i] = max(0, min(s.lower[lo+i], d.beyond-upper)-d.closer, float64(2*s.near.half[a])-upper) * (1 - 0x1p-51)
	}
	q.drift = drift{beyond: math.Inf(1)}
}

// tighten finds out anew what is known of a bunch, from the bounds of its points.
func (s *lloyd) tighten(g int) {
	lo, hi := g*bunch, min(s.n, (g+1)*bunch)
	q := bunched{of: s.of[lo], slack: math.Inf(1), drift: drift{beyond: math.Inf(1)}}
	for i := lo; i < hi; i++ {
		if s.of[i] != q.of {
			q.of = -1
			break
		}
		q.slack = min(q.slack, s.lower[i]-s.upper[i])
		q.far = max(q.far, s.upper[i])
	}
	s.bunches[g] = q
}

// disband makes the bounds of the points of a bunch valid by themselves.
func (s *lloyd) disband(g int) {
	if s.bunches[g].of >= 0 {
		s.loosen(g)
		s.bunches[g].of = -1
	}
}

// forget is for bounds that are valid by themselves.
func (s *lloyd) forget() {
	for g := range s.bunches {
		s.bunches[g].of = -1
	}
}

// group puts the points of each cluster side by side, and among them those about
// equally near to its border: rounds then pass by whole bunches, in this start and, as
// clusters of other starts consist of like pieces, in those.
func (s *lloyd) group() {
	const levels = 32
	level := s.moved // which no round is using
	parallel.For(blocks(s.n), func(b int) {
		for i := b * block; i < min(s.n, (b+1)*block); i++ {
			l := 0.0
			if s.upper[i] < s.lower[i] {
				l = levels - 1 - math.Floor((levels-1)*(s.upper[i]/s.lower[i]))
			}
			level[i] = s.of[i]*levels + int32(l)
		}
	})
	next := make([]int32, s.k*levels+1)
	for _, l := range level {
		next[l+1]++
	}
	for l := range s.k * levels {
		next[l+1] += next[l]
	}
	s.id = make([]int32, s.n)
	for i, l := range level {
		s.id[next[l]] = int32(i)
		next[l]++
	}
	x, w := make([]float64, len(s.x)), make([]float64, s.n)
	of, upper, lower := make([]int32, s.n), make([]float64, s.n), make([]float64, s.n)
	parallel.For(blocks(s.n), func(b int) {
		for to := b * block; to < min(s.n, (b+1)*block); to++ {
			i := s.id[to]
			copy(x[to*s.dim:(to+1)*s.dim], s.at(i))
			w[to], of[to], upper[to], lower[to] = s.w[i], s.of[i], s.upper[i], s.lower[i]
		}
	})
	s.x, s.w, s.of, s.upper, s.lower = x, w, of, upper, lower
	s.forget()
}

// labels puts the cluster of every point in the caller's order.
func (s *lloyd) labels(of []int32) []int32 {
	if s.id == nil {
		return append(of[:0], s.of...)
	}
	of = slices.Grow(of[:0], s.n)[:s.n]
	for at, i := range s.id {
		of[i] = s.of[at]
	}
	return of
}
