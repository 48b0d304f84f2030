package cluster

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Agglomerative merges units into ever larger clusters, two at a time, the two
// that are least apart. The answer is a [Dendrogram], which can be cut into any
// number of clusters, one within the other: two levels of a sales organisation, or
// a number of segments still to be agreed upon.
//
// How far apart two clusters A and B are is what Linkage says, from the distances
// d of their units and the sums of their weights:
//
//	Average   the mean of d(a, b), weighted
//	Complete  the largest d(a, b)
//	Single    the smallest d(a, b)
//	Ward      √(2·|A|·|B| / (|A| + |B|)) times the distance of the two means: √2 times
//	          the root of what merging them adds to the weighted sum of squares; it
//	          means this where d is Euclidean
//
// Guaranteed is that each merge is of two clusters than which none are less apart, to
// rounding, and that heights ascend. Where several pairs are equally far apart the
// order of the units may decide; with Single no cut at a height depends on it.
//
// Method: chains of nearest neighbours (Murtagh, 1983), in which the formula of Lance
// and Williams (1967) gives the distances of a merged cluster; time O(n²), memory 4·n²
// bytes: 100 MB for 5,000 units, and an error for more than 30,000. With Single it is
// the minimum spanning tree by the algorithm of Prim, for any number of units: O(n²)
// distances, each computed once, and memory O(n). To go beyond, merge the medoids that
// [KMedoids] finds, the sizes of their clusters being the weights. The result is the
// same at any GOMAXPROCS and on every platform.
type Agglomerative struct {
	Linkage Linkage   // Average by default
	Weight  []float64 // per unit, for Average and Ward: how many it stands for; finite and > 0; nil: 1
}

// Linkage says how far apart two clusters are.
type Linkage uint8

// The linkages of Agglomerative.
const (
	Average Linkage = iota
	Complete
	Single
	Ward
)

// mostMerged is how many units a triangle of distances is made for: 3.6 GB.
const mostMerged = 30_000

// largestSquared is the largest distance whose square can be computed with.
const largestSquared = 1e150

// Cluster merges the units whose distances d gives.
//
// All faults are reported at once, as [*partition.InputError]s: an unknown Linkage, no
// units or, but with Single, more than 30,000, weights that are not one per unit,
// finite and above 0; and, where those are sound, distances that are negative or not
// finite or, with Ward, above 1e150. The error is the cause of the context where that
// ends.
func (a Agglomerative) Cluster(ctx context.Context, d Distances) (*Dendrogram, error) {
	if err := a.check(d); err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	var steps []step
	var err error
	if a.Linkage == Single {
		steps, err = spanning(ctx, d)
	} else {
		steps, err = a.chains(ctx, d)
	}
	if err != nil {
		return nil, err
	}
	return dendrogram(d.Len(), steps), nil
}

func (a Agglomerative) check(d Distances) error {
	var faults partition.Faults
	whole := func(field string, value any, why string) {
		faults.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
	}
	if a.Linkage > Ward {
		whole("Agglomerative.Linkage", a.Linkage, "is none of Average, Complete, Single and Ward")
	}
	if d == nil {
		whole("Distances", nil, "are nil")
		return faults.Err()
	}
	n := d.Len()
	switch {
	case n < 1:
		whole("Distances", n, "are of no units")
	case n > mostMerged && a.Linkage != Single || n > math.MaxInt32:
		whole("Distances", n, fmt.Sprintf("are of more than %d units; KMedoids can make fewer of them", mostMerged))
	}
	if a.Weight != nil && len(a.Weight) != n {
		whole("Agglomerative.Weight", len(a.Weight), fmt.Sprintf("is not the number of units, %d", n))
	}
	for i, w := range a.Weight {
		if !(w > 0 && w <= math.MaxFloat64) {
			faults.Add(partition.InputError{Field: "Agglomerative.Weight", Index: i, Value: w, Why: "is not a finite number above 0"}, nil)
		}
	}
	return faults.Err()
}

// step merges the clusters of two units.
type step struct {
	a, b   int32
	height float64
}

// chains merges along chains of nearest neighbours. A cluster is known by its
// first unit.
func (a Agglomerative) chains(ctx context.Context, d Distances) ([]step, error) {
	n := d.Len()
	most := math.MaxFloat64
	if a.Linkage == Ward {
		most = largestSquared
	}
	t, err := newTriangle(ctx, d, most)
	if err != nil {
		return nil, err
	}
	heaviest := 1.0
	for _, w := range a.Weight {
		heaviest = max(heaviest, w)
	}
	weight := make([]float64, n)
	for i := range weight {
		weight[i] = 1
		if a.Weight != nil {
			weight[i] = a.Weight[i] / heaviest // so that sums are finite
		}
	}
	if a.Linkage == Ward {
		t.square(weight)
	}
	alive := make([]int32, n) // the clusters, ascending
	for i := range alive {
		alive[i] = int32(i)
	}
	height := make([]float64, n) // of each cluster
	var steps []step
	var chain []int32
	for len(alive) > 1 {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if len(chain) == 0 {
			chain = append(chain, alive[0])
		}
		top := chain[len(chain)-1]
		// Of equally near ones the last of the chain, so that it ends, else the first.
		near, least := int32(-1), math.Inf(1)
		if len(chain) > 1 {
			near = chain[len(chain)-2]
			least = t.at(top, near)
		}
		at, _ := slices.BinarySearch(alive, top)
		row := t.row[top]
		for _, c := range alive[:at] {
			if x := row[c]; x < least {
				near, least = c, x
			}
		}
		for _, c := range alive[at+1:] {
			if x := t.row[c][top]; x < least {
				near, least = c, x
			}
		}
		if len(chain) == 1 || near != chain[len(chain)-2] {
			chain = append(chain, near)
			continue
		}
		chain = chain[:len(chain)-2]
		x, y := min(top, near), max(top, near)
		// What rounding takes off a height may not put it below those of its parts.
		h := max(least, height[x], height[y])
		height[x] = h
		if a.Linkage == Ward {
			h = math.Sqrt(h) * math.Sqrt(heaviest)
		}
		steps = append(steps, step{x, y, h})
		alive = without(alive, y)
		for _, c := range alive {
			if c != x {
				t.set(x, c, a.joined(t.at(x, c), t.at(y, c), least, weight[x], weight[y], weight[c]))
			}
		}
		weight[x] += weight[y]
	}
	return steps, nil
}

// joined is how far the union of two clusters is from a third one: their distances from
// it are ac and bc, and xy from each other. Where xy is the least of the three, as it
// is here, the union is no nearer than the nearer of the two; rounding must not break
// this, or chains could run in circles.
func (a Agglomerative) joined(ac, bc, xy, x, y, c float64) float64 {
	switch a.Linkage {
	case Complete:
		return max(ac, bc)
	case Average:
		share := x / (x + y)
		return min(max(float64(share*ac)+float64((1-share)*bc), min(ac, bc)), max(ac, bc))
	}
	all := x + y + c
	return max(min(ac, bc), float64((x+c)/all*ac)+float64((y+c)/all*bc)-float64(c/all*xy))
}

func without(all []int32, x int32) []int32 {
	kept := all[:0]
	for _, c := range all {
		if c != x {
			kept = append(kept, c)
		}
	}
	return kept
}
