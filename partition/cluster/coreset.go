package cluster

import (
	"context"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
)

// start is one run from a seeding of its own. It returns how many centres it has found:
// fewer than K where ctx ended before there was a clustering, or where no point costs
// anything with these.
func (s *lloyd) start(ctx context.Context, rnd *splitmix.Source) (found int) {
	if found = s.startFromSome(ctx, rnd); found < s.k {
		if found = s.seed(ctx, rnd); found < s.k {
			return found
		}
		s.descend(ctx, s.n/loose)
		s.swap(ctx, rnd)
	}
	s.descend(ctx, 0)
	s.settle(ctx)
	for t := range int32(s.k) { // where it ended too soon
		if s.count[t] == 0 {
			s.revive(t)
		}
	}
	return s.k
}

// startFromSome begins with the clusters of a sample, where there are points enough.
func (s *lloyd) startFromSome(ctx context.Context, rnd *splitmix.Source) (found int) {
	size := max(fewPoints, pointsEach*s.k)
	if s.n <= 2*size {
		return 0
	}
	c := s.coreset(size, rnd)
	c.left = s.left
	if found = c.seed(ctx, rnd); found < s.k {
		return found
	}
	c.descend(ctx, c.n/loose)
	c.swap(ctx, rnd)
	c.descend(ctx, c.n/loose)
	s.total += c.total
	s.left -= c.total
	s.begin(c)
	return found
}

// Of more than twice so many points, and twice so many for each cluster, a sample
// is searched first.
const fewPoints, pointsEach = 5000, 200

// loose is the share of points, one in so many, that may still change in a round when
// swaps begin.
const loose = 500

// coreset draws a sample whose weighted sum of squares about any centres is, but for a
// constant factor and in expectation, that of all points, and not far from it: half of the
// probability of a point is its share of the weight, half its share of the squares about
// the mean of all, so that remote points are not missed, and its weight is divided by the
// probability (Bachem, Lucic, Krause, Scalable k-Means Clustering via Lightweight Coresets,
// 2018).
func (s *lloyd) coreset(size int, rnd *splitmix.Source) *lloyd {
	clear(s.of)
	s.tally()
	weight := s.weight[0]
	for d := range s.dim {
		s.center[d] = s.sum[d] / weight
	}
	squares := s.cost()
	upTo := make([]float64, s.n) // the probabilities of the points up to each, added up
	chance := make([]float64, s.n)
	parallel.For(blocks(s.n), func(b int) {
		for i := int32(b * block); i < int32(min(s.n, (b+1)*block)); i++ {
			chance[i] = s.w[i] / weight
			if squares > 0 {
				chance[i] += float64(s.w[i]*s.apart2(i, 0)) / squares
			}
		}
	})
	total := 0.0
	for i, c := range chance {
		total += c
		upTo[i] = total
	}
	x, w := make([]float64, 0, size*s.dim), make([]float64, 0, size)
	for range size {
		i, _ := slices.BinarySearch(upTo, float64(rnd.Float()*total))
		for i = min(i, s.n-1); i < s.n-1 && chance[i] == 0; {
			i++
		}
		if chance[i] > 0 {
			x = append(x, s.at(int32(i))...)
			w = append(w, s.w[i]/chance[i])
		}
	}
	return newLloyd(x, s.dim, w, s.k)
}
