package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// terrain is a territory problem in flat arrays, read-only once compiled: where
// the units are, what they bring, and what the territories may have.
type terrain struct {
	p      *partition.Problem
	n, k   int
	dim    int
	sphere bool
	x      []float64 // dim per unit: points of the unit sphere, or Features less their mean
	unit   float64   // the objective is the sum of squares of x times this
	weight []float64 // nil: 1
	limits []limit   // those that restrict something
	alike  bool      // nothing but their numbers tells the territories apart
}

// limit is a measure with what each territory may have of it.
type limit struct {
	at                   int // in Problem.Measures
	value                []float64
	target, lower, upper []float64
	size                 float64 // a mean load, to compare measures by; above 0
}

// The largest coordinates and weights whose squares, added up, are finite.
const (
	farthestCoordinate = 1e120
	heaviestWeight     = 1e50
)

// survey compiles a problem for a method that knows squares of distances and
// nothing of the other fields, which the caller has refused; or says what is
// wrong with it.
func survey(p *partition.Problem, method string) (*terrain, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	var faults partition.Faults
	n := p.Len()
	for i, row := range p.Features {
		for _, x := range row {
			if math.Abs(x) > farthestCoordinate {
				faults.Add(partition.InputError{Field: "Features", Index: i, Value: x,
					Why: fmt.Sprintf("is beyond ±%g: squares would overflow", farthestCoordinate)}, p.Label)
			}
		}
	}
	for i, w := range p.Weight {
		if w > heaviestWeight {
			faults.Add(partition.InputError{Field: "Weight", Index: i, Value: w,
				Why: fmt.Sprintf("is beyond %g: sums of squares would overflow", heaviestWeight)}, p.Label)
		}
	}
	if n > 0 && len(p.Points) != n && len(p.Features) == 0 && p.Between == nil {
		faults.Add(partition.InputError{Field: "Points", Index: -1, Value: len(p.Points),
			Why: fmt.Sprintf("are not one per unit (%d), and there are no Features", n)}, nil)
	}
	if n > math.MaxInt32 {
		faults.Add(partition.InputError{Field: "Problem", Index: -1, Value: n, Why: "has more units than can be numbered"}, nil)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	for _, a := range []asked{
		{"K = 0", p.K == 0, "does not choose the number of territories"},
		{"Distance", p.Distance != nil, "adds up squares, which take coordinates; those of a plane go into Features"},
		{"Between", p.Between != nil, "adds up squares, which take coordinates, in Features or Points"},
		{"CenterCapacity", p.CenterCapacity != nil, "chooses no centres among the units"},
	} {
		if a.is {
			return nil, fmt.Errorf("%w: %s: %s %s", errors.ErrUnsupported, a.field, method, a.why)
		}
	}
	g := &terrain{p: p, n: n, k: p.K, weight: p.Weight, unit: 1, alike: true}
	g.place()
	for r, me := range p.Measures {
		lower, upper := me.Limits(g.k)
		if slices.Max(lower) <= 0 && math.IsInf(slices.Min(upper), 1) {
			continue // reported by the caller if he likes; it restricts nothing
		}
		l := limit{at: r, value: me.Value, target: me.Targets(g.k), lower: lower, upper: upper}
		l.size = meanLoad(me.Value, g.k)
		for t := range g.k {
			l.target[t] = max(lower[t], min(l.target[t], upper[t]))
			g.alike = g.alike && lower[t] == lower[0] && upper[t] == upper[0]
		}
		g.limits = append(g.limits, l)
	}
	return g, nil
}

// meanLoad is what a territory has on the average, 1 where there is nothing.
func meanLoad(value []float64, k int) float64 {
	total := 0.0
	for _, v := range value {
		total += v / float64(k)
	}
	if !(total > 0) {
		return 1
	}
	return total
}

// place sets the coordinates.
func (g *terrain) place() {
	if len(g.p.Features) == 0 {
		g.dim, g.sphere, g.unit = 3, true, float64(sphere.Radius*sphere.Radius)
		g.x = make([]float64, 0, 3*g.n)
		for _, pt := range g.p.Points {
			v := sphere.At(pt[0], pt[1])
			g.x = append(g.x, v.X, v.Y, v.Z)
		}
		return
	}
	g.dim = len(g.p.Features[0])
	mean := make([]float64, g.dim) // so that little is lost where all are far from 0
	for _, row := range g.p.Features {
		for d, x := range row {
			mean[d] += x / float64(g.n)
		}
	}
	g.x = make([]float64, 0, g.n*g.dim)
	for _, row := range g.p.Features {
		for d, x := range row {
			g.x = append(g.x, x-mean[d])
		}
	}
}

func (g *terrain) coordinates(i int32) []float64 { return g.x[int(i)*g.dim:][:g.dim] }

func (g *terrain) weigh(i int32) float64 {
	if g.weight == nil {
		return 1
	}
	return g.weight[i]
}

// squares is the sum of squares of a territory, in the unit of x; mean is scratch.
func (g *terrain) squares(units []int32, mean []float64) float64 {
	clear(mean)
	mass := 0.0
	for _, i := range units {
		w := g.weigh(i)
		mass += w
		for d, x := range g.coordinates(i) {
			mean[d] += float64(w * x)
		}
	}
	if !(mass > 0) {
		return 0
	}
	for d := range mean {
		mean[d] /= mass
	}
	sum := 0.0
	for _, i := range units {
		away := 0.0
		for d, x := range g.coordinates(i) {
			gap := x - mean[d]
			away += float64(gap * gap)
		}
		sum += float64(g.weigh(i) * away)
	}
	return sum
}

// violation is what the loads of a plan are outside the limits, in the
// measures' own units.
func (g *terrain) violation(plan *partition.Plan) float64 {
	outside := 0.0
	for _, l := range g.limits {
		for t, load := range partition.Loads(plan, l.value) {
			outside += math.Max(0, math.Max(load-l.upper[t], l.lower[t]-load))
		}
	}
	return outside
}

// result is the plan with its certificate, computed afresh.
func (g *terrain) result(of []int32, stop partition.Stop, work int) (*partition.Result, error) {
	if g.alike {
		number(of, g.k)
	}
	plan, err := partition.NewPlan(g.k, of)
	if err != nil {
		return nil, err
	}
	c := partition.Certificate{Violation: g.violation(plan), Bound: math.Inf(-1)}
	mean := make([]float64, g.dim)
	var units []int32
	for t := range g.k {
		units = units[:0]
		for i := range plan.Units(t) {
			units = append(units, int32(i))
		}
		c.Objective += float64(g.squares(units, mean) * g.unit)
	}
	if c.Objective == 0 {
		c.Bound, c.Proof = 0, "squares" // there is nothing below
		if c.Feasible() && stop != partition.Interrupted {
			stop = partition.ProvedOptimal
		}
	}
	return &partition.Result{Plan: plan, Certificate: c, Stop: stop, Iterations: work}, nil
}

// impossible is the plain reason why no plan keeps the limits, as a
// [*partition.InfeasibleError] with its witness; nil proves nothing.
func (g *terrain) impossible() error {
	if g.n < g.k {
		return &partition.InfeasibleError{Need: float64(g.k), Have: float64(g.n),
			Why: fmt.Sprintf("%d territories need a unit each, but there are %d units", g.k, g.n)}
	}
	for _, l := range g.limits {
		name := g.measureName(l)
		total, lower, upper := 0.0, 0.0, 0.0
		for _, v := range l.value {
			total += v
		}
		for t := range g.k {
			lower += l.lower[t]
			upper += l.upper[t]
		}
		slack := partition.FeasibleViolation + float64(1e-9*total)
		if total > upper+slack {
			return &partition.InfeasibleError{Measure: name, Need: total, Have: upper,
				Why: fmt.Sprintf("all units together have %s of %s, the territories can take %s", amountOf(total), name, amountOf(upper))}
		}
		if total < lower-slack {
			return &partition.InfeasibleError{Measure: name, Need: lower, Have: total,
				Why: fmt.Sprintf("the territories need %s of %s together, all units have %s", amountOf(lower), name, amountOf(total))}
		}
		most := slices.Max(l.upper)
		for i, v := range l.value {
			if v > most+slack {
				return &partition.InfeasibleError{Measure: name, Need: v, Have: most, Units: []int{i},
					Why: fmt.Sprintf("%s has %s of %s, more than the upper limit %s of every territory", g.unitName(i), amountOf(v), name, amountOf(most))}
			}
		}
	}
	return nil
}

func amountOf(x float64) string { return strconv.FormatFloat(x, 'g', 10, 64) }

func (g *terrain) measureName(l limit) string {
	return cmp.Or(g.p.Measures[l.at].Name, fmt.Sprintf("Measures[%d]", l.at))
}

func (g *terrain) unitName(i int) string {
	if g.p.Label != nil {
		if s := g.p.Label(i); s != "" {
			return s
		}
	}
	return "unit " + strconv.Itoa(i)
}
