package centroid

import (
	"math"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
)

// layout chooses K centres without regard to limits: by the k-means++ rule of
// Arthur and Vassilvitskii (2007), and then, on a sample of the points, by swaps:
// a cluster that would be missed little is dissolved and one that gains much is
// split, and stay so where a few rounds of k-means find that better.
func (p *Problem) layout(rnd *splitmix.Source, cancelled func() bool) []float64 {
	s := p.sample(rnd)
	centers := make([]float64, 0, p.K*p.Dim)
	for _, i := range s.spread(rnd) {
		centers = append(centers, s.at(i)...)
	}
	of, trialOf := make([]int32, s.Len()), make([]int32, s.Len())
	best, trial := math.Inf(1), make([]float64, len(centers))
	for range 2 * swapRounds {
		best = s.lloyd(centers, of)
	}
	swaps := min(layoutSwaps*p.K, int(layoutEffort/float64(swapRounds*p.K*s.Len()*p.Dim)))
	for range swaps {
		if cancelled() {
			break
		}
		copy(trial, centers)
		if !s.swap(trial, of, rnd) {
			continue
		}
		cost := 0.0
		for range swapRounds {
			cost = s.lloyd(trial, trialOf)
		}
		if cost < best {
			best = cost
			centers, trial = trial, centers
			of, trialOf = trialOf, of // a round old, which is good enough to draw by
		}
	}
	return centers
}

const (
	layoutSwaps  = 4   // per cluster
	layoutEffort = 4e8 // coordinates of distances, at most
	swapRounds   = 4   // of k-means per swap
)

// swap takes one centre to where it splits another cluster; of says whose the
// points are now.
func (p *Problem) swap(centers []float64, of []int32, rnd *splitmix.Source) bool {
	members := make([][]int32, p.K)
	for i, t := range of {
		members[t] = append(members[t], int32(i))
	}
	// Of some clusters drawn, those that gain most and lose least.
	gone, split, where := p.draw(members, centers, max(3, p.K/4), rnd)
	if gone < 0 {
		return false
	}
	copy(centers[int(split)*p.Dim:(int(split)+1)*p.Dim], where[0])
	copy(centers[int(gone)*p.Dim:(int(gone)+1)*p.Dim], where[1])
	return true
}

// sample is a problem of fewer points, drawn without regard to weight.
func (p *Problem) sample(rnd *splitmix.Source) *Problem {
	n := p.Len()
	const each = 50 // points per cluster
	if n <= each*p.K {
		return p
	}
	q := &Problem{K: p.K, Dim: p.Dim, Squared: p.Squared, Sphere: p.Sphere}
	for k := range each * p.K {
		lo, hi := n*k/(each*p.K), n*(k+1)/(each*p.K)
		i := int32(lo + rnd.Below(hi-lo))
		q.X = append(q.X, p.at(i)...)
		q.Weight = append(q.Weight, p.Weight[i])
	}
	return q
}

// lloyd gives every point to its nearest centre and moves the centres to the
// means; it returns the cost at the centres before they moved.
func (p *Problem) lloyd(centers []float64, of []int32) float64 {
	part := make([]float64, blocks(p.Len()))
	p.assign(of, centers, part)
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

// manyCenters is the number of centres from which a tree finds the nearest one
// sooner than a look at all of them, in few dimensions.
const manyCenters, fewDimensions = 32, 6

// assign gives every point to its nearest centre, and puts what that costs into
// cost, block by block; nil: nobody asks.
func (p *Problem) assign(of []int32, centers, cost []float64) {
	n := p.Len()
	var t *nearest.Tree
	if p.K > manyCenters && p.Dim <= fewDimensions {
		t = nearest.NewTree(centers, p.Dim)
	}
	parallel.For(blocks(n), func(b int) {
		var q nearest.Heap
		sum := 0.0
		for i := int32(b * block); i < int32(min(n, (b+1)*block)); i++ {
			if t != nil {
				q.Reset(1)
				t.Search(&q, p.at(i), -1, p.K)
				of[i] = q.Found[0].Point
			} else {
				of[i] = p.closest(i, centers, nil)
			}
			if cost != nil {
				sum += p.price(i, centers[int(of[i])*p.Dim:][:p.Dim])
			}
		}
		if cost != nil {
			cost[b] = sum
		}
	})
}

// spread draws K points, each with a probability that grows with its weight and
// the square of its distance from those drawn before.
func (p *Problem) spread(rnd *splitmix.Source) []int32 {
	n := p.Len()
	least := make([]float64, n)
	chosen := make([]int32, 0, p.K)
	for i := range least {
		least[i] = math.Inf(1)
	}
	next := int32(rnd.Below(n))
	for {
		chosen = append(chosen, next)
		if len(chosen) == p.K {
			return chosen
		}
		total := 0.0
		for i := range int32(n) {
			d := float64(p.Weight[i] * nearest.Distance2(p.at(i), p.at(next)))
			if d < least[i] {
				least[i] = d
			}
			total += least[i]
		}
		left := float64(rnd.Float() * total)
		for i := range int32(n) {
			if least[i] > 0 {
				next = i
				if left -= least[i]; left < 0 {
					break
				}
			}
		}
	}
}
