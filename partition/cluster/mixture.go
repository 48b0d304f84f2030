package cluster

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
)

// mixture is k-prototypes under way. Numbers and names are kept row by row.
type mixture struct {
	n, k  int
	w     []float64
	gamma float64

	traitsOf []trait // in the order of the attributes

	numbers int       // per unit
	z       []float64 // NaN: missing
	classes int       // per unit
	class   []int32   // < 0: missing
	offset  []int     // per category, where its names begin among those of all
	names   int       // of all categories

	of      []int32
	count   []int32   // units of positive weight per cluster
	weight  []float64 // per cluster and number: of the units that have a value
	sum     []float64 // per cluster and number
	mean    []float64 // per cluster and number
	having  []float64 // per cluster and name: the weight of the units that have it
	top     []int32   // per cluster and category: the mode; -1: none has a value
	most    []float64 // its weight
	next    []float64 // the weight of the second most frequent name
	parts   []float64 // a sum per block
	changed []int     // per block

	far    []float64 // of seeding: what the unit costs at the nearest seed
	left   int       // rounds allowed
	rounds int       // rounds done
}

func newMixture(n, k int, weight []float64, gamma float64) *mixture {
	s := &mixture{n: n, k: k, w: weight, gamma: gamma}
	if gamma == 0 {
		s.gamma = 0.5
	}
	if s.w == nil {
		s.w = make([]float64, n)
		for i := range s.w {
			s.w[i] = 1
		}
	}
	return s
}

// price is what the unit costs with the prototype of a cluster, but for its weight.
func (s *mixture) price(i, t int) float64 {
	cost := 0.0
	z, mean := s.z[i*s.numbers:(i+1)*s.numbers], s.mean[t*s.numbers:(t+1)*s.numbers]
	for d, x := range z {
		if gap := x - mean[d]; gap == gap { // a number
			cost += float64(gap * gap)
		}
	}
	class, top := s.class[i*s.classes:(i+1)*s.classes], s.top[t*s.classes:(t+1)*s.classes]
	differ := 0
	for d, c := range class {
		if c >= 0 && c != top[d] {
			differ++
		}
	}
	return cost + float64(s.gamma*float64(differ))
}

// sample is the same problem of fewer units, one of each of as many equal stretches.
func (s *mixture) sample(size int, rnd *splitmix.Source) *mixture {
	c := &mixture{
		n: size, k: s.k, gamma: s.gamma, numbers: s.numbers, classes: s.classes, offset: s.offset, names: s.names,
		w: make([]float64, 0, size), z: make([]float64, 0, size*s.numbers), class: make([]int32, 0, size*s.classes),
	}
	for e := range size {
		lo, hi := int(int64(e)*int64(s.n)/int64(size)), int(int64(e+1)*int64(s.n)/int64(size))
		i := lo + rnd.Below(hi-lo)
		c.w = append(c.w, s.w[i])
		c.z = append(c.z, s.z[i*s.numbers:(i+1)*s.numbers]...)
		c.class = append(c.class, s.class[i*s.classes:(i+1)*s.classes]...)
	}
	c.furnish()
	return c
}

// begin gives every unit to the cheapest prototype of another clustering.
func (s *mixture) begin(o *mixture, of []int32) {
	copy(o.of, of)
	o.tally()
	copy(s.mean, o.mean)
	copy(s.top, o.top)
	clear(s.of)
	s.assign()
	s.rounds += o.rounds
}

// pose makes a unit the prototype of a cluster; in what it lacks the cluster is
// average, and has the names that are typical.
func (s *mixture) pose(i, t int, typical []int32) {
	mean, top := s.mean[t*s.numbers:(t+1)*s.numbers], s.top[t*s.classes:(t+1)*s.classes]
	for d, z := range s.z[i*s.numbers : (i+1)*s.numbers] {
		if mean[d] = 0; z == z {
			mean[d] = z
		}
	}
	copy(top, typical)
	for d, c := range s.class[i*s.classes : (i+1)*s.classes] {
		if c >= 0 {
			top[d] = c
		}
	}
}

