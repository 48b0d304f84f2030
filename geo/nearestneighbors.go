package geo

import (
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// NearestNeighbors is the graph of points in which two are neighbours where one
// of them is among the k points nearest to the other: every unit has at least k
// neighbours, if there are so many. Of points equally far those of lower index
// count as nearer. The graph need not be connected ([Contiguity.Tie] helps), nor
// planar; with more than k points in one place none of these may be joined to any other.
//
// On a [Plane] distances are Euclidean; by every other metric, nil included, they
// are those of the sphere, coordinates being longitudes and latitudes in degrees.
// All borders are 0.
//
// All faults are reported, as *partition.InputError values of the fields "points"
// and "k": coordinates that are not finite or out of range, a k below 1, or so
// large that there would be more than 2^28 pairs.
// O(n·log² n + n·k·log n), on all processors.
func NearestNeighbors(points []orb.Point, k int, metric Metric) (*Contiguity, error) {
	s, err := newSites(points, metric)
	n := len(points)
	room := min(k, n-1)
	if k < 1 || n > 0 && room > mostSites/n {
		why := "is not at least 1"
		if k >= 1 {
			why = "makes more than 2^28 pairs"
		}
		var faults partition.Faults
		faults.Add(partition.InputError{Field: "k", Index: -1, Value: k, Why: why}, nil)
		return nil, errors.Join(err, faults.Err())
	}
	if err != nil {
		return nil, err
	}
	if n < 2 {
		return newContiguity(n, nil, nil), nil
	}
	x, dim := s.rows()
	tree := nearest.NewTree(x, dim)
	near := make([]int32, n*room)
	const block = 1024
	parallel.For((n+block-1)/block, func(b int) {
		var heap nearest.Heap
		for _, v := range tree.Order()[b*block : min((b+1)*block, n)] {
			i := int(v)
			heap.Reset(room)
			tree.Search(&heap, x[i*dim:(i+1)*dim], v, math.MaxInt)
			copy(near[i*room:], heap.Sorted())
		}
	})
	for i := range n {
		slices.Sort(near[i*room : (i+1)*room])
	}
	pairs := make([][2]int, 0, len(near))
	for i := range n {
		for _, j := range near[i*room : (i+1)*room] {
			// A mutual pair is taken once, by its lower unit.
			if i > int(j) {
				if _, mutual := slices.BinarySearch(near[int(j)*room:(int(j)+1)*room], int32(i)); mutual {
					continue
				}
			}
			pairs = append(pairs, [2]int{i, int(j)})
		}
	}
	return newContiguity(n, pairs, nil), nil
}
