package allocate

import (
	"context"

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
//
// With Medians u(t) is a unit of territory t, in Result.Centers, the distance is
// the one from the unit to the centre, Between(unit, centre), and CenterCapacity
// of u(t) is a limit as well. Kept are Fixed, Forbidden and Seeds, which are the
// centres. Homes, Contiguity, K = 0 and limits of further measures are answered
// by an error that wraps [errors.ErrUnsupported] and names the field.
//
// With Means and SquaredMeans u(t) is the weighted mean of territory t, which takes
// coordinates: Features, whose space is Euclidean and may have any dimension, or
// Points as longitudes and latitudes. On the sphere the mean is the point of the
// sphere nearest to the mean in space; Means adds up great-circle kilometres and
// SquaredMeans the squares of straight ones, which that point minimises. Kept are
// the limits of all measures, Fixed, Forbidden and Seeds; territories that nothing
// tells apart are numbered in the order of their first units. Distance, Between,
// Homes, Contiguity, CenterCapacity and K = 0 are unsupported, and the bound is
// -Inf: nothing but the plan is known. See below for the method.
//
// Guaranteed with Medians is the bound: 0, or what Result.Multipliers prove
// ([MediansBound]), rounded up where all costs are whole numbers. Guaranteed is
// also that a plan outside its limits is never made to look cheap: its violation
// is kept apart, and an Objective of +Inf says that a unit is out of its centre's
// reach. To find a plan within the limits is NP-hard by itself, so a violation
// does not prove that there is none.
//
// Method: a first plan by bisection of the map into parts of equal amounts; then
// patches of neighbouring territories are drawn anew by simulated annealing, which
// moves and swaps units, moves centres, and closes a territory to open it
// elsewhere, with loads outside the limits at a price that rises as it cools; what
// is better is kept. Parts of the problem improved one by one in this way are
// known as POPMUSIC (Taillard and Voß, 2002). Beside it the Lagrangian dual with a
// knapsack per centre is raised by subgradients; it sees the nearest six territories'
// worth of units of each, but four million pairs at most, so that it is weak where
// n²/K is beyond a million. Memory is O(n) for near units, up to
// 50 MB for the dual and 20 MB per patch; where only Between is given, all pairs are
// looked at twice, O(n²) time. Above 16,384 units with a Distance or Between of
// the caller's there is no bound but 0.
//
// Means and SquaredMeans are begun by k-means++ and swaps of centres, annealed as
// a whole by exchanges that cost O(1) to judge, and then, as above, in patches of
// neighbouring territories, now and then with one territory dissolved and another
// one split; when that finds nothing more, another plan is begun. Memory is O(n + K);
// a step takes about 50 ns. Their default budget is 20,000 and 12,000 steps per
// unit, 400 and 80 million at most.
//
// The default budget of Medians is 40,000 steps per unit, above a thousand units 40 million and
// 1,000 per unit: some seconds. The same input, seed and version give the same bytes
// at any GOMAXPROCS and on every platform, unless the context ends early.
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