// seed chooses k units as prototypes by greedy k-means++, and gives every unit to the
// cheapest. It returns how many it has found.
func (s *mixture) seed(ctx context.Context, rnd *splitmix.Source) int {
	clear(s.of)
	s.tally()
	typical := append([]int32(nil), s.top[:s.classes]...)
	tries := 2 + int(detmath.Log(float64(s.k)))
	copy(s.far, s.w)
	// A new seed at place t takes the units that it is cheaper for; commit says whether for
	// good.
	join := func(t int, commit bool) float64 {
		parallel.For(blocks(s.n), func(b int) {
			sum := 0.0
			for i := b * block; i < min(s.n, (b+1)*block); i++ {
				far := s.far[i]
				if cost := float64(s.w[i] * s.price(i, t)); t == 0 || cost < far {
					far = cost
				}
				if sum += far; commit && (t == 0 || far < s.far[i]) {
					s.far[i], s.of[i] = far, int32(t)
				}
			}
			s.parts[b] = sum
		})
		total := 0.0
		for _, p := range s.parts {
			total += p
		}
		return total
	}
	for t := range s.k {
		if ctx.Err() != nil {
			return t
		}
		best, least := -1, math.Inf(1)
		for c := range tries {
			if t == 0 && c > 0 {
				break
			}
			i := s.draw(rnd)
			if i < 0 {
				return t
			}
			s.pose(i, t, typical)
			if cost := join(t, false); cost < least {
				best, least = i, cost
			}
		}
		s.pose(best, t, typical)
		join(t, true)
		s.of[best] = int32(t) // which holds its own, so that no cluster is empty
	}
	return s.k
}

// draw is a unit with a probability proportional to far; -1: there is none.
func (s *mixture) draw(rnd *splitmix.Source) int {
	total := 0.0
	for _, f := range s.far {
		total += f
	}
	left, found := float64(rnd.Float()*total), -1
	for i, f := range s.far {
		if f > 0 {
			if found = i; left < f {
				break
			}
			left -= f
		}
	}
	return found
}

// tally computes the prototypes anew.
func (s *mixture) tally() {
	clear(s.count)
	clear(s.weight)
	clear(s.sum)
	clear(s.having)
	for i, t := range s.of {
		s.add(i, int(t), s.w[i])
	}
	for t := range s.k {
		s.describe(t)
	}
}

// add puts a unit into the sums of a cluster or, with a negative weight, out of them.
func (s *mixture) add(i, t int, w float64) {
	switch {
	case w > 0:
		s.count[t]++
	case w < 0:
		s.count[t]--
	}
	for d := range s.numbers {
		if z := s.z[i*s.numbers+d]; z == z {
			s.weight[t*s.numbers+d] += w
			s.sum[t*s.numbers+d] += float64(w * z)
		}
	}
	for d := range s.classes {
		if c := s.class[i*s.classes+d]; c >= 0 {
			s.having[t*s.names+s.offset[d]+int(c)] += w
		}
	}
}

// describe makes the prototype of a cluster of its sums.
func (s *mixture) describe(t int) {
	for d := t * s.numbers; d < (t+1)*s.numbers; d++ {
		s.mean[d] = 0 // of all
		if s.weight[d] > 0 {
			s.mean[d] = s.sum[d] / s.weight[d]
		}
	}
	for d := range s.classes {
		end := s.names
		if d+1 < s.classes {
			end = s.offset[d+1]
		}
		top, most, next := int32(-1), 0.0, 0.0
		for c, w := range s.having[t*s.names+s.offset[d] : t*s.names+end] {
			switch {
			case w > most:
				top, most, next = int32(c), w, most
			case w > next:
				next = w
			}
		}
		at := t*s.classes + d
		s.top[at], s.most[at], s.next[at] = top, most, next
	}
}

// descend is rounds until nothing changes, exchanges, and rounds again.
func (s *mixture) descend(ctx context.Context) {
	s.tally()
	before := math.Inf(1)
	for s.left > 0 && ctx.Err() == nil {
		s.left--
		s.rounds++
		if s.assign() {
			s.tally()
			continue
		}
		now := s.cost()
		if !(now < before) || !s.exchange() {
			return
		}
		before = now
		s.tally()
	}
}

