package allocate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/partition"
)

// medianPlan is a plan with its centres.
type medianPlan struct {
	of, med []int32
}

// start is a first plan: the units are bisected along the widest axis again
// and again, into parts of equal amounts, and each part gets the best of a few
// units in its middle as its centre.
func (m *medianModel) start() (medianPlan, error) {
	p := medianPlan{make([]int32, m.n), slices.Repeat([]int32{-1}, m.k)}
	for i := range p.of {
		p.of[i] = -1
	}
	b := bisection{m: m, plan: p}
	b.x, b.dim = m.coordinates()
	b.share = make([]float64, m.n)
	total := 0.0
	for _, v := range m.value {
		total += v
	}
	for i, v := range m.value {
		// Units without an amount count as well: no part may be empty.
		b.share[i] = v + float64(0.01*(total/float64(m.n))) + math.SmallestNonzeroFloat64
	}
	units, open := make([]int32, 0, m.n), make([]int32, 0, m.k)
	held := make([]bool, m.k)
	if m.fixed != nil {
		for i, t := range m.fixed {
			if t >= 0 {
				p.of[i] = t
				held[t] = true
			}
		}
	}
	for t := range m.k {
		if !held[t] {
			open = append(open, int32(t))
		}
	}
	for i := range m.n {
		if p.of[i] < 0 {
			units = append(units, int32(i))
		}
	}
	if len(open) > 0 {
		b.split(units, open)
	}
	for t := range m.k {
		if m.seeds != nil {
			p.med[t] = m.seeds[t]
		} else if held[t] {
			var list []int32
			for i, u := range m.fixed {
				if int(u) == t {
					list = append(list, int32(i))
				}
			}
			p.med[t] = b.center(list)
		}
	}
	if err := m.standIn(p); err != nil {
		return p, err
	}
	m.settle(p)
	return p, nil
}

// standIn gives every territory a centre that it may have, a different one
// each, by augmenting paths, and takes the units out of territories that must
// not hold them. Where there are not enough units for some territories, it
// returns these as the witness.
func (m *medianModel) standIn(p medianPlan) error {
	if !m.named && m.room == nil {
		return nil
	}
	centerOf := slices.Repeat([]int32{-1}, m.n)
	fits := func(i, t int) bool {
		return m.allowed(i, t) && m.value[i] <= m.capacity(t, i) && (m.seeds == nil || int(m.seeds[t]) == i)
	}
	var again []int
	for t, c := range p.med {
		if fits(int(c), t) && centerOf[c] < 0 {
			centerOf[c] = int32(t)
		} else {
			again = append(again, t)
		}
	}
	for _, t := range again {
		seen, asked := make([]bool, m.n), []int{}
		var find func(t int) bool
		find = func(t int) bool {
			asked = append(asked, t)
			for i := range m.n {
				if seen[i] || !fits(i, t) {
					continue
				}
				seen[i] = true
				if o := centerOf[i]; o < 0 || find(int(o)) {
					centerOf[i], p.med[t] = int32(t), int32(i)
					return true
				}
			}
			return false
		}
		if !find(t) {
			var units []int
			for i, is := range seen {
				if is {
					units = append(units, i)
				}
			}
			slices.Sort(asked)
			return &partition.InfeasibleError{Measure: m.measureName(), Need: float64(len(asked)), Have: float64(len(units)),
				Units: units, Territories: asked,
				Why: fmt.Sprintf("%d territories (%v) need a unit each at their centre, but only %d units may be there and bring no more than it can take",
					len(asked), asked, len(units))}
		}
	}
	for i, t := range p.of {
		if c := centerOf[i]; c >= 0 {
			p.of[i] = c
		} else if !m.allowed(i, int(t)) {
			p.of[i] = -1
		}
	}
	return nil
}

