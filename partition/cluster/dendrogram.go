package cluster

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"

	"github.com/territory-go/territory/partition"
)

// Dendrogram is how units become one cluster by merging two at a time. It is a
// value that can be stored: cutting it needs nothing else.
type Dendrogram struct {
	Units  int     `json:"units"`  // n
	Merges []Merge `json:"merges"` // n - 1 of them, by ascending height
}

// Merge makes a new cluster of the clusters A and B, A < B. The units are clusters
// 0..n-1, and merge m makes cluster n + m.
type Merge struct {
	A      int     `json:"a"`
	B      int     `json:"b"`
	Height float64 `json:"height"` // how far apart A and B are
	Size   int     `json:"size"`   // units of the new cluster
}

// Cut gives the k clusters that are left before the last k - 1 merges, numbered
// in the order of their first units. The error of a k outside 1..n, and of Merges that
// do not make one cluster of n units, is a [*partition.InputError]. O(n).
func (d *Dendrogram) Cut(k int) (*partition.Plan, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if k < 1 || k > d.Units {
		return nil, &partition.InputError{Field: "k", Index: -1, Value: k, Why: fmt.Sprintf("is not between 1 and the %d units", d.Units)}
	}
	return d.after(d.Units - k)
}

// CutAt gives the clusters after all merges up to this height, and that of this
// height. Errors are those of Cut, and a height that is NaN. O(n).
func (d *Dendrogram) CutAt(height float64) (*partition.Plan, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if math.IsNaN(height) {
		return nil, &partition.InputError{Field: "height", Index: -1, Value: height, Why: "is no number"}
	}
	return d.after(sort.Search(len(d.Merges), func(m int) bool { return d.Merges[m].Height > height }))
}

// after is the plan after so many merges.
func (d *Dendrogram) after(merges int) (*partition.Plan, error) {
	// From the last merge to the first, each cluster gets what it is part of.
	part := make([]int32, d.Units+merges)
	k := d.Units - merges
	for c := range part {
		part[c] = -1
	}
	next := int32(0)
	for c := len(part) - 1; c >= 0; c-- {
		if part[c] < 0 {
			part[c] = next
			next++
		}
		if c >= d.Units {
			m := d.Merges[c-d.Units]
			part[m.A], part[m.B] = part[c], part[c]
		}
	}
	of := part[:d.Units]
	number(of, k)
	return partition.NewPlan(k, of)
}

// check holds merges that may come from anywhere to what Cut relies on.
func (d *Dendrogram) check() error {
	n := d.Units
	fault := func(at int, value any, why string) error {
		return &partition.InputError{Field: "Dendrogram.Merges", Index: at, Value: value, Why: why}
	}
	if n < 1 || len(d.Merges) != n-1 {
		return fault(-1, len(d.Merges), fmt.Sprintf("are not one less than the %d units", n))
	}
	merged := make([]bool, 2*n)
	for at, m := range d.Merges {
		for _, c := range []int{m.A, m.B} {
			if c < 0 || c >= n+at {
				return fault(at, c, "is no cluster yet")
			}
			if merged[c] {
				return fault(at, c, "is merged already")
			}
			merged[c] = true
		}
		if math.IsNaN(m.Height) || at > 0 && m.Height < d.Merges[at-1].Height {
			return fault(at, m.Height, "is a height below the one before, or NaN")
		}
	}
	return nil
}

// dendrogram puts steps in the order of their heights, and clusters in the place
// of their units. Of equal heights the earlier step comes first.
func dendrogram(n int, steps []step) *Dendrogram {
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.height, b.height) })
	d := &Dendrogram{Units: n, Merges: make([]Merge, 0, len(steps))}
	above := make([]int32, n) // a unit of the same cluster; the unit itself: the one that names it
	cluster, size := make([]int, n), make([]int, n)
	for i := range above {
		above[i], cluster[i], size[i] = int32(i), i, 1
	}
	find := func(i int32) int32 {
		for above[i] != i {
			above[i] = above[above[i]]
			i = above[i]
		}
		return i
	}
	for at, s := range steps {
		a, b := find(s.a), find(s.b)
		if size[a] < size[b] {
			a, b = b, a
		}
		m := Merge{A: min(cluster[a], cluster[b]), B: max(cluster[a], cluster[b]), Height: s.height, Size: size[a] + size[b]}
		d.Merges = append(d.Merges, m)
		above[b], cluster[a], size[a] = a, n+at, m.Size
	}
	return d
}
