package cluster

import (
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
)

// swapper exchanges medoids. Slots 0..k-1 hold them.
type swapper struct {
	*matrix
	k      int
	weight []float64
	medoid []int32 // per slot
	slot   []int32 // per unit the one it is the medoid of, or -1
	near   []int32 // per unit the slot of the nearest medoid,
	next   []int32 // and that of the second nearest
	d1, d2 []float32
	loss   []float64 // per slot what giving it up would cost
	total  float64
	swaps  int
	judged int     // candidates, in all
	all    []int32 // units

	touched []bool // per slot: its units have changed
	bench   [atOnce]judgement
}

// judgement is what is found out about one candidate.
type judgement struct {
	delta  []float64 // per slot what exchanging it for the candidate would cost, but for a term that all share
	slot   int32     // the best to exchange, the first of several
	change float64   // and by how much that would change the total
}

// atOnce is how many candidates are judged together, by all processors. Those
// after one that is taken have to be judged again.
const atOnce = 16

// worthSharing is from how many units on judging a candidate takes longer than
// handing it to another processor.
const worthSharing = 2048

func newSwapper(m *matrix, weight []float64, k int) *swapper {
	s := &swapper{
		matrix: m, k: k, weight: weight,
		medoid: make([]int32, k), slot: make([]int32, m.n),
		near: make([]int32, m.n), next: make([]int32, m.n), d1: make([]float32, m.n), d2: make([]float32, m.n),
		loss: make([]float64, k), touched: make([]bool, k),
	}
	for i := range m.n {
		s.all = append(s.all, int32(i))
	}
	for b := range s.bench {
		s.bench[b].delta = make([]float64, k)
	}
	return s
}

// begin takes these medoids.
func (s *swapper) begin(medoids []int32) {
	copy(s.medoid, medoids)
	for i := range s.slot {
		s.slot[i] = -1
	}
	for t, m := range s.medoid {
		s.slot[m] = int32(t)
	}
	for i := range s.near {
		s.locate(i)
	}
	s.sum()
}

// locate finds the two nearest medoids of a unit.
func (s *swapper) locate(i int) {
	row := s.row(int32(i))
	inf := float32(math.Inf(1))
	near, next, d1, d2 := int32(-1), int32(-1), inf, inf
	for t, m := range s.medoid {
		if d := row[m]; d < d1 || near < 0 {
			near, next, d1, d2 = int32(t), near, d, d1
		} else if d < d2 || next < 0 {
			next, d2 = int32(t), d
		}
	}
	s.near[i], s.next[i], s.d1[i], s.d2[i] = near, next, d1, d2
}

// sum adds up afresh what the medoids cost, and what giving one up would.
func (s *swapper) sum() {
	s.total = 0
	clear(s.loss)
	for i, t := range s.near {
		w, d := s.weight[i], float64(s.d1[i])
		s.total += float64(w * d)
		s.loss[t] += float64(w * (float64(s.d2[i]) - d))
	}
}

// judge compares the exchange of unit c for each of the medoids. O(n + k).
func (s *swapper) judge(c int32, j *judgement) {
	delta, row := j.delta, s.row(c)
	copy(delta, s.loss)
	gain := 0.0
	d1, d2 := s.d1[:len(row)], s.d2[:len(row)]
	for i, d := range row {
		if d >= d2[i] {
			continue
		}
		w := s.weight[i]
		if near := d1[i]; d < near {
			// It goes to c whoever is given up; what its own medoid's loss counts
			// for it has to be taken back.
			gain += float64(w * (float64(d) - float64(near)))
			delta[s.near[i]] += float64(w * (float64(near) - float64(d2[i])))
		} else {
			delta[s.near[i]] += float64(w * (float64(d) - float64(d2[i])))
		}
	}
	j.slot, j.change = 0, delta[0]
	for t, x := range delta {
		if x < j.change {
			j.slot, j.change = int32(t), x
		}
	}
	j.change += gain
}

// swap makes unit c the medoid of a slot, and marks the slots whose units change.
func (s *swapper) swap(slot, c int32) {
	s.slot[s.medoid[slot]] = -1
	s.slot[c] = slot
	s.medoid[slot] = c
	s.touched[slot] = true
	for i, d := range s.row(c) {
		switch near := s.near[i]; {
		case near == slot:
			if d <= s.d2[i] {
				s.d1[i] = d
				continue
			}
			s.locate(i)
			s.touched[s.near[i]] = true
		case d < s.d1[i]:
			s.touched[near] = true
			s.near[i], s.next[i], s.d1[i], s.d2[i] = slot, near, d, s.d1[i]
		case s.next[i] == slot:
			if d > s.d2[i] {
				s.locate(i)
			} else {
				s.d2[i] = d
			}
		case d < s.d2[i]:
			s.next[i], s.d2[i] = slot, d
		}
	}
	s.sum()
	s.swaps++
}

