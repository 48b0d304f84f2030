package cluster

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
)

// seed chooses K points as centres by greedy k-means++: each is the best of 2 + ⌊log K⌋
// points drawn with a probability that grows with their weight and the square of their
// distance from the centres there are. It returns how many it has found: fewer than K where
// there are no more different points of positive weight, or where ctx ends.
//
// A point that is not farther from its centre than half of that centre's distance from
// a new one is not looked at, as it stays.
func (s *lloyd) seed(ctx context.Context, rnd *splitmix.Source) int {
	tries := 2 + int(detmath.Log(float64(s.k)))
	drawn, gains := make([]int32, tries), make([]float64, tries)
	part := make([]float64, blocks(s.n)*tries)
	quarter := make([]float64, tries*s.k) // a quarter of the square of the distance of each try from each centre
	least := make([]float64, s.k)
	far2 := s.upper // squares, until seeding is done

	parallel.For(blocks(s.n), func(b int) {
		sum := 0.0
		for _, w := range s.w[b*block : min(s.n, (b+1)*block)] {
			sum += w
		}
		s.parts[b] = sum
	})
	first := s.draw(rnd, nil)
	if first < 0 {
		return 0
	}
	copy(s.mid(0), s.at(first))
	clear(s.of)
	s.each(func(i int32) float64 {
		far2[i] = s.apart2(i, 0)
		return float64(s.w[i] * far2[i])
	})
	for t := int32(1); int(t) < s.k; t++ {
		if ctx.Err() != nil {
			return int(t)
		}
		for c := range tries {
			if drawn[c] = s.draw(rnd, far2); drawn[c] < 0 {
				return int(t)
			}
		}
		for u := range t {
			least[u] = math.Inf(1)
			for c, i := range drawn {
				quarter[c*s.k+int(u)] = s.apart2(i, u) / 4
				least[u] = min(least[u], quarter[c*s.k+int(u)])
			}
		}
		parallel.For(blocks(s.n), func(b int) {
			gain := part[b*tries : (b+1)*tries]
			clear(gain)
			for i := int32(b * block); i < int32(min(s.n, (b+1)*block)); i++ {
				d2, own := far2[i], s.of[i]
				if d2 <= least[own] {
					continue
				}
				for c, at := range drawn {
					if d2 > quarter[c*s.k+int(own)] {
						if to2 := s.between2(i, at); to2 < d2 {
							gain[c] += float64(s.w[i] * (d2 - to2))
						}
					}
				}
			}
		})
		clear(gains)
		best := 0
		for c := range tries {
			for b := range s.parts {
				gains[c] += part[b*tries+c]
			}
			if gains[c] > gains[best] {
				best = c
			}
		}
		copy(s.mid(t), s.at(drawn[best]))
		settled := quarter[best*s.k : (best+1)*s.k]
		s.each(func(i int32) float64 {
			if far2[i] > settled[s.of[i]] {
				if to2 := s.apart2(i, t); to2 < far2[i] {
					far2[i], s.of[i] = to2, t
				}
			}
			return float64(s.w[i] * far2[i])
		})
	}
	for i, d2 := range far2 {
		s.upper[i] = math.Sqrt(d2) * s.slack
	}
	clear(s.lower)
	s.forget()
	s.tally()
	return s.k
}

func (s *lloyd) between2(i, j int32) float64 {
	if s.dim == 2 {
		a, b := s.x[2*i]-s.x[2*j], s.x[2*i+1]-s.x[2*j+1]
		return float64(a*a) + float64(b*b)
	}
	return square(s.at(i), s.at(j))
}

// each adds up a function of the points, block by block, in parts.
func (s *lloyd) each(f func(i int32) float64) {
	parallel.For(blocks(s.n), func(b int) {
		sum := 0.0
		for i := int32(b * block); i < int32(min(s.n, (b+1)*block)); i++ {
			sum += f(i)
		}
		s.parts[b] = sum
	})
}

// draw is a point with a probability proportional to its weight, times far2 where that
// is given, whose sums are in parts; -1: there is none.
func (s *lloyd) draw(rnd *splitmix.Source, far2 []float64) int32 {
	total := 0.0
	for _, p := range s.parts {
		total += p
	}
	left := float64(rnd.Float() * total)
	b := -1
	for c, p := range s.parts {
		if p > 0 {
			if b >= 0 {
				left -= s.parts[b]
			}
			if b = c; left < p {
				break
			}
		}
	}
	if b < 0 {
		return -1
	}
	found := int32(-1)
	for i := b * block; i < min(s.n, (b+1)*block); i++ {
		p := s.w[i]
		if far2 != nil {
			p = float64(p * far2[i])
		}
		if p > 0 {
			found = int32(i)
			if left -= p; left < 0 {
				break
			}
		}
	}
	return found
}
