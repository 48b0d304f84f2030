package allocate

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/internal/lap"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Matching pairs units and agents one to one, with its evidence. It is always
// optimal: Certificate.Objective is the least total cost, and Certificate.Bound
// meets it but for rounding.
type Matching struct {
	partition.Result // the plan has at most one unit per agent

	// UnitPrices and AgentPrices prove that no other pairing costs less. To
	// rounding,
	//
	//	UnitPrices_i + AgentPrices_j ≤ cost(i,j)   with equality for the pairs of the plan,
	//
	// so that Σ UnitPrices + Σ AgentPrices is a lower bound. Where there are more
	// agents than units no agent's price is above 0, and those who get nothing have
	// the price 0; where there are more units than agents, the same holds for
	// the units. -AgentPrices_j is then what a second agent like j would save at
	// most, and UnitPrices_i what unit i costs at most by being there.
	UnitPrices, AgentPrices []float64
}

// LinearAssignment hands units to agents one to one, say territories to people,
// at the least total cost: with x(i,j) = 1 where agent j gets unit i,
//
//	minimise    Σ_ij cost(i,j)·x(i,j)
//	subject to  Σ_j x(i,j) ≤ 1,  Σ_i x(i,j) ≤ 1,  Σ_ij x(i,j) = min(n, m)
//	            x(i,j) = 0    where not allowed or cost is +Inf
//	            x(i,Fixed_i) = 1    where Fixed_i is not Unassigned, if unit i gets an agent
//
// Everybody of the smaller side is paired; who of the larger side is left over
// is part of the question. Costs may be negative: to maximise a benefit, negate
// it. Of the Problem, Cost, Allowed, Fixed and the labels count. Apart always
// holds; Measures, Load, Penalty and Together must be nil.
//
// The optimum is exact, but for the rounding of sums of costs, and proved by
// prices. Certificate.Bound is the sum of the prices, rounded down by a bound on
// its own rounding error. Where there is no pairing, the witness of the
// [*partition.InfeasibleError] are units that have too few agents among them,
// or agents that have too few units, by one; none of them can be left out. NaN
// and -Inf are input errors, each with its pair.
//
// The method is that of Jonker and Volgenant, "A Shortest Augmenting Path
// Algorithm for Dense and Sparse Linear Assignment Problems", Computing 38
// (1987), on short lists of the cheapest pairs that grow where they are not
// enough. Every cost is read once, on all processors; what follows is a few
// passes over the matrix on costs without structure, and O(s²·l·log l) at worst
// for s units and l agents, or the other way round, s ≤ l. Memory is 8·n·m
// bytes, and none of them where Cost has gonum's RawRowView, as *mat.Dense has,
// n ≤ m, and there is neither Allowed nor Fixed. The same input gives the same
// bytes on every platform, ties included.
//
// An interrupted call returns the cause of the interruption: there is no plan
// before the last pair.
func LinearAssignment(ctx context.Context, p *Problem) (*Matching, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	q, err := newPairing(ctx, p)
	if err != nil {
		return nil, err
	}
	solution, shortage, err := lap.Dense(ctx, q.rows, q.columns, q.row)
	switch {
	case err != nil:
		return nil, err
	case shortage != nil:
		return nil, q.infeasible(shortage)
	}
	return q.matching(solution), nil
}

// pairing is a linear assignment whose rows are the smaller side.
type pairing struct {
	*model
	rows, columns int
	flipped       bool      // the rows are the agents
	raw           rawRows   // nil, or the rows as the caller has them
	flat          []float64 // else the rows one after the other
}

// rawRows is the part of gonum's mat.RawRowViewer that lets a matrix be read
// without copying it.
type rawRows interface {
	RawRowView(i int) []float64
}

func newPairing(ctx context.Context, p *Problem) (*pairing, error) {
	m, err := newModel(p)
	if err != nil {
		return nil, err
	}
	var f partition.Faults
	for _, field := range []struct {
		name  string
		given bool
	}{{"Measures", p.Measures != nil}, {"Load", p.Load != nil}, {"Penalty", p.Penalty != nil}, {"Together", p.Together != nil}} {
		if field.given {
			f.Add(partition.InputError{Field: field.name, Index: -1, Why: "must be nil: units and agents are paired one to one"}, nil)
		}
	}
	m.checkFixed(&f)
	var own []error
	if c, ok := p.Cost.(checker); ok {
		own = c.check(m.unitLabel, m.agentLabel)
	}
	q := &pairing{model: m, rows: m.n, columns: m.m}
	if q.flipped = m.n > m.m; q.flipped {
		q.rows, q.columns = m.m, m.n
	}
	if q.rows > 0 && q.columns > math.MaxInt/8/q.rows {
		f.Add(partition.InputError{Field: "Cost", Index: -1,
			Why: fmt.Sprintf("has dimensions %d × %d: too many pairs for the memory", m.n, m.m)}, nil)
		return nil, f.Err()
	}
	sound := f.Len() == 0 && own == nil && q.read(ctx)
	if err := context.Cause(ctx); err != nil {
		return nil, err // not all was read
	}
	if !sound {
		m.checkPairs(&f, "Cost", p.Cost, wrongCost)
		return nil, errors.Join(append(own, f.Err())...)
	}
	return q, nil
}

