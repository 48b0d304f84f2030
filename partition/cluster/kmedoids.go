package cluster

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// KMedoids divides units into k clusters about k of the units themselves, the
// medoids: each is a real customer who stands for its cluster. It needs nothing but
// distances, so it serves where a mean makes no sense: mixed attributes
// ([Gower]), hours on the road. With m(t) the medoid of cluster t and w_i the
// Weight of unit i,
//
//	minimise    Σ_t Σ_{i ∈ t} w_i·d(i, m(t))
//
// which is also known as the p-median problem. There are no limits on the clusters.
// allocate.Centers solves the same problem with limits on loads, seeds, forbidden pairs
// and a lower bound beside the plan, within a [partition.Problem]; take that for
// territories that somebody has to serve, and KMedoids to find out what kinds of
// customers there are: it takes any distance and any number of units, and says nothing
// about how far from the optimum it is.
//
// Guaranteed is a plan in which every unit is with its nearest medoid. Of up to Limit
// units, and unless the context ends, it is guaranteed as well that exchanging one
// medoid for any other unit does not lower the sum, to rounding: distances are kept to
// 24 bits. With k = 1 and k = n this is the optimum, and Stop says so. Otherwise it need
// not be: the problem is NP-hard. Clusters are numbered in the order of their first
// units.
//
// Method: FasterPAM (Schubert and Rousseeuw, Fast and eager k-medoids clustering,
// Information Systems, 2021), which judges the exchange of one unit for each of the k
// medoids in one sweep over all units, O(n), and makes the best of them at once if it
// lowers the sum. Where that ends, one or two medoids that few miss are given up for
// units drawn among those far from all medoids, and exchanges are looked for again
// among the clusters that this touched; what does not lower the sum is taken back, and
// so on as long as Budget lasts.
//
// Up to Limit units the distances of all pairs are computed, by all processors, and
// kept: 4·n² bytes, 100 MB for 5,000 units. Of more units, Samples of some are
// clustered as above, each with the best medoids so far among them; those count that
// serve all units best, which takes n·k distances for each sample (after CLARA, Kaufman
// and Rousseeuw, Finding Groups in Data, 1990). Last, up to three times, medoids give
// way to units of their clusters that serve these better, as far as comparing some of
// them finds any. The same input, seed and version give the same bytes at any
// GOMAXPROCS and on every platform.
type KMedoids struct {
	Begin  MedoidStart // how the first medoids are chosen: Build by default
	From   []int       // the first medoids, k different units, in place of Begin; nil: none
	Starts int         // runs of which the best counts; those after the first begin with Lab; 0: 1
	Budget int         // candidates to judge once no exchange betters a run; 0: 100,000; negative: none
	Seed   uint64      // of everything that is drawn
	Weight []float64   // per unit, what its distance counts: finite and ≥ 0; nil: 1

	Limit   int // most units whose distances are all kept, at least k; 0: 10,000, 400 MB
	Samples int // of more units: samples to cluster; 0: 5
	Sample  int // of more units: units in a sample; 0: 4,000, or 40·k where that is more, but Limit at most
}

// MedoidStart says how the first medoids are chosen.
type MedoidStart uint8

// The beginnings of KMedoids.
const (
	Build  MedoidStart = iota // one after the other the unit that lowers the sum most, as in PAM; it draws nothing
	Lab                       // like Build, but among some units drawn for each medoid, judged by these alone; O(n·k)
	Spread                    // drawn with a probability in proportion to the distance to the medoids so far
)

// Medoids is what [KMedoids] finds.
type Medoids struct {
	Plan       *partition.Plan
	Units      []int   // per cluster its medoid
	Second     []int   // per unit the cluster of the second nearest medoid; -1 where there is one cluster only
	Loss       float64 // Σ w_i·d(i, m): what is minimised
	Iterations int     // exchanges of medoids, of all runs
	Stop       partition.Stop
}

// Cluster finds k clusters of the units whose distances d gives.
//
// All faults are reported at once, as [*partition.InputError]s: a k outside 1..n, an
// unknown Begin, From that is not k different units, negative options, a Limit below k or above 46,340,
// weights that are not one per unit, finite and ≥ 0; and, where those are sound,
// distances that are negative or not finite, among those that were looked at.
func (m KMedoids) Cluster(ctx context.Context, d Distances, k int) (*Medoids, error) {
	if err := m.check(d, k); err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if m.Starts == 0 {
		m.Starts = 1
	}
	if m.Budget == 0 {
		m.Budget = 100_000
	}
	m.Limit = m.limit()
	if d.Len() > m.Limit {
		return m.bySamples(ctx, d, k)
	}
	return m.ofAll(ctx, d, k)
}

