package cluster

import (
	"container/heap"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
)

// build chooses one medoid after the other so that the total falls most each
// time, the first unit of equal ones.
//
// What a unit gains can only become less as medoids are added, so it is computed
// again only for units that may still be the best.
func (s *swapper) build() []int32 {
	nearest := make([]float32, s.n)
	for i := range nearest {
		nearest[i] = float32(math.Inf(1))
	}
	gain := func(c int32) float64 {
		sum := 0.0
		for i, d := range s.row(c) {
			if d < nearest[i] {
				sum += float64(s.weight[i] * (float64(nearest[i]) - float64(d)))
			}
		}
		return sum
	}
	// The first medoid is the one with the least total.
	totals := make([]float64, s.n)
	parallel.For(s.n, func(c int) {
		for i, d := range s.row(int32(c)) {
			totals[c] += float64(s.weight[i] * float64(d))
		}
	})
	first := int32(0)
	for c, x := range totals {
		if x < totals[first] {
			first = int32(c)
		}
	}
	medoids := []int32{first}
	copy(nearest, s.row(first))
	q := &gains{unit: make([]int32, 0, s.n), gain: totals}
	parallel.For(s.n, func(c int) { q.gain[c] = gain(int32(c)) })
	for c := range int32(s.n) {
		if c != first {
			q.unit = append(q.unit, c)
		}
	}
	heap.Init(q)
	for len(medoids) < s.k {
		c := q.unit[0]
		if now := gain(c); now < q.gain[c] {
			q.gain[c] = now
			heap.Fix(q, 0)
			continue
		}
		heap.Pop(q)
		medoids = append(medoids, c)
		for i, d := range s.row(c) {
			nearest[i] = min(nearest[i], d)
		}
	}
	return medoids
}

// gains is a heap of units by falling gain, and by number.
type gains struct {
	unit []int32
	gain []float64 // per unit
}

func (q *gains) Len() int { return len(q.unit) }
func (q *gains) Less(a, b int) bool {
	x, y := q.unit[a], q.unit[b]
	return q.gain[x] > q.gain[y] || q.gain[x] == q.gain[y] && x < y
}
func (q *gains) Swap(a, b int) { q.unit[a], q.unit[b] = q.unit[b], q.unit[a] }
func (q *gains) Push(any)      {} // nothing is added to it
func (q *gains) Pop() any {
	last := q.unit[len(q.unit)-1]
	q.unit = q.unit[:len(q.unit)-1]
	return last
}

// lab is build among 10 + √n units that are drawn anew for each medoid, each
// judged by its gain over these units.
func (s *swapper) lab(rnd *splitmix.Source) []int32 {
	size := min(s.n, 10+int(math.Ceil(math.Sqrt(float64(s.n)))))
	order := make([]int32, s.n)
	nearest := make([]float32, s.n)
	for i := range order {
		order[i] = int32(i)
		nearest[i] = float32(math.Inf(1))
	}
	var medoids []int32
	for len(medoids) < s.k {
		free := order[len(medoids):]
		drawn := min(size, len(free))
		for i := range drawn {
			j := i + rnd.Below(len(free)-i)
			free[i], free[j] = free[j], free[i]
		}
		best, most := 0, math.Inf(-1)
		for at, c := range free[:drawn] {
			row, sum := s.row(c), 0.0
			for _, i := range free[:drawn] {
				if d := row[i]; len(medoids) == 0 {
					sum -= float64(s.weight[i] * float64(d))
				} else if d < nearest[i] {
					sum += float64(s.weight[i] * (float64(nearest[i]) - float64(d)))
				}
			}
			if sum > most {
				best, most = at, sum
			}
		}
		c := free[best]
		free[0], free[best] = free[best], free[0]
		medoids = append(medoids, c)
		for i, d := range s.row(c) {
			nearest[i] = min(nearest[i], d)
		}
	}
	return medoids
}

// spread draws each medoid with a probability in proportion to the distance to
// those so far, after k-means++, the first one by weight alone.
func (s *swapper) spread(rnd *splitmix.Source) []int32 {
	nearest := make([]float32, s.n)
	for i := range nearest {
		nearest[i] = 1
	}
	var medoids []int32
	for len(medoids) < s.k {
		sum := 0.0
		for i, d := range nearest {
			sum += float64(s.weight[i] * float64(d))
		}
		at, c := float64(rnd.Float()*sum), int32(-1)
		for i, d := range nearest {
			if cost := float64(s.weight[i] * float64(d)); cost > 0 {
				c = int32(i)
				if at -= cost; at < 0 {
					break
				}
			}
		}
		if c < 0 { // all others are where a medoid is, or weigh nothing
			for c = 0; slices.Contains(medoids, c); {
				c++
			}
		}
		if len(medoids) == 0 {
			copy(nearest, s.row(c))
		} else {
			for i, d := range s.row(c) {
				nearest[i] = min(nearest[i], d)
			}
		}
		medoids = append(medoids, c)
	}
	return medoids
}
