package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// KMeans divides the units of a [partition.Problem] into K clusters about their
// means. With x_i the coordinates of unit i, w_i its Weight (nil: 1), and m(t) the
// weighted mean of cluster t,
//
//	minimise    Σ_t Σ_{i ∈ t} w_i·|x_i - m(t)|²
//
// There are no limits: for clusters of equal size or load see allocate.Centers{Objective:
// SquaredMeans}.
//
// The coordinates are Features, of any dimension. They count as they are, so attributes
// should be brought to a common scale first. Or they are Points, longitudes and latitudes
// in degrees, which are put in space, in kilometres from the middle of the earth: distances
// are then straight lines through it, 0.01 % short of the great circle over 300 km.
//
// Guaranteed is a plan in which no unit is nearer to the mean of another cluster than to
// that of its own, and in which moving no single unit lowers the sum of squares, both to
// rounding, unless Rounds run out or the context ends. All clusters have a unit of positive
// weight. Not guaranteed is the optimum, which is NP-hard to find, and no bound is proved.
// Units of weight 0 move no mean; they go to the nearest one. Clusters are numbered in the
// order of their first units.
//
// Method: k-means++ seeding that tries several units for each centre and keeps the best
// (Arthur and Vassilvitskii, 2007); rounds of Lloyd; then the cluster that would be missed
// least is dissolved and the one that gains most is split, again and again, which stays so
// where a few rounds find it better; last, single units are exchanged as by Hartigan
// (1975). A cluster that runs empty gets the unit that costs most. Of more than 10,000
// units, and 400 for each cluster, a weighted sample (Bachem, Lucic, Krause, 2018) is
// seeded and searched so, and rounds of all units follow.
//
// In a round a unit is looked at only where bounds on its distances from the nearest and
// the second nearest centre (Hamerly, 2010) leave its cluster open, then only with the
// centres near its own, and units far from any border are passed by in bunches. The
// result of the rounds is that of plain Lloyd, but that a unit equally near to two means
// stays where it is, and that what is equal to rounding may be told apart either way.
//
// A round is O(n + K) with a small constant once little moves, and O(n·K·d + K²·d) at
// most; memory is O(n·d). The same input, seed and version give the same bytes at any
// GOMAXPROCS and on every platform. The order of the units matters where the outcome
// depends on what is drawn.
type KMeans struct {
	Starts int    // runs from different seedings, of which the best counts; 0: 1
	Seed   uint64 // of everything that is drawn
	Rounds int    // rounds of Lloyd in each start, at most; 0: 10,000
}

var _ partition.Method = KMeans{}

// Means is what [KMeans] finds.
type Means struct {
	Plan *partition.Plan

	// Centers are the means of the clusters: rows as of Features, or longitude and
	// latitude of the mean of Points.
	Centers [][]float64

	Squares    float64 // Σ w_i·|x_i - m|²: what is minimised; of Points in km²
	Iterations int     // rounds of Lloyd, of all starts
	Stop       partition.Stop
}

// largestCoordinate is so far below the largest number that squares can be added up.
const largestCoordinate = 1e140