// coordinates are those of the units, dim for each: their own, or where there
// are only distances, those to a few units far from each other.
func (m *medianModel) coordinates() (x []float64, dim int) {
	if m.x != nil {
		return m.x, m.dim
	}
	dim = min(6, m.n)
	x = make([]float64, m.n*dim)
	pivot := 0
	least := slices.Repeat([]float64{math.Inf(1)}, m.n)
	for a := range dim {
		next := pivot
		for i := range m.n {
			d := math.Min(m.distance(i, pivot), math.MaxFloat64)
			x[i*dim+a] = d
			least[i] = math.Min(least[i], d)
			if least[i] > least[next] {
				next = i
			}
		}
		pivot = next
	}
	return x, dim
}

type bisection struct {
	m     *medianModel
	x     []float64 // coordinates, dim for each unit
	dim   int
	share []float64
	plan  medianPlan
}

func (b *bisection) at(i int32) []float64 { return b.x[int(i)*b.dim:][:b.dim] }

// split gives the units to the territories, of which there are at most as many.
func (b *bisection) split(units, territories []int32) {
	if len(territories) == 1 {
		t := territories[0]
		for _, i := range units {
			b.plan.of[i] = t
		}
		b.plan.med[t] = b.center(units)
		return
	}
	axis, _ := nearest.Widest(b.x, b.dim, units)
	nearest.Sort(b.x, b.dim, axis, units)
	half := len(territories) / 2
	part, whole := b.capacity(territories[:half]), b.capacity(territories)
	total := 0.0
	for _, i := range units {
		total += b.share[i]
	}
	cut, sum := 0, 0.0
	for cut < len(units) && sum+float64(0.5*b.share[units[cut]]) <= float64(total*(part/whole)) {
		sum += b.share[units[cut]]
		cut++
	}
	cut = max(half, min(cut, len(units)-(len(territories)-half)))
	b.split(units[:cut], territories[:half])
	b.split(units[cut:], territories[half:])
}

// capacity is what the territories can take, 1 each where that is not limited.
func (b *bisection) capacity(territories []int32) float64 {
	sum := 0.0
	for _, t := range territories {
		if math.IsInf(b.m.upper[t], 1) || b.m.upper[t] == 0 {
			return float64(len(territories))
		}
		sum += b.m.upper[t]
	}
	return sum
}

// center is a good centre of the units: the best of those nearest to their mean.
func (b *bisection) center(units []int32) int32 {
	mean := make([]float64, b.dim)
	load := 0.0
	for _, i := range units {
		for a, v := range b.at(i) {
			mean[a] += v / float64(len(units))
		}
	}
	var q nearest.Heap
	q.Reset(min(24, len(units)))
	for _, i := range units {
		load += b.m.value[i]
		d := nearest.Distance2(b.at(i), mean)
		if b.m.room != nil && b.m.room[i] < load { // in the order of the units: no more than a hint
			d *= 4
		}
		q.Add(d, i)
	}
	best, least := units[0], math.Inf(1)
	for _, c := range q.Sorted() {
		sum := 0.0
		for _, i := range units {
			sum += b.m.cost(int(i), int(c))
		}
		if b.m.room != nil && b.m.room[c] < load {
			sum *= 4
		}
		if sum < least {
			best, least = c, sum
		}
	}
	return best
}

// settle gives the units that have no territory yet to the nearest centre with
// room, the heaviest first.
func (m *medianModel) settle(p medianPlan) {
	load := make([]float64, m.k)
	var left []int32
	for i, t := range p.of {
		if t >= 0 {
			load[t] += m.value[i]
		} else {
			left = append(left, int32(i))
		}
	}
	slices.SortFunc(left, func(i, j int32) int {
		return cmp.Or(cmp.Compare(m.value[j], m.value[i]), cmp.Compare(i, j))
	})
	for _, i := range left {
		to, least, over := -1, math.Inf(1), math.Inf(1)
		for t, c := range p.med {
			if !m.allowed(int(i), t) {
				continue
			}
			o := math.Max(0, load[t]+m.value[i]-m.capacity(t, int(c)))
			if d := m.cost(int(i), int(c)); to < 0 || o < over || o == over && d < least {
				to, least, over = t, d, o
			}
		}
		p.of[i] = int32(to)
		load[to] += m.value[i]
	}
}
