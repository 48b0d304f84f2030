package cluster

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// Silhouette says how well units fit their clusters (Rousseeuw, Silhouettes: a graphical
// aid to the interpretation and validation of cluster analysis, 1987). With a the mean
// distance of a unit from the others of its cluster, and b that from the units of the
// cluster where this is least among all others,
//
//	s = (b - a) / max(a, b)
//
// is between -1, the unit belongs elsewhere, and 1. It is 0 of a unit that is alone in
// its cluster, and where a and b are both 0. The mean over all units says
// how well a number of clusters fits: see [Choose].
//
// All pairs of units are looked at, twice, O(n²). Of more than Limit units a sample is
// taken, of each cluster in proportion to its size, but ten units at least where it has
// them; distances are then those within the sample, and each cluster counts for as many
// units as it has. For any number of units in O(n·k) see [SimplifiedSilhouette].
type Silhouette struct {
	Limit int    // most units whose distances are all looked at; 0: 10,000
	Seed  uint64 // of the sample
}

// Silhouettes are the silhouettes of the units of a plan.
type Silhouettes struct {
	Mean     float64   // over all units that are in a cluster
	Clusters []float64 // per cluster the mean of its units; NaN: it has none
	Units    []int     // the units of the sample, ascending; nil: all units of the plan
	Values   []float64 // per unit of Units, or of the plan; NaN: it is in no cluster
	Nearest  []int     // likewise the other cluster that is nearest, or -1: the unit is in no cluster
}

