package partition

import "context"

// Method builds a plan. Implementations are plain values whose zero value
// works, safe for concurrent use, and deterministic: the same problem, options
// and version give the same plan, on any platform and any number of
// processors, unless the context ends the search.
//
// An error means that there is no plan: [ErrInput] where the problem is faulty,
// [ErrInfeasible] where no plan can keep its limits, [errors.ErrUnsupported]
// where it asks for what the method does not do, and [context.Cause] where ctx
// ended before there was a plan. If it ends later, the best plan so far is
// returned with Stop [Interrupted] and a nil error.
type Method interface {
	Partition(ctx context.Context, p *Problem) (*Result, error)
}

// MethodFunc makes a Method of a function.
type MethodFunc func(ctx context.Context, p *Problem) (*Result, error)

// Partition calls f.
func (f MethodFunc) Partition(ctx context.Context, p *Problem) (*Result, error) { return f(ctx, p) }
