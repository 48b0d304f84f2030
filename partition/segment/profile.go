package segment

import (
	"math"

	"github.com/paulmach/orb"

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
	alike  []variable
	today  []int32
	at     []sphere.Vec // X is NaN where there is no place
}

// variable is a column whose variance is to be explained.
type variable struct {
	x     []float64
	scale float64 // a power of two that brings the values below 1, so that squares do not overflow
	n     int
	mean  float64 // of the scaled values
	sum   float64 // of the squared deviations from it
}

func newVariable(x []float64) variable {
	v := variable{x: x, scale: belowOne(x)}
	v.n, v.mean, v.sum = v.deviations(nil, true, make([]float64, 0, len(x)))
	return v
}

// belowOne is a power of two that brings the values below 1 and the largest of
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

// deviations is the sum of the squared deviations from the mean over some units,
// or all, in buffer.
func (v *variable) deviations(units []int32, all bool, buffer []float64) (n int, mean, sum float64) {
	take := func(x float64) {
		if x == x {
			buffer = append(buffer, x*v.scale)
		}
	}
	if all {
		for _, x := range v.x {
			take(x)
		}
	}
	for _, i := range units {
		take(v.x[i])
	}
	if n = len(buffer); n == 0 {
		return 0, 0, 0
	}
	mean = total(buffer) / float64(n)
	for i, x := range buffer {
		buffer[i] = float64((x - mean) * (x - mean))
	}
	return n, mean, total(buffer)
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

// profile measures one candidate of k cells.
func (s *survey) profile(c Candidate, k int, of []int32) (Profile, error) {
	p := Profile{Name: c.Name, Dimensions: c.Dimensions, Possible: c.Possible}
	order, start := byCell(of, k)
	cell := func(t int) []int32 { return order[start[t]:start[t+1]] } // k: those in none
	buffer := make([]float64, 0, s.n)
	p.Unassigned = partition.Tally{Units: len(cell(k)), Amount: s.amount(cell(k), buffer)}
	s.balance(&p, c, k, cell, buffer)
	for _, v := range s.alike {
		p.explain(&v, k, cell, buffer)
	}
	if s.at != nil {
		s.travel(&p, k, cell, buffer)
	}
	if s.today != nil {
		return p, s.churn(&p, k, of, buffer)
	}
	return p, nil
}

// byCell sorts the units by their cell; those in none come last.
func byCell(of []int32, k int) (order, start []int32) {
	start = make([]int32, k+2)
	group := func(t int32) int {
		if t < 0 {
			return k
		}
		return int(t)
	}
	for _, t := range of {
		start[group(t)+1]++
	}
	for t := range start[1:] {
		start[t+1] += start[t]
	}
	next := append([]int32(nil), start...)
	order = make([]int32, len(of))
	for i, t := range of {
		g := group(t)
		order[next[g]] = int32(i)
		next[g]++
	}
	return order, start
}

// amount is the value of some units.
func (s *survey) amount(units []int32, buffer []float64) float64 {
	if s.value == nil {
		return float64(len(units))
	}
	for _, i := range units {
		if x := s.value[i]; x == x {
			buffer = append(buffer, x)
		}
	}
	return total(buffer)
}

// balance counts the cells, and says how even they are.
func (s *survey) balance(p *Profile, c Candidate, k int, cell func(int) []int32, buffer []float64) {
	amounts := make([]float64, 0, k)
	largest, most := -1, 0.0
	for t := range k {
		units := cell(t)
		if len(units) == 0 {
			p.Empty++
			continue
		}
		p.Cells++
		amount := s.amount(units, buffer)
		if len(units) < s.by.MinUnits || amount < s.by.MinValue {
			p.Sparse++
		}
		amounts = append(amounts, amount)
		if largest < 0 || amount > most {
			largest, most = t, amount
		}
	}
	p.Largest, p.CV = math.NaN(), math.NaN()
	sum := total(amounts)
	if all := total([]float64{sum, p.Unassigned.Amount}); largest >= 0 && all > 0 {
		p.Largest, p.LargestCell = most/all, labelled(c.Label, largest)
	}
	if mean := sum / float64(len(amounts)); mean > 0 {
		for i, a := range amounts {
			amounts[i] = float64((a/mean - 1) * (a/mean - 1))
		}
		p.CV = math.Sqrt(total(amounts) / float64(len(amounts)))
	}
}

// explain adds the part of the variance of v that is between the cells.
func (p *Profile) explain(v *variable, k int, cell func(int) []int32, buffer []float64) {
	var within []float64
	for t := range k + 1 {
		if n, _, sum := v.deviations(cell(t), false, buffer); n > 0 {
			within = append(within, sum)
		}
	}
	cells := len(within)
	left := total(within) / v.sum
	explained, adjusted := math.NaN(), math.NaN()
	if v.sum > 0 {
		explained = math.Max(0, 1-left)
		if v.n > cells {
			adjusted = 1 - float64(left*(float64(v.n-1)/float64(v.n-cells)))
		}
	}
	p.Explained = append(p.Explained, explained)
	p.Adjusted = append(p.Adjusted, adjusted)
}

// travel sums the distances to the centres.
func (s *survey) travel(p *Profile, k int, cell func(int) []int32, buffer []float64) {
	sums := make([]float64, 0, k)
	located := make([]int32, 0, s.n)
	for t := range k {
		located = located[:0]
		for _, i := range cell(t) {
			if x := s.at[i].X; x == x {
				located = append(located, i)
			}
		}
		if len(located) == 0 {
			continue
		}
		center := s.center(located, buffer)
		distances := buffer[:0]
		for _, i := range located {
			distances = append(distances, sphere.Distance(center, s.at[i]))
		}
		sums = append(sums, total(distances))
		p.Located += len(located)
	}
	p.Travel = total(sums)
}

// center is the mean of the places of some units, weighted by the value. Where
// they have none, all count alike; where they cancel out, it is the north pole.
func (s *survey) center(units []int32, buffer []float64) sphere.Vec {
	weight := s.weight
	weighted := func(of func(sphere.Vec) float64) float64 {
		sum := buffer[:0]
		for _, i := range units {
			if weight == nil {
				sum = append(sum, of(s.at[i]))
			} else if w := weight[i]; w > 0 {
				sum = append(sum, float64(w*of(s.at[i])))
			}
		}
		return total(sum)
	}
	if weight != nil && weighted(func(sphere.Vec) float64 { return 1 }) == 0 {
		weight = nil
	}
	x := weighted(func(v sphere.Vec) float64 { return v.X })
	y := weighted(func(v sphere.Vec) float64 { return v.Y })
	z := weighted(func(v sphere.Vec) float64 { return v.Z })
	length := math.Sqrt(float64(x*x) + float64(y*y) + float64(z*z))
	if length == 0 {
		return sphere.Vec{Z: 1}
	}
	return sphere.Vec{X: x / length, Y: y / length, Z: z / length}
}

// churn numbers the cells after today's territories, and counts what moves.
func (s *survey) churn(p *Profile, k int, of []int32, buffer []float64) error {
	today, err := partition.NewPlan(s.by.Today.K(), s.today)
	if err != nil {
		return err
	}
	cells, err := partition.NewPlan(k, of)
	if err != nil {
		return err
	}
	next, _, err := partition.Align(today, cells, s.weight)
	if err != nil {
		return err
	}
	var moved, assigned, released []int32
	for i, from := range s.today {
		switch to := int32(next.Of(i)); {
		case from == to:
		case from == partition.Unassigned:
			assigned = append(assigned, int32(i))
		case to == partition.Unassigned:
			released = append(released, int32(i))
		default:
			moved = append(moved, int32(i))
		}
	}
	tally := func(units []int32) partition.Tally {
		return partition.Tally{Units: len(units), Amount: s.amount(units, buffer)}
	}
	p.Churn = partition.Churn{Moved: tally(moved), Assigned: tally(assigned), Released: tally(released)}
	return nil
}
