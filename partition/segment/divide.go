package segment

import (
	"math"
	"slices"
)

// divide finds the best division of the points into 1, 2, …, k tiers, k or as
// many as there are points: the ends of the tiers of the last one (tier q, from
// 1, holds the points ends[q-2]..ends[q-1]-1), and the sums of squares of all.
//
// F_q(i) is the least sum of squares of q tiers that hold the points 0..i-1, and
// the last of them begins at b_q(i), which ascends with i. Let s be the ends with
// one tier less, and s_0 = 0. The q-th end t_q is in [s_{q-1}, s_q]; on this
// range F_q only depends on F_{q-1} on the range of t_{q-1}. With every tier more
// the ranges move left: what is new of them is computed, what is on their right
// is dropped.
func divide(p points, k int) (ends []int, sums []float64) {
	n := p.len()
	k = min(k, n)
	if k == 0 {
		return nil, nil
	}
	d := division{points: p, layers: make([]layer, k+1)} // layers[0] is not used
	d.one()
	ends = []int{n}
	sums = []float64{d.layers[1].least[0]}
	for tiers := 2; tiers <= k; tiers++ {
		before := 0
		for q := 1; q < tiers; q++ {
			d.layers[q].drop(ends[q-1])
			if q > 1 {
				d.extend(q, before)
			}
			before = ends[q-1]
		}
		sums = append(sums, d.last(tiers))
		refined := make([]int, tiers)
		refined[tiers-1] = n
		for q := tiers; q > 1; q-- {
			refined[q-2] = d.layers[q].begin(refined[q-1])
		}
		ends = refined
	}
	return ends, sums
}

// layer is F_q and b_q for the ends top, top-1, …, in this order.
type layer struct {
	top     int
	least   []float64
	from    []int32
	dropped int // ends that memory is still held for
}

func (l *layer) low() int         { return l.top - len(l.least) + 1 }
func (l *layer) at(i int) float64 { return l.least[l.top-i] }
func (l *layer) begin(i int) int  { return int(l.from[l.top-i]) }
func (l *layer) add(f float64, from int) {
	l.least = append(l.least, f)
	l.from = append(l.from, int32(from))
}

// drop forgets the ends above top, and gives back their memory when it is more
// than that of the others, so that all layers together take O(n).
func (l *layer) drop(top int) {
	above := l.top - top
	l.least, l.from, l.top = l.least[above:], l.from[above:], top
	if l.dropped += above; l.dropped > len(l.least) {
		l.least, l.from, l.dropped = slices.Clone(l.least), slices.Clone(l.from), 0
	}
}

type division struct {
	points
	layers []layer
	left   []left
	right  []right
	rows   minima
}

// left is what a tier is from where it begins, j, up to an end c that all tiers
// in question reach, and right what it is from there on.
type left struct {
	least  float64 // F(j) and the sum of squares of the points j..c-1
	weight float64
	mean   float64 // less the value of the point c-1: ≤ 0
}

type right struct {
	squares float64
	weight  float64
	mean    float64 // less the value of the point c-1: ≥ 0
}

// joined is F with both parts in one tier, less the squares of the right part.
// Nothing is subtracted but numbers of different sign.
func joined(l *left, r *right) float64 {
	off := r.mean - l.mean
	return l.least + float64(float64(l.weight/(l.weight+r.weight)*r.weight)*float64(off*off))
}

// sum adds up points one by one, their offsets all of one sign and growing.
type sum struct {
	weight, offset, mean, squares float64
}

func (s *sum) add(offset, weight float64) {
	off, before := offset-s.mean, s.weight
	s.weight += weight
	s.offset += float64(weight * offset)
	s.mean = s.offset / s.weight
	s.squares += float64(float64(weight*(before/s.weight)) * float64(off*off))
}

// one is the layer of one tier, for all ends.
func (d *division) one() {
	n := d.len()
	l := layer{top: n, least: make([]float64, n+1), from: make([]int32, n+1)}
	l.least[n] = math.Inf(1) // a tier holds a point
	var s sum
	for i := range n {
		s.add(d.value[i]-d.value[0], d.weight[i])
		l.least[n-1-i] = s.squares
	}
	d.layers[1] = l
}

// extend adds the ends from `low` up to those that the layer has. By then the
// tier q begins no later than it does with the lowest of these.
func (d *division) extend(q, low int) {
	above, l := &d.layers[q-1], &d.layers[q]
	to := l.low() // exclusive
	if low == to {
		return
	}
	common := min(low, l.begin(to))
	d.lefts(above, max(above.low(), 1), common)
	d.rights(common, low, to)
	first := low
	if common == low {
		first++ // a tier from low to low is none
	}
	l.least, l.from = slices.Grow(l.least, to-low), slices.Grow(l.from, to-low)
	best := d.rows.find(d.left, d.right[first-low:])
	from := common - len(d.left) + 1
	for i := to - 1; i >= first; i-- {
		b := best[i-first]
		r := &d.right[i-low]
		l.add(joined(&d.left[b], r)+r.squares, from+int(b))
	}
	if first > low {
		d.alone(l, from)
	}
}

// last begins the layer q with the end n, and gives F_q(n).
func (d *division) last(q int) float64 {
	above, n := &d.layers[q-1], d.len()
	low := max(above.low(), 1)
	d.lefts(above, low, n)
	d.layers[q].top = n
	d.alone(&d.layers[q], low)
	return d.layers[q].least[0]
}

// lefts fills d.left for the beginnings from..common.
func (d *division) lefts(above *layer, from, common int) {
	d.left = grown(d.left, common-from+1)
	d.left[common-from] = left{least: above.at(common)}
	var s sum
	for j := common - 1; j >= from; j-- {
		s.add(d.value[j]-d.value[common-1], d.weight[j])
		d.left[j-from] = left{above.at(j) + s.squares, s.weight, s.mean}
	}
}

// rights fills d.right for the ends low..to-1.
func (d *division) rights(common, low, to int) {
	d.right = grown(d.right, to-low)
	gap := 0.0
	if common < d.len() {
		gap = d.value[common] - d.value[common-1]
	}
	var s sum
	for i := common; ; i++ {
		if i >= low {
			d.right[i-low] = right{s.squares, s.weight, gap + s.mean}
		}
		if i == to-1 {
			return
		}
		s.add(d.value[i]-d.value[common], d.weight[i])
	}
}

// alone adds the end that is common to all the tiers of d.left, of which the
// first begins at from, and the last is none.
func (d *division) alone(l *layer, from int) {
	best := 0
	least := math.Inf(1)
	for j := range d.left[:len(d.left)-1] {
		if f := d.left[j].least; f < least {
			best, least = j, f
		}
	}
	l.add(least, from+best)
}

func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