// Of computes the silhouettes of the units of a plan; units in no cluster are
// left out.
//
// Faults are [*partition.InputError]s: a negative Limit, distances of another number of
// units than the plan has, fewer than two clusters with units, distances that are negative
// or not finite. There is no result, but the cause, where the context ends.
func (s Silhouette) Of(ctx context.Context, plan partition.Assignment, d Distances) (*Silhouettes, error) {
	var faults partition.Faults
	whole := func(field string, value any, why string) {
		faults.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
	}
	if s.Limit < 0 {
		whole("Silhouette.Limit", s.Limit, "is negative")
	}
	checkClusters(&faults, plan)
	switch {
	case d == nil:
		whole("Distances", nil, "are nil")
	case plan != nil && d.Len() != plan.Len():
		whole("Distances", d.Len(), fmt.Sprintf("are not of the %d units of the plan", plan.Len()))
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	result := &Silhouettes{}
	limit := s.Limit
	if limit == 0 {
		limit = 10_000
	}
	members := clustersOf(plan)
	sample := members
	if total := count(members); total > limit {
		sample = s.draw(members, total, limit)
		for _, units := range sample {
			for _, i := range units {
				result.Units = append(result.Units, int(i))
			}
		}
		slices.Sort(result.Units)
	}
	return result.measure(ctx, plan, d, members, sample)
}

// Judge is how Choose asks for the mean silhouette.
func (s Silhouette) Judge(d Distances) Judge {
	return func(ctx context.Context, plan *partition.Plan) (float64, error) {
		if plan == nil {
			return 0, &partition.InputError{Field: "plan", Index: -1, Why: "is nil"}
		}
		found, err := s.Of(ctx, plan, d)
		if err != nil {
			return 0, err
		}
		return found.Mean, nil
	}
}

func checkClusters(faults *partition.Faults, plan partition.Assignment) {
	if plan == nil {
		faults.Add(partition.InputError{Field: "plan", Index: -1, Why: "is nil"}, nil)
		return
	}
	filled := 0
	for _, units := range clustersOf(plan) {
		if len(units) > 0 {
			filled++
		}
	}
	if filled < 2 {
		faults.Add(partition.InputError{Field: "plan", Index: -1, Value: filled,
			Why: "is the number of clusters with units: a silhouette takes two"}, nil)
	}
}

// clustersOf lists the units of each cluster.
func clustersOf(plan partition.Assignment) [][]int32 {
	members := make([][]int32, plan.K())
	for i := range plan.Len() {
		if t := plan.Of(i); t >= 0 && t < len(members) {
			members[t] = append(members[t], int32(i))
		}
	}
	return members
}

func count(members [][]int32) int {
	n := 0
	for _, units := range members {
		n += len(units)
	}
	return n
}

// draw takes about so many units, of each cluster in proportion, one of each of as many
// equal stretches.
func (s Silhouette) draw(members [][]int32, total, limit int) [][]int32 {
	const least = 10
	rnd := splitmix.Source(s.Seed)
	sample := make([][]int32, len(members))
	for t, units := range members {
		n := len(units)
		size := min(n, max(least, int(float64(limit)*float64(n)/float64(total))))
		for e := range size {
			lo, hi := int(int64(e)*int64(n)/int64(size)), int(int64(e+1)*int64(n)/int64(size))
			sample[t] = append(sample[t], units[lo+rnd.Below(hi-lo)])
		}
	}
	return sample
}

// measure computes the silhouettes of the sample.
func (r *Silhouettes) measure(
	ctx context.Context, plan partition.Assignment, d Distances, members, sample [][]int32,
) (*Silhouettes, error) {
	n := plan.Len()
	if r.Units != nil {
		n = len(r.Units)
	}
	r.Values, r.Nearest = make([]float64, n), make([]int, n)
	const few = 16
	small := 1 / float64(max(1, n)) // so that sums stay finite
	bad := make([][]partition.InputError, (n+few-1)/few)
	parallel.For(len(bad), func(b int) {
		if ctx.Err() != nil {
			return
		}
		for e := b * few; e < min(n, (b+1)*few); e++ {
			i := e
			if r.Units != nil {
				i = r.Units[e]
			}
			r.Values[e], r.Nearest[e] = math.NaN(), -1
			own := plan.Of(i)
			if own < 0 {
				continue
			}
			within, between, other := 0.0, math.Inf(1), -1
			for t, units := range sample {
				sum := 0.0
				for _, j := range units {
					if int(j) == i {
						continue
					}
					x := d.Between(i, int(j))
					if !(x >= 0 && x <= math.MaxFloat64) && len(bad[b]) < partition.ListedFaults {
						bad[b] = append(bad[b], badDistance(int32(i), j, x))
					}
					sum += float64(x * small)
				}
				switch {
				case t == own:
					within = sum / float64(max(1, len(units)-1))
				case len(units) > 0:
					if mean := sum / float64(len(units)); mean < between {
						between, other = mean, t
					}
				}
			}
			r.Values[e], r.Nearest[e] = 0, other
			if most := max(within, between); most > 0 && len(members[own]) > 1 {
				r.Values[e] = (between - within) / most
			}
		}
	})
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	var faults partition.Faults
	for _, found := range bad {
		for _, f := range found {
			faults.Add(f, nil)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	r.average(plan, members)
	return r, nil
}

// average takes the means over clusters and over all units.
func (r *Silhouettes) average(plan partition.Assignment, members [][]int32) {
	r.Clusters = make([]float64, len(members))
	counts := make([]int, len(members))
	for e, value := range r.Values {
		i := e
		if r.Units != nil {
			i = r.Units[e]
		}
		if t := plan.Of(i); t >= 0 {
			r.Clusters[t] += value
			counts[t]++
		}
	}
	total := float64(count(members))
	for t, units := range members {
		r.Clusters[t] /= float64(counts[t]) // 0/0 is NaN, which Clusters promises
		if len(units) > 0 {
			r.Mean += float64(r.Clusters[t] * (float64(len(units)) / total))
		}
	}
}

// SimplifiedSilhouette is the silhouette with distances from means in place of mean
// distances: a is how far the unit is from the mean of its cluster, b how far from the
// nearest other one. It takes coordinates, Features or Points of p as [KMeans] does,
// weights of units in the means only, and O(n·k·d) time for n units in k clusters and d
// dimensions. It is larger than [Silhouette], and like that best where clusters are apart.
//
// Faults are those of p that [KMeans.Cluster] finds in coordinates, a plan of another
// number of units, and one with fewer than two clusters with units of positive weight.
func SimplifiedSilhouette(p *partition.Problem, plan partition.Assignment) (*Silhouettes, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	var faults partition.Faults
	checkCoordinates(&faults, p)
	checkClusters(&faults, plan)
	if plan != nil && plan.Len() != p.Len() {
		faults.Add(partition.InputError{Field: "plan", Index: -1, Value: plan.Len(),
			Why: fmt.Sprintf("is of another number of units than the problem: %d", p.Len())}, nil)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	x, dim := flat(p)
	s := newLloyd(x, dim, p.Weight, plan.K())
	heavy := make([]bool, s.k)
	for i := range s.of {
		t := plan.Of(i)
		if s.of[i] = int32(max(t, 0)); t >= 0 {
			s.join(int32(i), int32(t))
		}
	}
	filled := 0
	for t := range heavy {
		if s.count[t] > 0 {
			filled++
			heavy[t] = true
			for d := range dim {
				s.center[t*dim+d] = s.sum[t*dim+d] / s.weight[t]
			}
		}
	}
	if filled < 2 {
		return nil, &partition.InputError{Field: "plan", Index: -1, Value: filled,
			Why: "is the number of clusters with units of positive weight: a silhouette takes two"}
	}
	r := &Silhouettes{Values: make([]float64, s.n), Nearest: make([]int, s.n)}
	parallel.For(blocks(s.n), func(b int) {
		for i := b * block; i < min(s.n, (b+1)*block); i++ {
			r.Values[i], r.Nearest[i] = math.NaN(), -1
			own := plan.Of(i)
			if own < 0 {
				continue
			}
			within, between := 0.0, math.Inf(1)
			for t := range s.k {
				if !heavy[t] {
					continue
				}
				d2 := square(s.at(int32(i)), s.mid(int32(t)))
				if t == own {
					within = math.Sqrt(d2)
				} else if d := math.Sqrt(d2); d < between {
					between, r.Nearest[i] = d, t
				}
			}
			r.Values[i] = 0
			if most := max(within, between); most > 0 && s.count[own] > 0 {
				r.Values[i] = (between - within) / most
			}
		}
	})
	r.average(plan, clustersOf(plan))
	return r, nil
}
