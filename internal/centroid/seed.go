package centroid

import "math"

// layout chooses K centres without regard to limits: by the k-means++ rule of
// Arthur and Vassilvitskii (2007), and then, on a sample of the points, by the
// random swaps of Fränti (2018): one centre after the other is taken to a point
// drawn anew, and stays there where two rounds of k-means find that better.
func (p *Problem) layout(rnd *random) []float64 {
	s := p.sample(rnd)
	centers := make([]float64, 0, p.K*p.Dim)
	for _, i := range s.spread(rnd) {
		centers = append(centers, s.at(i)...)
	}
	of := make([]int32, s.Len())
	for range 4 {
		s.lloyd(centers, of)
	}
	const effort = 4e7 // distances
	swaps := min(6*p.K, int(effort/float64(2*p.K*s.Len()*p.Dim)))
	best := s.lloyd(centers, of)
	trial := make([]float64, len(centers))
	for range swaps {
		copy(trial, centers)
		t := rnd.below(p.K)
		copy(trial[t*p.Dim:(t+1)*p.Dim], s.at(int32(rnd.below(s.Len()))))
		s.lloyd(trial, of)
		s.lloyd(trial, of)
		if cost := s.lloyd(trial, of); cost < best {
			best = cost
			centers, trial = trial, centers
		}
	}
	return centers
}

// sample is a problem of fewer points, drawn without regard to weight.
func (p *Problem) sample(rnd *random) *Problem {
	n := p.Len()
	const each = 50 // points per cluster
	if n <= each*p.K {
		return p
	}
	q := &Problem{K: p.K, Dim: p.Dim, Squared: p.Squared, Sphere: p.Sphere}
	for k := range each * p.K {
		lo, hi := n*k/(each*p.K), n*(k+1)/(each*p.K)
		i := int32(lo + rnd.below(hi-lo))
		q.X = append(q.X, p.at(i)...)
		q.Weight = append(q.Weight, p.Weight[i])
	}
	return q
}

// lloyd gives every point to its nearest centre and moves the centres to the
// means; it returns the cost at the centres before they moved.
func (p *Problem) lloyd(centers []float64, of []int32) float64 {
	n := p.Len()
	part := make([]float64, blocks(n))
	parallel(len(part), func(b int) {
		sum := 0.0
		for i := int32(b * block); i < int32(min(n, (b+1)*block)); i++ {
			t, c := p.closest(i, centers, nil)
			of[i] = t
			sum += c
		}
		part[b] = sum
	})
	cost := 0.0
	for _, c := range part {
		cost += c
	}
	weight := make([]float64, p.K)
	sum := make([]float64, len(centers))
	for i, t := range of {
		w := p.Weight[i]
		weight[t] += w
		at := sum[int(t)*p.Dim:]
		for d, x := range p.at(int32(i)) {
			at[d] += float64(w * x)
		}
	}
	for t, w := range weight {
		if w > 0 {
			c := centers[t*p.Dim : (t+1)*p.Dim]
			copy(c, sum[t*p.Dim:])
			centerOf(p, c, w)
		}
	}
	return cost
}

// spread draws K points, each with a probability that grows with its weight and
// the square of its distance from those drawn before.
func (p *Problem) spread(rnd *random) []int32 {
	n := p.Len()
	nearest := make([]float64, n)
	chosen := make([]int32, 0, p.K)
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	next := int32(rnd.below(n))
	for {
		chosen = append(chosen, next)
		if len(chosen) == p.K {
			return chosen
		}
		total := 0.0
		for i := range int32(n) {
			d := float64(p.Weight[i] * distance2(p.at(i), p.at(next)))
			if d < nearest[i] {
				nearest[i] = d
			}
			total += nearest[i]
		}
		left := float64(rnd.float() * total)
		for i := range int32(n) {
			if nearest[i] > 0 {
				next = i
				if left -= nearest[i]; left < 0 {
					break
				}
			}
		}
	}
}
