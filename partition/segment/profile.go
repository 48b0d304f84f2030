package segment

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/exactsum"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// survey is the book as far as it is measured; missing values are NaN.
type survey struct {
	by     Yardsticks
	n      int
	value  []float64 // nil: 1 each
	weight []float64 // from 0 to 1, in proportion to the value; nil: 1 each
	least  []float64 // what Minimum.Of names
	alike  []variable
	today  *partition.Plan
	at     []sphere.Vec // X is NaN where there is no place
}

// variable is a column whose variance is to be explained.
type variable struct {
	x     []float64
	scale float64 // a power of two that brings the values below 1, so that squares do not overflow
	n     int
	sum   float64 // of the squared deviations from the mean, scaled
}

func newVariable(x []float64) variable {
	v := variable{x: x, scale: belowOne(x)}
	v.n, _, v.sum = v.deviations(make([]int32, len(x)), 1)
	return v
}

// deviations is the number of values, the number of groups that have one, and
// the sum of the squared deviations from the mean of the group.
func (v *variable) deviations(group []int32, groups int) (n, filled int, sum float64) {
	sums, counts := exactsum.Make(groups), make([]int, groups)
	for i, x := range v.x {
		if x == x {
			sums[group[i]].Add(x * v.scale)
			counts[group[i]]++
		}
	}
	mean := make([]float64, groups)
	for g, count := range counts {
		if count > 0 {
			n, filled = n+count, filled+1
			mean[g] = sums[g].Float64() / float64(count)
		}
	}
	var squares exactsum.Sum
	for i, x := range v.x {
		if x == x {
			d := float64(x*v.scale) - mean[group[i]]
			squares.Add(d * d)
		}
	}
	return n, filled, squares.Float64()
}

// belowOne is a power of two that brings the values below 1, and the largest of
// them close to it.
func belowOne(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		if v == v {
			top = math.Max(top, math.Abs(v))
		}
	}
	_, exponent := math.Frexp(top)
	return math.Ldexp(1, min(-exponent, 1000))
}

// weights are values from 0 to 1 in the proportions of x; what is negative or
// missing weighs nothing.
func weights(x []float64) []float64 {
	scale := belowOne(x)
	w := make([]float64, len(x))
	for i, v := range x {
		if v > 0 {
			w[i] = v * scale
		}
	}
	return w
}

// vectors are the places as points in space.
func vectors(places []orb.Point) []sphere.Vec {
	const block = 1 << 13
	at := make([]sphere.Vec, len(places))
	parallel.For((len(places)+block-1)/block, func(b int) {
		for i := b * block; i < min((b+1)*block, len(places)); i++ {
			if p := places[i]; p[0] == p[0] && p[1] == p[1] {
				at[i] = sphere.At(p[0], p[1])
			} else {
				at[i].X = math.NaN()
			}
		}
	})
	return at
}

// profile measures a candidate.
func (s *survey) profile(c Candidate, cells *partition.Plan) (Profile, error) {
	p := Profile{Name: c.Name, Dimensions: c.Dimensions, Possible: c.Possible}
	k := cells.K()
	group := make([]int32, s.n) // the cell, and k of units that are in none
	for i := range group {
		if group[i] = int32(cells.Of(i)); group[i] < 0 {
			group[i] = int32(k)
		}
	}
	s.balance(&p, cells, group)
	for _, v := range s.alike {
		p.explain(v, group, k+1)
	}
	if s.at != nil {
		s.travel(&p, group, k)
	}
	if s.today != nil {
		s.split(&p, cells, group)
		return p, s.churn(&p, cells)
	}
	return p, nil
}

// sumBy adds up a column by group; nil: units.
func sumBy(column []float64, group []int32, groups int) []float64 {
	sums := exactsum.Make(groups)
	for i, x := range column {
		if x == x {
			sums[group[i]].Add(x)
		}
	}
	rounded := make([]float64, groups)
	for g := range sums {
		rounded[g] = sums[g].Float64()
	}
	if column == nil {
		for _, g := range group {
			rounded[g]++
		}
	}
	return rounded
}

// balance counts the cells, and says how even they are.
func (s *survey) balance(p *Profile, cells *partition.Plan, group []int32) {
	k := cells.K()
	amount := sumBy(s.value, group, k+1)
	least := amount
	if s.by.Minimum.Of != s.by.Value {
		least = sumBy(s.least, group, k+1)
	}
	p.Unassigned = partition.Tally{Units: cells.Count(partition.Unassigned), Amount: amount[k]}
	amounts := make([]float64, 0, k)
	largest, most := -1, 0.0
	for t := range k {
		if cells.Count(t) == 0 {
			p.Empty++
			continue
		}
		p.Cells++
		if !s.by.Minimum.reachedBy(cells.Count(t), least[t]) {
			p.Sparse++
		}
		a := amount[t]
		if amounts = append(amounts, a); largest < 0 || a > most {
			largest, most = t, a
		}
	}
	p.Largest, p.CV = math.NaN(), math.NaN()
	if all := total(append(amounts, p.Unassigned.Amount)); largest >= 0 && all > 0 {
		p.Largest, p.largest = most/all, largest
	}
	if mean := total(amounts) / float64(len(amounts)); mean > 0 {
		for i, a := range amounts {
			d := a/mean - 1
			amounts[i] = float64(d * d)
		}
		p.CV = math.Sqrt(total(amounts) / float64(len(amounts)))
	}
}

