package district

import (
	"context"
	"errors"
	"fmt"

	"github.com/territory-go/territory/partition"
)

// Range draws as few territories as the limits allow, where their number is not
// given: it asks Method for Min, Min+1, … up to Max territories and returns the
// first plan that keeps all limits. The K of the plan is the number found. Where no
// plan keeps them, the plan of least violation is returned, the fewest
// territories among equals.
//
// Limits that follow from a Target of equal shares and a Tolerance change with the
// number of territories; fixed limits on loads are Lower and Upper, per territory: the
// problem's K is Max then, or 0 where nothing in the problem is per territory, and
// for fewer territories the first entries of Target, Lower, Upper, Homes and Seeds
// count. Numbers of territories that are too few for a unit in Fixed are left
// out, and forbidden pairs that name a territory beyond them do not matter.
//
// Guaranteed is what Method guarantees; a plan of fewer territories that keeps the
// limits may exist where Method does not find it. A [*partition.InfeasibleError] is
// returned where Method proves one for every number, that of Max. All other errors
// of Method end the search. Method has its full budget for every number; if the
// context ends, the best plan so far is returned with Stop Interrupted.
type Range struct {
	Min, Max int              // numbers of territories, 1 ≤ Min ≤ Max
	Method   partition.Method // what draws them
}

var _ partition.Method = Range{}

// Partition tries one number after the other.
func (r Range) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	var faults partition.Faults
	if r.Min < 1 || r.Max < r.Min {
		faults.Add(partition.InputError{Field: "Range.Min", Index: -1, Value: r.Min, Why: fmt.Sprintf("and Max = %d are no range of numbers ≥ 1", r.Max)}, nil)
	}
	if r.Method == nil {
		faults.Add(partition.InputError{Field: "Range.Method", Index: -1, Why: "is nil: something has to draw the territories"}, nil)
	}
	if p.K != 0 && p.K != r.Max {
		faults.Add(partition.InputError{Field: "K", Index: -1, Value: p.K, Why: fmt.Sprintf("is neither 0 nor Max = %d", r.Max)}, nil)
	}
	least := r.Min
	for u, t := range p.Fixed {
		if t >= r.Max && r.Max > 0 {
			faults.Add(partition.InputError{Field: "Fixed", Index: u, Value: t, Why: fmt.Sprintf("is beyond Max = %d territories", r.Max)}, p.Label)
		}
		least = max(least, t+1)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	var best *partition.Result
	var impossible error
	for k := least; k <= r.Max; k++ {
		if err := context.Cause(ctx); err != nil {
			if best == nil {
				return nil, err
			}
			best.Stop = partition.Interrupted
			return best, nil
		}
		res, err := r.Method.Partition(ctx, withK(p, k))
		switch {
		case errors.Is(err, partition.ErrInfeasible):
			impossible = err
			continue
		case err != nil && best != nil && ctx.Err() != nil:
			best.Stop = partition.Interrupted
			return best, nil
		case err != nil:
			return nil, err
		}
		if best == nil || res.Certificate.Violation < best.Certificate.Violation {
			best = res
		}
		if best.Certificate.Feasible() {
			return best, nil
		}
	}
	if best == nil {
		return nil, impossible
	}
	return best, nil
}

// withK is the problem for the first k of its territories.
func withK(p *partition.Problem, k int) *partition.Problem {
	q := *p
	q.K = k
	q.Measures = nil
	first := func(x []float64) []float64 {
		if x == nil {
			return nil
		}
		return x[:k]
	}
	for _, m := range p.Measures {
		m.Target, m.Lower, m.Upper = first(m.Target), first(m.Lower), first(m.Upper)
		q.Measures = append(q.Measures, m)
	}
	if p.Homes != nil {
		q.Homes = p.Homes[:k]
	}
	if p.Seeds != nil {
		q.Seeds = p.Seeds[:k]
	}
	q.Forbidden = nil
	for _, pair := range p.Forbidden {
		if pair[1] < k {
			q.Forbidden = append(q.Forbidden, pair)
		}
	}
	return &q
}
