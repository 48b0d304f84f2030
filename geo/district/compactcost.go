package district

import (
	"context"
	"fmt"
	"math"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// compactCosts is what units cost, in tables: n² numbers where there are centres, n·k
// where territories are told apart by more than their centres.
type compactCosts struct {
	m       *model
	table   []float64 // [unit·n + centre]; nil: there are no centres
	extra   []float64 // [unit·k + territory]: preference, and travel; nil: none
	penalty float64   // price of an amount outside the limits; 0: these are hard
	far     float64   // what stands in the tables for +Inf; +Inf where nothing does
}

// tableUnits is the largest number of units whose distances are put into a table.
const tableUnits = 1 << 14

// compileCosts fills the tables; m has at least one territory.
func (c Compact) compileCosts(ctx context.Context, m *model) (*compactCosts, error) {
	x := &compactCosts{m: m, penalty: c.Penalty, far: math.Inf(1)}
	p := m.problem
	faulty := make([]*partition.InputError, m.n)
	if c.Objective == Travel {
		x.extra = make([]float64, m.n*m.k)
		distance := pointDistance(p)
		parallel.For(m.n, func(u int) {
			for t := range m.k {
				d := distance(p.Points[u], p.Homes[t])
				if faulty[u] == nil && (!(d >= 0) || math.IsInf(d, 1)) {
					faulty[u] = &partition.InputError{Field: "Distance", Index: u, Value: d, Why: fmt.Sprintf("of the unit to the home of territory %d is not a finite number ≥ 0", t)}
				}
				x.extra[u*m.k+t] = float64(weightOf(p, u) * d)
			}
		})
	} else {
		x.table = make([]float64, m.n*m.n)
		between := unitDistance(p)
		parallel.For(m.n, func(u int) {
			if ctx.Err() != nil {
				return
			}
			w := weightOf(p, u)
			for v := range m.n {
				d := between(u, v)
				if faulty[u] == nil && !(d >= 0) {
					faulty[u] = &partition.InputError{Field: "Between", Index: u, Value: d, Why: fmt.Sprintf("unit %d is not a distance ≥ 0", v)}
				}
				x.table[u*m.n+v] = c.priced(w, d)
				if faulty[u] == nil && !math.IsInf(d, 1) && math.IsInf(x.table[u*m.n+v], 1) {
					faulty[u] = &partition.InputError{Field: "Weight", Index: u, Value: w, Why: fmt.Sprintf("times the distance %v to unit %d is more than a float64 can hold", d, v)}
				}
			}
		})
	}
	var faults partition.Faults
	for _, e := range faulty {
		if e != nil {
			faults.Add(*e, m.problem.Label)
		}
	}
	if c.Preference != nil {
		if x.extra == nil {
			x.extra = make([]float64, m.n*m.k)
		}
		for u := range m.n {
			for t := range m.k {
				v := c.Preference(u, t)
				if math.IsNaN(v) || math.IsInf(v, 0) {
					faults.Add(partition.InputError{Field: "Compact.Preference", Index: u, Value: v, Why: fmt.Sprintf("of territory %d is not finite", t)}, m.problem.Label)
				}
				x.extra[u*m.k+t] += v
			}
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	return x, x.bridge()
}

// priced is what a unit of weight w at distance d costs. Out of reach is also
// what weighs nothing.
func (c Compact) priced(w, d float64) float64 {
	switch {
	case math.IsInf(d, 1):
		return d
	case w == 0:
		return 0
	case c.Objective == Inertia:
		d = float64(d * d)
	}
	return float64(w * d)
}

func weightOf(p *partition.Problem, u int) float64 {
	if p.Weight == nil {
		return 1
	}
	return p.Weight[u]
}

// pointDistance is the problem's distance of two points.
func pointDistance(p *partition.Problem) func(a, b [2]float64) float64 {
	if p.Distance != nil {
		return func(a, b [2]float64) float64 { return p.Distance(a, b) }
	}
	return func(a, b [2]float64) float64 {
		return sphere.Distance(sphere.At(a[0], a[1]), sphere.At(b[0], b[1]))
	}
}

// unitDistance is the problem's distance of two units.
func unitDistance(p *partition.Problem) func(from, to int) float64 {
	switch {
	case p.Between != nil:
		return p.Between
	case p.Features != nil:
		return func(a, b int) float64 { return euclidean(p.Features[a], p.Features[b]) }
	case p.Distance != nil:
		return func(a, b int) float64 { return p.Distance(p.Points[a], p.Points[b]) }
	}
	at := make([]sphere.Vec, len(p.Points))
	for i, pt := range p.Points {
		at[i] = sphere.At(pt[0], pt[1])
	}
	return func(a, b int) float64 { return sphere.Distance(at[a], at[b]) }
}

func euclidean(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		d := x - b[i]
		sum += float64(d * d)
	}
	return math.Sqrt(sum)
}

// bridge replaces +Inf by more than any plan without it costs, and makes sure
// that sums stay finite.
func (x *compactCosts) bridge() error {
	sum, unreachable := 0.0, false
	for u := range x.m.n {
		most := 0.0
		if x.table != nil {
			for _, d := range x.table[u*x.m.n : (u+1)*x.m.n] {
				if math.IsInf(d, 1) {
					unreachable = true
				} else {
					most = math.Max(most, d)
				}
			}
		}
		extra := 0.0
		if x.extra != nil {
			for _, d := range x.extra[u*x.m.k : (u+1)*x.m.k] {
				extra = math.Max(extra, math.Abs(d))
			}
		}
		sum += most + extra
	}
	if far := float64(4*sum) + 1; !(float64(far*float64(x.m.n)) <= math.MaxFloat64/16) {
		return &partition.InputError{Field: "Weight", Index: -1, Value: sum, Why: "times the distances of the problem add up to more than a float64 can hold"}
	} else if unreachable {
		x.far = far
		for i, d := range x.table {
			if math.IsInf(d, 1) {
				x.table[i] = far
			}
		}
	}
	return nil
}

// row are the costs of unit u by centre.
func (x *compactCosts) row(u int32) []float64 { return x.table[int(u)*x.m.n : (int(u)+1)*x.m.n] }

// extraOf is what unit u costs in territory t whatever the centre.
func (x *compactCosts) extraOf(u, t int32) float64 {
	if x.extra == nil {
		return 0
	}
	return x.extra[int(u)*x.m.k+int(t)]
}

// centre is the unit of least total cost to the others, and that cost; of
// several, the one of least number. sums is scratch of the length of units.
func (x *compactCosts) centre(units []int32, sums []float64) (centre int32, cost float64) {
	sums = sums[:len(units)]
	clear(sums)
	for _, u := range units {
		row := x.row(u)
		for i, c := range units {
			sums[i] += row[c]
		}
	}
	best := 0
	for i, s := range sums {
		if s < sums[best] || s == sums[best] && units[i] < units[best] {
			best = i
		}
	}
	return units[best], sums[best]
}
