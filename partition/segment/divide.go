package segment

import "math"

// divide finds the best division of the points into 1, 2, …, k tiers, k or as
// many as there are points: the ends of the tiers of the last one (tier q holds
// the points ends[q-1]..ends[q]-1), and the sums of squares of all.
//
// F_q(i) is the least sum of squares of q tiers that hold the points 0..i-1.
// Where s are the ends with one tier less, the q-th end lies in [s_{q-1}, s_q],
// so that F_q is only needed there, and comes from F_{q-1} on [s_{q-2}, s_{q-1}].
// These two ranges share the end s_{q-1}: every tier in question reaches from the
// left of it to the right of it.
func divide(p points, k int) (ends []int, sums []float64) {
	n := p.len()
	k = min(k, n)
	if k == 0 {
		return nil, nil
	}
	ends = []int{n}
	sums = []float64{p.between(0, n)}
	d := division{points: p, least: make([]float64, n+1), from: make([]int32, n+k)}
	for tiers := 2; tiers <= k; tiers++ {
		d.first(ends[0])
		low := 1
		for q := 2; q < tiers; q++ {
			d.next(q, low, ends[q-2], ends[q-1])
			low = ends[q-2]
		}
		sums = append(sums, d.last(tiers, low, n))
		refined := make([]int, tiers)
		refined[tiers-1] = n
		for q := tiers; q > 1; q-- {
			refined[q-2] = int(d.from[refined[q-1]+q-2])
		}
		ends = refined
	}
	return ends, sums
}

type division struct {
	points
	least []float64 // F_q(i)
	from  []int32   // at i+q-2: the end of tier q-1 where tier q ends at i; neighbours share an end, hence q
	left  []left
	right []right
	rows  minima
}

// left is what a tier gains from the points left of the common end c when it
// begins at some end j ≤ c, and right what it gains right of c.
type left struct {
	least  float64 // F(j) and the sum of squares of the points j..c-1
	weight float64
	mean   float64 // below the point c-1: ≤ 0
}

type right struct {
	squares float64
	weight  float64
	mean    float64 // above the point c-1: ≥ 0
}

// joined is F with both parts in one tier, less the squares of the right part.
// Nothing is subtracted but numbers of different sign.
func joined(l *left, r *right) float64 {
	off := r.mean - l.mean
	return l.least + float64(float64(l.weight/(l.weight+r.weight)*r.weight)*float64(off*off))
}

// first takes F_1 up to the end `to`.
func (d *division) first(to int) {
	d.least[0] = math.Inf(1) // a tier holds a point
	var s sum
	for i := 0; i < to; i++ {
		s.add(d.value[i]-d.value[0], d.weight[i])
		d.least[i+1] = s.squares
	}
}

// sum adds up points one by one, their offsets all of one sign and growing.
type sum struct {
	weight, offset, mean, squares float64
}

func (s *sum) add(offset, weight float64) {
	before := offset - s.mean
	s.weight += weight
	s.offset += float64(weight * offset)
	s.mean = s.offset / s.weight
	s.squares += float64(float64(weight*before) * (offset - s.mean))
}

// begins fills left for the ends from..common, common last.
func (d *division) begins(from, common int) {
	d.left = grown(d.left, common-from+1)
	d.left[common-from] = left{least: d.least[common]}
	var s sum
	for j := common - 1; j >= from; j-- {
		s.add(d.value[j]-d.value[common-1], d.weight[j])
		d.left[j-from] = left{d.least[j] + s.squares, s.weight, s.mean}
	}
}

// next takes F_q for the ends common..to from F_{q-1} for the ends from..common.
func (d *division) next(q, from, common, to int) {
	d.begins(from, common)
	d.alone(q, from, common)
	d.right = grown(d.right, to-common)
	if to == common {
		return
	}
	gap := d.value[common] - d.value[common-1]
	var s sum
	for i := common; i < to; i++ {
		s.add(d.value[i]-d.value[common], d.weight[i])
		d.right[i-common] = right{s.squares, s.weight, gap + s.mean}
	}
	best := d.rows.find(d.left, d.right)
	for i, l := range best {
		d.from[common+1+i+q-2] = int32(from) + l
		d.least[common+1+i] = joined(&d.left[l], &d.right[i]) + d.right[i].squares
	}
}

// alone takes F_q for the end common itself: its tier has no right part, and
// must have a left one.
func (d *division) alone(q, from, common int) {
	best := 0
	for j, l := range d.left[:common-from] {
		if l.least < d.left[best].least {
			best = j
		}
	}
	d.from[common+q-2] = int32(from + best)
	d.least[common] = math.Inf(1)
	if common > from {
		d.least[common] = d.left[best].least
	}
}

// last takes F_q(n), n being the common end, and gives it.
func (d *division) last(q, from, n int) float64 {
	d.begins(from, n)
	d.alone(q, from, n)
	return d.least[n]
}

func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}
