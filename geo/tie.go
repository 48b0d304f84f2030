package geo

import (
	"cmp"
	"errors"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/partition"
)

// Tie joins every component of the graph to the one that is nearest to it, as
// long as there are several: islands to the mainland, by way of other islands
// where that is shorter. The pairs that it adds have the least total distance of
// all that connect the graph (a shortest spanning tree of the components); they
// are returned in ascending order, the lower unit of each first, so that they can
// be reported, looked at and replaced by ferries that there are ([Contiguity.Join]).
// Their border is 0. g itself does not change; where it is connected it is
// returned as it is, with no pairs.
//
// points are the locations of the units, one each: the distance of two components
// is that of their nearest units' points. On a [Plane] it is Euclidean; by every
// other metric, nil included, it is that of the sphere, coordinates being
// longitudes and latitudes in degrees. Of pairs equally far apart the lower units win.
//
// All faults are reported, as *partition.InputError values of the field "points".
// O(n·log² n), at times more where components are entangled.
func (g *Contiguity) Tie(points []orb.Point, metric Metric) (*Contiguity, [][2]int, error) {
	s, err := newSites(points, metric)
	if len(points) != g.Len() {
		err = errors.Join(&partition.InputError{Field: "points", Index: -1, Value: len(points), Why: "are not one per unit"}, err)
	}
	if err != nil {
		return nil, nil, err
	}
	parts := g.Components()
	if len(parts) < 2 {
		return g, nil, nil
	}
	x, dim := s.rows()
	tree := nearest.NewTree(x, dim)
	of := make([]int32, g.Len()) // component of each unit
	var ties [][2]int
	// Borůvka's algorithm: every component but the largest takes the shortest pair
	// that leaves it. All pairs are told apart by distance and units, so that the
	// pairs of a round make no cycle.
	for len(parts) > 1 {
		for c, part := range parts {
			for _, u := range part {
				of[u] = int32(c)
			}
		}
		index := tree.Parts(of)
		largest := 0
		for c := range parts {
			if len(parts[c]) > len(parts[largest]) {
				largest = c
			}
		}
		into := make([]int, len(parts)) // a forest: the component that each one joins, or itself
		root := func(c int) int {
			for into[c] != c {
				into[c] = into[into[c]]
				c = into[c]
			}
			return c
		}
		for c := range into {
			into[c] = c
		}
		for c, part := range parts {
			if c == largest {
				continue
			}
			best := nearest.NoPair()
			for _, u := range part {
				tree.Foreign(&best, int32(u), index)
			}
			if a, b := root(c), root(int(of[best.To])); a != b {
				ties = append(ties, [2]int{int(min(best.From, best.To)), int(max(best.From, best.To))})
				into[max(a, b)] = min(a, b)
			}
		}
		merged := parts[:0:0]
		at := make([]int, len(parts))
		for c, part := range parts {
			if r := root(c); r == c {
				at[c] = len(merged)
				merged = append(merged, slices.Clone(part))
			} else {
				merged[at[r]] = append(merged[at[r]], part...)
			}
		}
		parts = merged
	}
	slices.SortFunc(ties, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	tied, err := g.Join(ties...)
	return tied, ties, err
}