// assign gives every unit to the cheapest prototype, and reports whether any has
// changed. Where it is as cheap as elsewhere, a unit stays.
func (s *mixture) assign() bool {
	parallel.For(blocks(s.n), func(b int) {
		s.changed[b] = 0
		for i := b * block; i < min(s.n, (b+1)*block); i++ {
			own := int(s.of[i])
			best, least := own, s.price(i, own)
			for t := range s.k {
				if cost := s.price(i, t); cost < least {
					best, least = t, cost
				}
			}
			if best != own {
				s.of[i] = int32(best)
				s.changed[b]++
			}
		}
	})
	changed := 0
	for _, c := range s.changed {
		changed += c
	}
	clear(s.count)
	for i, t := range s.of {
		if s.w[i] > 0 {
			s.count[t]++
		}
	}
	for t := range s.k {
		if s.count[t] == 0 {
			s.revive(t)
			changed++
		}
	}
	return changed > 0
}

// revive gives an empty cluster the unit that costs most where it is.
func (s *mixture) revive(t int) {
	worst, most := -1, -1.0
	for i, w := range s.w {
		if u := int(s.of[i]); w > 0 && s.count[u] > 1 {
			if cost := float64(w * s.price(i, u)); cost > most {
				worst, most = i, cost
			}
		}
	}
	s.count[s.of[worst]]--
	s.of[worst] = int32(t)
	s.count[t]++
}

// exchange moves single units where that is better, and reports whether any has moved.
func (s *mixture) exchange() bool {
	moved := false
	for i, w := range s.w {
		own := int(s.of[i])
		if w == 0 || s.count[own] == 1 {
			continue
		}
		saved := s.worth(i, own, -w)
		best, least := own, saved*(1-1e-12)
		for t := range s.k {
			if t != own {
				if cost := s.worth(i, t, w); cost < least {
					best, least = t, cost
				}
			}
		}
		if best != own {
			s.add(i, own, -w)
			s.add(i, best, w)
			s.describe(own)
			s.describe(best)
			s.of[i] = int32(best)
			moved = true
		}
	}
	return moved
}

// worth is by how much the cost of a cluster rises when a unit joins it, or falls when it
// leaves, w being negative then: with W and m the weight and mean of the others of the
// cluster, a number z adds w·(z - m)²·W/(W + w).
func (s *mixture) worth(i, t int, w float64) float64 {
	cost := 0.0
	for d := range s.numbers {
		z, weight := s.z[i*s.numbers+d], s.weight[t*s.numbers+d]
		if gap := z - s.mean[t*s.numbers+d]; gap == gap {
			after := weight + w
			if !(after > 0) || !(weight > 0) || w < 0 && after < 1e-12*weight {
				continue // alone, or all but alone
			}
			cost += float64(math.Abs(w) * (weight / after) * float64(gap*gap))
		}
	}
	names := 0.0
	for d := range s.classes {
		c := s.class[i*s.classes+d]
		if c < 0 {
			continue
		}
		// The cost is the weight that does not have the mode.
		at := t*s.classes + d
		most := s.most[at]
		if w > 0 {
			names += w + most - max(most, s.having[t*s.names+s.offset[d]+int(c)]+w)
		} else if c == s.top[at] {
			names += -w - most + max(most+w, s.next[at])
		} else {
			names += -w
		}
	}
	return cost + float64(s.gamma*names)
}

// cost is the objective with the prototypes as they are.
func (s *mixture) cost() float64 {
	parallel.For(blocks(s.n), func(b int) {
		sum := 0.0
		for i := b * block; i < min(s.n, (b+1)*block); i++ {
			sum += float64(s.w[i] * s.price(i, int(s.of[i])))
		}
		s.parts[b] = sum
	})
	cost := 0.0
	for _, c := range s.parts {
		cost += c
	}
	return cost
}
