package allocate

import (
	"context"
	"errors"
	"fmt"

	"github.com/territory-go/territory/partition"
)

// Centers chooses where the K territories of a [partition.Problem] should be
// and which units belong to each. With u(t) the centre of territory t, w the
// Weight of a unit (nil: 1) and d the distance of the Problem,
//
//	minimise    Σ_t Σ_{i ∈ t} w_i·d(i, u(t))        (Medians, Means; d² for SquaredMeans)
//	subject to  lower_t ≤ Σ_{i ∈ t} value_i ≤ upper_t
//
// with the limits of Measures[0] ([partition.Measure.Limits]). No territory is
// empty.
type Centers struct {
	Objective CenterObjective // Medians by default
	Seed      uint64          // of everything that is drawn
	Gap       float64         // stop as soon as this relative gap is proved; 0: only at the optimum
	Budget    int             // work allowed, in steps of the search; 0: a default

	// Progress, if not nil, is told of the search now and then, by the calling goroutine.
	Progress func(partition.Progress)
}

var _ partition.Method = Centers{}

// CenterObjective says what the centre of a territory is, and what being away
// from it costs.
type CenterObjective uint8

// The objectives of Centers.
const (
	Medians      CenterObjective = iota // weight · distance to a unit of the territory: the capacitated p-median problem
	Means                               // weight · distance to the mean of the territory: capacitated centred clustering
	SquaredMeans                        // weight · squared distance to the mean: balanced k-means
)

// Partition solves p. Interrupted with a plan in hand it returns that plan;
// before there is one, the cause of the interruption.
func (c Centers) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	switch c.Objective {
	case Medians:
		return c.medians(ctx, p)
	case Means, SquaredMeans:
		return c.means(ctx, p)
	}
	return nil, &partition.InputError{Field: "Centers.Objective", Index: -1, Value: c.Objective, Why: "is none of Medians, Means and SquaredMeans"}
}

// unsupported is the error of a problem that asks for what a method does not do.
func unsupported(field, why string) error {
	return fmt.Errorf("%w: %s %s", errors.ErrUnsupported, field, why)
}