// read reads all costs, unless ctx ends before, and reports whether all of them
// are numbers that can be added up, or +Inf.
func (q *pairing) read(ctx context.Context) bool {
	if c, ok := q.p.Cost.(preparer); ok {
		prepared := *q.p
		prepared.Cost = c.Prepare()
		q.p = &prepared
	}
	if raw, ok := q.p.Cost.(rawRows); ok && !q.flipped && q.p.Allowed == nil && q.p.Fixed == nil {
		q.raw = raw
	} else {
		q.flat = make([]float64, q.rows*q.columns)
	}
	var wrong [groups]bool
	parallel.For(groups, func(g int) {
		lo, hi := span(q.rows, g)
		if q.flat != nil {
			q.fill(ctx, lo, hi)
		}
		for i := lo; i < hi && ctx.Err() == nil; i++ {
			for _, c := range q.row(i) {
				wrong[g] = wrong[g] || !(c >= -largest && c <= largest || c > math.MaxFloat64)
			}
		}
	})
	return wrong == [groups]bool{}
}

// fill copies rows lo..hi-1. Where the rows are agents it goes along the units
// in strips, as their costs lie next to each other.
func (q *pairing) fill(ctx context.Context, lo, hi int) {
	cost := q.cost
	if q.p.Allowed == nil && q.p.Fixed == nil {
		cost = q.p.Cost.At
	}
	if !q.flipped {
		for i := lo; i < hi && ctx.Err() == nil; i++ {
			row := q.row(i)
			for j := range row {
				row[j] = cost(i, j)
			}
		}
		return
	}
	const strip = 64
	for at := lo; at < hi; at += strip {
		end := min(at+strip, hi)
		for i := range q.columns {
			if i&63 == 0 && ctx.Err() != nil {
				return
			}
			for j := at; j < end; j++ {
				q.flat[j*q.columns+i] = cost(i, j)
			}
		}
	}
}

func (q *pairing) row(i int) []float64 {
	if q.raw != nil {
		return q.raw.RawRowView(i)
	}
	return q.flat[i*q.columns : (i+1)*q.columns]
}

// matching is the answer in units and agents.
func (q *pairing) matching(s *lap.Solution) *Matching {
	of := make([]int32, q.n)
	r := &Matching{UnitPrices: s.U, AgentPrices: s.V}
	if q.flipped {
		r.UnitPrices, r.AgentPrices = s.V, s.U
		for i := range of {
			of[i] = partition.Unassigned
		}
		for j, i := range s.Column {
			of[i] = int32(j)
		}
	} else {
		copy(of, s.Column)
	}
	var objective, bound sum
	for i, j := range of {
		if j >= 0 {
			objective.add(q.cost(i, int(j)))
		}
	}
	// Each U_i is the smallest of differences that are rounded once, so it exceeds
	// the exact one by 2⁻⁵³ of itself at most; the sum is compensated.
	size := 0.0
	for _, prices := range [][]float64{s.U, s.V} {
		for _, x := range prices {
			bound.add(x)
			size += math.Abs(x)
		}
	}
	r.Plan, _ = partition.NewPlan(q.m, of) // valid by construction
	r.Certificate = partition.Certificate{Objective: objective.total(), Proof: "prices"}
	r.Certificate.Bound = math.Min(bound.total()-float64(0x1p-51*size), r.Certificate.Objective)
	r.Stop = partition.ProvedOptimal
	return r
}

// infeasible puts a shortage into words: "A and B may go only to Li: 2 units for 1 agent".
func (q *pairing) infeasible(s *lap.Shortage) error {
	e := &partition.InfeasibleError{Units: s.Rows, Territories: s.Columns, Need: float64(len(s.Rows)), Have: float64(len(s.Columns))}
	row, column := q.unit, q.agent
	noun, other, verb, to := "unit", "agent", "may go", "to "
	if q.flipped {
		e.Units, e.Territories = s.Columns, s.Rows
		row, column = q.agent, q.unit
		noun, other, verb, to = "agent", "unit", "may take", ""
	}
	e.Why = fmt.Sprintf("%s %s %sno %s", named(s.Rows, row), verb, to, other)
	if len(s.Columns) > 0 {
		e.Why = fmt.Sprintf("%s %s only %s%s: %s for %s\nMaybe allow one of them another %s",
			named(s.Rows, row), verb, to, named(s.Columns, column),
			counted(len(s.Rows), noun), counted(len(s.Columns), other), other)
	}
	return e
}