// explain adds the part of the variance of v that is between the groups.
func (p *Profile) explain(v variable, group []int32, groups int) {
	explained, adjusted := math.NaN(), math.NaN()
	if _, filled, within := v.deviations(group, groups); v.sum > 0 {
		left := within / v.sum
		explained = math.Max(0, 1-left)
		if v.n > filled {
			adjusted = 1 - float64(left*(float64(v.n-1)/float64(v.n-filled)))
		}
	}
	p.Explained = append(p.Explained, explained)
	p.Adjusted = append(p.Adjusted, adjusted)
}

// travel sums the distances to the centres.
func (s *survey) travel(p *Profile, group []int32, k int) {
	center := s.centers(group, k)
	var sum exactsum.Sum
	for i, at := range s.at {
		if t := group[i]; int(t) < k && at.X == at.X {
			p.Located++
			sum.Add(sphere.Distance(center[t], at))
		}
	}
	p.Travel = sum.Float64()
}

// centers are the means of the places of cells, weighted by the value. Where the
// places of a cell have none, all count alike; where they cancel out, the centre
// is the north pole.
func (s *survey) centers(group []int32, k int) []sphere.Vec {
	worth := make([]bool, k+1) // a place of the cell has a value
	for i, w := range s.weight {
		if at := s.at[i]; w > 0 && at.X == at.X {
			worth[group[i]] = true
		}
	}
	sums := exactsum.Make(3 * (k + 1))
	for i, at := range s.at {
		if at.X != at.X {
			continue
		}
		w := 1.0
		if t := group[i]; worth[t] {
			w = s.weight[i]
		}
		to := sums[3*group[i]:][:3]
		to[0].Add(w * at.X)
		to[1].Add(w * at.Y)
		to[2].Add(w * at.Z)
	}
	center := make([]sphere.Vec, k)
	for t := range center {
		x, y, z := sums[3*t].Float64(), sums[3*t+1].Float64(), sums[3*t+2].Float64()
		length := math.Sqrt(float64(x*x) + float64(y*y) + float64(z*z))
		if length == 0 {
			center[t].Z = 1
			continue
		}
		center[t] = sphere.Vec{X: x / length, Y: y / length, Z: z / length}
	}
	return center
}

// churn numbers the cells after today's territories, and counts what moves.
func (s *survey) churn(p *Profile, cells *partition.Plan) error {
	next, _, err := partition.Align(s.today, cells, s.weight)
	if err != nil {
		return err
	}
	var moved, assigned, released exactsum.Sum
	tally := func(t *partition.Tally, sum *exactsum.Sum, unit int) {
		t.Units++
		if s.value == nil {
			sum.Add(1)
		} else if x := s.value[unit]; x == x {
			sum.Add(x)
		}
	}
	for i := range s.n {
		switch from, to := s.today.Of(i), next.Of(i); {
		case from == to:
		case from == partition.Unassigned:
			tally(&p.Churn.Assigned, &assigned, i)
		case to == partition.Unassigned:
			tally(&p.Churn.Released, &released, i)
		default:
			tally(&p.Churn.Moved, &moved, i)
		}
	}
	p.Churn.Moved.Amount = moved.Float64()
	p.Churn.Assigned.Amount = assigned.Float64()
	p.Churn.Released.Amount = released.Float64()
	return nil
}

// split gives each cell as a whole to the territory of today that has the most
// of it, and counts what that one does not have.
func (s *survey) split(p *Profile, cells *partition.Plan, group []int32) {
	none := s.today.K() // stands for the territory of units that nobody has
	owner := make([]int32, s.n)
	for i := range owner {
		if owner[i] = int32(s.today.Of(i)); owner[i] < 0 {
			owner[i] = int32(none)
		}
	}
	t := Crosstab{axes: []axis{{labels: make([]string, cells.K()+1)}, {labels: make([]string, none+1)}}}
	var value [][]float64
	if s.value != nil {
		t.measures, value = []string{s.by.Value}, [][]float64{s.value}
	}
	t.fill(s.n, [][]int32{group, owner}, value)
	more := func(e, than Entry) bool {
		if value != nil && e.Sum[0] != than.Sum[0] {
			return e.Sum[0] > than.Sum[0]
		}
		return e.Units > than.Units
	}
	var left exactsum.Sum
	for from, to := 0, 0; from < t.Len(); from = to {
		cell, most := t.entry(from).Class[0], -1
		for ; to < t.Len() && t.entry(to).Class[0] == cell; to++ {
			if e := t.entry(to); e.Class[1] < none && (most < 0 || more(e, t.entry(most))) {
				most = to
			}
		}
		for at := from; at < to && cell < cells.K(); at++ {
			e := t.entry(at)
			if at == most || e.Class[1] == none {
				continue
			}
			p.Split.Units += e.Units
			if value != nil {
				left.AddSum(&t.exact[at])
			} else {
				left.Add(float64(e.Units))
			}
		}
	}
	p.Split.Amount = left.Float64()
}
