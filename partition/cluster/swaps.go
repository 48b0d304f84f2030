package cluster

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/splitmix"
)

const (
	swapFails  = 8    // swaps in a row that bring nothing, until the search ends
	swapGain   = 0.01 // of the mean cost of a cluster, which a swap must bring
	swapRounds = 16   // of Lloyd, in which it must do so
	swapSample = 256  // points of each cluster on average by which swaps are chosen
)

// swap dissolves one cluster and splits another, again and again, as long as that
// is better after a few rounds of Lloyd. The pairs are tried in the order of what
// they promise, by a sample of the points.
func (s *lloyd) swap(ctx context.Context, rnd *splitmix.Source) {
	if s.k < 2 {
		return
	}
	cost := s.cost()
	var before lloyd
	touched := make([]bool, s.k)
	for fails := 0; cost > 0; {
		clear(touched)
		tried := false
		for _, c := range s.candidates(rnd) {
			if touched[c.gone] || touched[c.split] {
				continue // its estimate is of another time
			}
			if s.left == 0 || ctx.Err() != nil {
				return
			}
			tried = true
			before.copyOf(s)
			if now := s.try(ctx, c, cost); now < cost {
				cost, fails = now, 0
				touched[c.gone], touched[c.split] = true, true
				continue
			}
			s.copyOf(&before)
			if fails++; fails == swapFails {
				return
			}
		}
		if !tried {
			return
		}
	}
}

// try makes a swap and some rounds, until it is clear whether they come below cost.
func (s *lloyd) try(ctx context.Context, c candidate, cost float64) float64 {
	goal := cost - swapGain*cost/float64(s.k)
	s.replace(c)
	before := math.Inf(1)
	for round := range swapRounds {
		if s.left == 0 || ctx.Err() != nil {
			break
		}
		s.left--
		s.total++
		s.step()
		changed := s.assign()
		if round%2 == 0 && changed > 0 {
			continue
		}
		now := s.cost()
		if now < goal {
			return now
		}
		if changed == 0 || now-float64(4*(before-now)) > goal {
			break
		}
		before = now
	}
	return math.Inf(1)
}

// candidate is a cluster to dissolve, one to split, and the centres of its parts.
type candidate struct {
	gone, split int32
	parts       []float64
	gain        float64 // an estimate
}

// replace moves the centres, and the points to those that are the nearest then.
func (s *lloyd) replace(c candidate) {
	split, gone := s.mid(c.split), s.mid(c.gone)
	step := math.Sqrt(square(split, c.parts[:s.dim])) * s.slack
	copy(split, c.parts[:s.dim])
	copy(gone, c.parts[s.dim:])
	s.near.find(s.center)
	for t := range int32(s.k) {
		beyond := min(s.centers(t, c.split), s.centers(t, c.gone))
		s.drift[t] = drift{beyond: beyond}
	}
	s.drift[c.split].away = step
	s.drift[c.gone].away = math.Inf(1) // nothing is known of these
	s.assign()
}

// centers is how far two centres are from each other, rounded down; +Inf from itself.
func (s *lloyd) centers(t, u int32) float64 {
	if t == u {
		return math.Inf(1)
	}
	return math.Sqrt(square(s.mid(t), s.mid(u))) / s.slack
}

// copyOf makes s the state of another one of the same problem.
func (s *lloyd) copyOf(o *lloyd) {
	s.of, s.upper, s.lower = append(s.of[:0], o.of...), append(s.upper[:0], o.upper...), append(s.lower[:0], o.lower...)
	s.center, s.sum = append(s.center[:0], o.center...), append(s.sum[:0], o.sum...)
	s.weight, s.count, s.gone = append(s.weight[:0], o.weight...), append(s.count[:0], o.count...), append(s.gone[:0], o.gone...)
	s.near.copyOf(&o.near)
	s.bunches = append(s.bunches[:0], o.bunches...)
	s.age = o.age
}