// Cluster divides the units of p into p.K clusters.
//
// Faults of p are answered by [partition.InputError]s, all of them at once: those that
// [partition.Problem.Validate] finds, and coordinates beyond ±1e140. A K above the number
// of units is a [*partition.InfeasibleError]; one above the number of different points of
// positive weight leaves the sum of squares at 0, which is optimal, with copies in clusters
// of their own. Points closer to one another than 1e-160 count as one. Limits of Measures,
// Fixed, Forbidden, Seeds, Homes, Contiguity, CenterCapacity, Distance, Between and K = 0
// are answered by an error that wraps [errors.ErrUnsupported] and names the field.
func (m KMeans) Cluster(ctx context.Context, p *partition.Problem) (*Means, error) {
	if err := m.check(p); err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if n := p.Len(); p.K > n {
		return nil, &partition.InfeasibleError{Need: float64(p.K), Have: float64(n),
			Why: fmt.Sprintf("%d clusters are to have a unit each, but there are only %d units", p.K, n)}
	}
	x, dim := flat(p)
	s := newLloyd(x, dim, p.Weight, p.K)
	best := math.Inf(1)
	var of []int32
	result := &Means{Stop: partition.Converged}
	for start := range max(m.Starts, 1) {
		rnd := splitmix.Fork(m.Seed, uint64(start))
		if s.left = m.Rounds; s.left == 0 {
			s.left = defaultRounds
		}
		if found := s.start(ctx, &rnd); found < p.K {
			if ctx.Err() == nil {
				of = s.labels(of)
				scatter(of, found, p.K)
				result.Stop = partition.ProvedOptimal
			}
			break
		}
		if cost := s.cost(); cost < best || of == nil {
			best, of = cost, s.labels(of)
		}
		if s.left == 0 {
			result.Stop = partition.BudgetSpent
		}
		if ctx.Err() != nil {
			break
		}
	}
	if of == nil {
		return nil, context.Cause(ctx)
	}
	if ctx.Err() != nil && result.Stop != partition.ProvedOptimal {
		result.Stop = partition.Interrupted
	}
	number(of, p.K)
	plan, err := partition.NewPlan(p.K, of)
	if err != nil {
		return nil, err
	}
	result.Plan, result.Iterations = plan, s.total
	result.Centers, result.Squares = s.means(of)
	if p.Features == nil {
		for t, c := range result.Centers {
			result.Centers[t] = onEarth(c)
		}
	}
	return result, nil
}

// Partition is Cluster as a [partition.Method]: Certificate.Objective is the sum of
// squares and Iterations the rounds.
func (m KMeans) Partition(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	found, err := m.Cluster(ctx, p)
	if err != nil {
		return nil, err
	}
	r := &partition.Result{
		Plan:        found.Plan,
		Certificate: partition.Certificate{Objective: found.Squares, Bound: math.Inf(-1)},
		Stop:        found.Stop, Iterations: found.Iterations, Seed: m.Seed,
	}
	if found.Squares == 0 {
		r.Certificate.Bound, r.Certificate.Proof, r.Stop = 0, "squares", partition.ProvedOptimal
	}
	return r, nil
}

const defaultRounds = 10_000

func (m KMeans) check(p *partition.Problem) error {
	if err := p.Validate(); err != nil {
		return err
	}
	var faults partition.Faults
	if m.Starts < 0 {
		faults.Add(partition.InputError{Field: "KMeans.Starts", Index: -1, Value: m.Starts, Why: "is negative"}, nil)
	}
	if m.Rounds < 0 {
		faults.Add(partition.InputError{Field: "KMeans.Rounds", Index: -1, Value: m.Rounds, Why: "is negative"}, nil)
	}
	checkCoordinates(&faults, p)
	if err := faults.Err(); err != nil {
		return err
	}
	return refuse("k-means", p,
		asked{"Seeds", p.Seeds != nil, "draws its own; KMeans.Seed changes them"},
		asked{"Between", p.Between != nil, "needs coordinates, as Features or Points"},
		asked{"Distance", p.Distance != nil, "needs squares of straight distances; coordinates of a plane go into Features"},
	)
}

// checkCoordinates adds what keeps sums of squares from being finite.
func checkCoordinates(faults *partition.Faults, p *partition.Problem) {
	far := sphere.Radius
	part := make([]float64, blocks(len(p.Features)))
	parallel.For(len(part), func(b int) {
		for _, row := range p.Features[b*block : min(len(p.Features), (b+1)*block)] {
			for _, x := range row {
				part[b] = max(part[b], x, -x)
			}
		}
	})
	for b, most := range part {
		if far = max(far, most); most <= largestCoordinate {
			continue
		}
		for i := b * block; i < min(len(p.Features), (b+1)*block); i++ {
			for d, x := range p.Features[i] {
				if math.Abs(x) > largestCoordinate {
					faults.Add(partition.InputError{Field: "Features", Index: i, Value: x,
						Why: fmt.Sprintf("is beyond ±%g, in coordinate %d: sums of squares would overflow", largestCoordinate, d)}, p.Label)
				}
			}
		}
	}
	n := p.Len()
	if len(p.Points) == 0 && len(p.Features) == 0 && n > 0 {
		faults.Add(partition.InputError{Field: "Features", Index: -1, Why: "are missing, and so are Points: a mean needs coordinates"}, nil)
	}
	total := 0.0
	for _, w := range p.Weight {
		total += w
	}
	if math.IsInf(total*far*far*1e6, 0) && faults.Len() == 0 {
		faults.Add(partition.InputError{Field: "Weight", Index: -1, Value: total,
			Why: "is in sum so large that sums of squares would overflow"}, nil)
	}
}