func (m KMedoids) check(d Distances, k int) error {
	var faults partition.Faults
	whole := func(field string, value any, why string) {
		faults.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
	}
	for _, o := range []struct {
		field string
		value int
	}{{"Starts", m.Starts}, {"Limit", m.Limit}, {"Samples", m.Samples}, {"Sample", m.Sample}} {
		if o.value < 0 {
			whole("KMedoids."+o.field, o.value, "is negative")
		}
	}
	if m.Begin > Spread {
		whole("KMedoids.Begin", m.Begin, "is none of Build, Lab and Spread")
	}
	if d == nil {
		whole("Distances", nil, "are nil")
		return faults.Err()
	}
	n := d.Len()
	if k < 1 || k > n {
		whole("k", k, fmt.Sprintf("is not between 1 and the %d units", n))
	}
	if m.Limit > mostKept {
		whole("KMedoids.Limit", m.Limit, fmt.Sprintf("is above %d: 8.6 GB", mostKept))
	} else if k > m.limit() {
		whole("k", k, fmt.Sprintf("is above the %d units that are compared with all others; see Limit", m.limit()))
	}
	if n > math.MaxInt32 {
		whole("Distances", n, "are of more than 2^31-1 units")
	}
	if m.From != nil && len(m.From) != k {
		whole("KMedoids.From", len(m.From), fmt.Sprintf("are not %d medoids", k))
	}
	first := make(map[int]int, len(m.From))
	for i, u := range m.From {
		if u < 0 || u >= n {
			faults.Add(partition.InputError{Field: "KMedoids.From", Index: i, Value: u, Why: fmt.Sprintf("is none of the %d units", n)}, nil)
		} else if j, twice := first[u]; twice {
			faults.Add(partition.InputError{Field: "KMedoids.From", Index: i, Value: u, Why: fmt.Sprintf("is the medoid at %d too", j)}, nil)
		}
		first[u] = i
	}
	if m.Weight != nil && len(m.Weight) != n {
		whole("KMedoids.Weight", len(m.Weight), fmt.Sprintf("is not the number of units, %d", n))
	}
	for i, w := range m.Weight {
		if !(w >= 0 && w <= math.MaxFloat64) {
			faults.Add(partition.InputError{Field: "KMedoids.Weight", Index: i, Value: w, Why: "is not a finite number of at least 0"}, nil)
		}
	}
	return faults.Err()
}

// mostKept is the most units whose pairs 31 bits can count.
const mostKept = 46_340

func (m KMedoids) limit() int {
	if m.Limit == 0 {
		return 10_000
	}
	return m.Limit
}

// weights are those of some units, at most 1: only their ratios count in a search.
func (m KMedoids) weights(units []int32) []float64 {
	heaviest := 0.0
	for _, w := range m.Weight {
		heaviest = max(heaviest, w)
	}
	weight := make([]float64, len(units))
	for i, u := range units {
		weight[i] = 1
		if heaviest > 0 {
			weight[i] = m.Weight[u] / heaviest
		}
	}
	return weight
}

// ofAll compares all pairs of units.
func (m KMedoids) ofAll(ctx context.Context, d Distances, k int) (*Medoids, error) {
	units := make([]int32, d.Len())
	for i := range units {
		units[i] = int32(i)
	}
	var from []int32
	for _, u := range m.From {
		from = append(from, int32(u))
	}
	found, stop, swaps, err := m.search(ctx, d, units, from, k, 0)
	if err != nil {
		return nil, err
	}
	return m.result(d, found, stop, swaps)
}

// search finds medoids among the units, to begin with those given, if any: as
// positions among the units.
func (m KMedoids) search(ctx context.Context, d Distances, units, from []int32, k int, run uint64) (found []int32, stop partition.Stop, swaps int, err error) {
	stopped := func() bool { return ctx.Err() != nil }
	matrix, err := newMatrix(d, units, stopped)
	if err != nil {
		return nil, 0, 0, err
	}
	if matrix == nil {
		return nil, 0, 0, context.Cause(ctx)
	}
	s := newSwapper(matrix, m.weights(units), k)
	stop = partition.Converged
	least := math.Inf(1)
	for start := range m.Starts {
		rnd := splitmix.Fork(m.Seed, run<<32+uint64(start))
		switch {
		case start > 0:
			s.begin(s.lab(&rnd))
		case from != nil:
			s.begin(from)
		case m.Begin == Build:
			s.begin(s.build())
		case m.Begin == Lab:
			s.begin(s.lab(&rnd))
		default:
			s.begin(s.spread(&rnd))
		}
		if k == 1 {
			s.single()
			stop = partition.ProvedOptimal
		} else if k < s.n {
			s.descend(stopped)
			s.escape(m.Budget, &rnd, stopped)
		} else {
			stop = partition.ProvedOptimal
		}
		if s.total < least {
			least, found = s.total, slices.Clone(s.medoid)
		}
		if stopped() {
			stop = partition.Interrupted
		}
		if stop != partition.Converged {
			break
		}
	}
	for t, i := range found {
		found[t] = units[i]
	}
	return found, stop, s.swaps, nil
}