// least is by how much a change must lower the total to count: more than rounding can.
func (s *swapper) least() float64 { return float64(-1e-11 * s.total) }

// sweep judges the candidates in their order, and makes the best exchange for each at
// once if it lowers the total. It gives the position of the last for which it did, or
// -1.
func (s *swapper) sweep(candidates []int32, stopped func() bool) int {
	together := 1
	if s.n >= worthSharing {
		together = atOnce
	}
	last := -1
	for at := 0; at < len(candidates) && !stopped(); {
		some := candidates[at:min(at+together, len(candidates))]
		s.judged += len(some)
		parallel.For(len(some), func(b int) {
			if s.slot[some[b]] < 0 {
				s.judge(some[b], &s.bench[b])
			}
		})
		for b, c := range some {
			at++
			if j := &s.bench[b]; s.slot[c] < 0 && j.change < s.least() && s.lowers(j.slot, c) {
				last = at - 1
				break
			}
		}
	}
	return last
}

// lowers makes an exchange, and takes it back unless the total is really less: where
// clusters are far apart, what is judged is a small difference of large sums.
func (s *swapper) lowers(slot, c int32) bool {
	was, before := s.medoid[slot], s.total
	s.swap(slot, c)
	if s.total < before {
		return true
	}
	s.swap(slot, was)
	s.swaps -= 2
	return false
}

// descend makes improving exchanges until each unit was judged after the last one.
func (s *swapper) descend(stopped func() bool) {
	end := s.n
	for !stopped() {
		last := s.sweep(s.all[:end], stopped)
		if last < 0 {
			return
		}
		if later := s.sweep(s.all[end:], stopped); later >= 0 {
			end += later
		} else {
			end = last
		}
	}
}

// settle is descend with the units of the touched slots for candidates, and of
// those that this touches.
func (s *swapper) settle(stopped func() bool) {
	var candidates []int32
	for {
		candidates = candidates[:0]
		for i, t := range s.near {
			if s.touched[t] {
				candidates = append(candidates, int32(i))
			}
		}
		clear(s.touched)
		if s.sweep(candidates, stopped) < 0 {
			return
		}
	}
}

// escape tries to get from one optimum of exchanges to better ones, until so many
// candidates have been judged.
func (s *swapper) escape(budget int, rnd *splitmix.Source, stopped func() bool) {
	var before swapper
	before.init(s)
	for end, try := s.judged+budget, 0; s.judged < end && s.total > 0 && !stopped(); try++ {
		before.copy(s)
		clear(s.touched)
		for range 1 + try%2 {
			if c := s.draw(rnd); c >= 0 {
				s.judge(c, &s.bench[0])
				s.judged++
				s.swap(s.bench[0].slot, c)
			}
		}
		s.settle(stopped)
		if !(s.total < before.total+s.least()) {
			s.copy(&before)
		}
	}
	// Only some candidates were judged.
	s.descend(stopped)
}

// init makes room for a copy of t.
func (s *swapper) init(t *swapper) {
	n, k := t.n, t.k
	s.medoid, s.loss = make([]int32, k), make([]float64, k)
	s.slot, s.near, s.next = make([]int32, n), make([]int32, n), make([]int32, n)
	s.d1, s.d2 = make([]float32, n), make([]float32, n)
}

// copy takes over the medoids of t.
func (s *swapper) copy(t *swapper) {
	copy(s.medoid, t.medoid)
	copy(s.loss, t.loss)
	copy(s.slot, t.slot)
	copy(s.near, t.near)
	copy(s.next, t.next)
	copy(s.d1, t.d1)
	copy(s.d2, t.d2)
	s.total = t.total
}

// draw picks a unit with a probability in proportion to what it costs; -1 where
// none costs anything.
func (s *swapper) draw(rnd *splitmix.Source) int32 {
	at := float64(rnd.Float() * s.total)
	last := int32(-1)
	for i, d := range s.d1 {
		if cost := float64(s.weight[i] * float64(d)); cost > 0 {
			last = int32(i)
			if at -= cost; at < 0 {
				break
			}
		}
	}
	return last
}

// single is the best one medoid.
func (s *swapper) single() {
	best, least := int32(0), math.Inf(1)
	for c := range int32(s.n) {
		sum := 0.0
		for i, d := range s.row(c) {
			sum += float64(s.weight[i] * float64(d))
		}
		if sum < least {
			best, least = c, sum
		}
	}
	s.medoid[0], s.total = best, least
}