// asked is a demand that may not be supported.
type asked struct {
	field string
	is    bool
	why   string
}

// refuse is the error of a problem that asks clustering for what only territories have.
func refuse(method string, p *partition.Problem, more ...asked) error {
	limited := -1
	for r := len(p.Measures) - 1; r >= 0; r-- {
		if me := p.Measures[r]; me.Lower != nil || me.Upper != nil || me.Tolerance > 0 {
			limited = r
		}
	}
	for _, a := range append([]asked{
		{"K = 0", p.K == 0, "needs the number of clusters; a Choice finds one"},
		{fmt.Sprintf("Measures[%d]", limited), limited >= 0, "keeps no limits"},
		{"Contiguity", p.Contiguity != nil, "does not keep clusters connected"},
		{"Fixed", p.Fixed != nil, "locks no units"},
		{"Forbidden", p.Forbidden != nil, "forbids no pairs"},
		{"Homes", p.Homes != nil, "puts centres where they cost least"},
		{"CenterCapacity", p.CenterCapacity != nil, "keeps no limits"},
	}, more...) {
		if a.is {
			return fmt.Errorf("%w: %s: %s %s", errors.ErrUnsupported, a.field, method, a.why)
		}
	}
	return nil
}

// flat puts the coordinates of the units in a row.
func flat(p *partition.Problem) (x []float64, dim int) {
	if len(p.Features) > 0 {
		dim = len(p.Features[0])
		x = make([]float64, len(p.Features)*dim)
		parallel.For(blocks(len(p.Features)), func(b int) {
			for i := b * block; i < min(len(p.Features), (b+1)*block); i++ {
				copy(x[i*dim:(i+1)*dim], p.Features[i])
			}
		})
		return x, dim
	}
	x = make([]float64, 0, 3*len(p.Points))
	for _, at := range p.Points {
		v := sphere.At(at[0], at[1])
		x = append(x, sphere.Radius*v.X, sphere.Radius*v.Y, sphere.Radius*v.Z)
	}
	return x, 3
}

// onEarth is the longitude and latitude below or above a place in space.
func onEarth(c []float64) []float64 {
	const degrees = 180 / math.Pi
	across := math.Sqrt(float64(c[0]*c[0]) + float64(c[1]*c[1]))
	return []float64{detmath.Atan2(c[1], c[0]) * degrees, detmath.Atan2(c[2], across) * degrees}
}

// number gives the clusters the order of their first units.
func number(of []int32, k int) {
	named := make([]int32, k)
	for t := range named {
		named[t] = -1
	}
	next := int32(0)
	for i, t := range of {
		if named[t] < 0 {
			named[t], next = next, next+1
		}
		of[i] = named[t]
	}
}

// scatter fills clusters from found on where all units fit into those before at no cost:
// with units that are not alone where they are, the first ones first. There are as many
// units as clusters at least.
func scatter(of []int32, found, k int) {
	count := make([]int, k)
	for _, t := range of {
		count[t]++
	}
	found = max(found, 1) // where nothing weighs anything, all are in the first
	for i := 0; i < len(of) && found < k; i++ {
		if t := of[i]; count[t] > 1 {
			count[t]--
			of[i] = int32(found)
			count[found] = 1
			found++
		}
	}
}