// candidates are the swaps that promise most, the best one first.
func (s *lloyd) candidates(rnd *splitmix.Source) []candidate {
	most := swapFails + s.k/16 // clusters to dissolve, and to split
	members := s.sampled(rnd)
	loss, gain := make([]float64, s.k), make([]float64, s.k)
	parts := make([][]float64, s.k)
	share := make([]float64, s.k) // by which a sample stands for the cluster
	for t, points := range members {
		weight := 0.0
		for _, i := range points {
			own2 := s.apart2(i, int32(t))
			_, _, second2 := s.search(i, int32(t), own2, math.Sqrt(own2)*s.slack)
			loss[t] += float64(s.w[i] * (second2 - own2))
			weight += s.w[i]
		}
		if weight > 0 {
			share[t] = s.weight[t] / weight
		}
		loss[t] *= share[t]
		gain[t], parts[t] = s.halve(points, rnd)
		gain[t] *= share[t]
	}
	var all []candidate
	cheap, rich := order(loss, 1), order(gain, -1)
	for _, r := range cheap[:min(most, s.k)] {
		for _, t := range rich[:min(most, s.k)] {
			if r != t && parts[t] != nil {
				all = append(all, candidate{gone: r, split: t, parts: parts[t], gain: gain[t] - loss[r]})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.gain > b.gain:
			return -1
		case a.gain < b.gain:
			return 1
		}
		return 0
	})
	return all[:min(4*most, len(all))]
}

// order lists the clusters by what they have, ascending with sign 1.
func order(of []float64, sign float64) []int32 {
	list := make([]int32, len(of))
	for t := range list {
		list[t] = int32(t)
	}
	slices.SortStableFunc(list, func(a, b int32) int {
		switch {
		case sign*of[a] < sign*of[b]:
			return -1
		case sign*of[a] > sign*of[b]:
			return 1
		}
		return 0
	})
	return list
}

// sampled draws points, one of every so many, by cluster.
func (s *lloyd) sampled(rnd *splitmix.Source) [][]int32 {
	members := make([][]int32, s.k)
	each := max(1, s.n/(swapSample*s.k))
	for i := 0; i < s.n; i += each {
		j := i
		if each > 1 {
			j += rnd.Below(min(each, s.n-i))
		}
		if s.w[j] > 0 {
			members[s.of[j]] = append(members[s.of[j]], int32(j))
		}
	}
	return members
}

// halve divides points in two by a few rounds of Lloyd, and tells what is gained.
func (s *lloyd) halve(points []int32, rnd *splitmix.Source) (gain float64, parts []float64) {
	if len(points) < 2 {
		return 0, nil
	}
	dim := s.dim
	parts = make([]float64, 2*dim)
	sum, weight := make([]float64, 2*dim), [2]float64{}
	// One half begins at a point drawn, the other at the farthest of a few.
	first := points[rnd.Below(len(points))]
	second, far2 := first, 0.0
	for range 10 {
		i := points[rnd.Below(len(points))]
		if d2 := s.between2(first, i); d2 > far2 {
			second, far2 = i, d2
		}
	}
	if far2 == 0 {
		return 0, nil
	}
	copy(parts[:dim], s.at(first))
	copy(parts[dim:], s.at(second))
	for range 6 {
		clear(sum)
		weight = [2]float64{}
		for _, i := range points {
			at := s.at(i)
			h := 0
			if square(at, parts[dim:]) < square(at, parts[:dim]) {
				h = 1
			}
			weight[h] += s.w[i]
			for d, x := range at {
				sum[h*dim+d] += float64(s.w[i] * x)
			}
		}
		if !(weight[0] > 0 && weight[1] > 0) {
			return 0, nil
		}
		for d := range dim {
			parts[d], parts[dim+d] = sum[d]/weight[0], sum[dim+d]/weight[1]
		}
	}
	// Two means apart by g save g²·W₁W₂/(W₁+W₂).
	gain = square(parts[:dim], parts[dim:]) * (weight[0] / (weight[0] + weight[1]) * weight[1])
	return gain, parts
}
