// Package nearest finds the points nearest to others.
package nearest

import (
	"cmp"
	"slices"
)

// Tree is a k-d tree of points in a space of any dimension: each node halves
// its points along the coordinate in which they spread most. It depends on the
// points alone.
type Tree struct {
	dim   int
	x     []float64
	order []int32 // the points of a node are consecutive
	nodes []node
}

type node struct {
	lo, hi int32 // of order
	axis   int32 // -1: a leaf: few points, or points in one place, which ascend
	split  float64
	left   int32 // the other child follows
}

const leafSize = 8

// together reports whether a leaf holds many points, which are in one place then.
func (n *node) together() bool { return n.hi-n.lo > leafSize }

// NewTree makes the tree of the points x, row by row, dim numbers each.
func NewTree(x []float64, dim int) *Tree {
	t := &Tree{dim: dim, x: x, order: make([]int32, len(x)/dim)}
	for i := range t.order {
		t.order[i] = int32(i)
	}
	t.nodes = append(t.nodes, node{hi: int32(len(t.order)), axis: -1})
	for at := 0; at < len(t.nodes); at++ { // children come later
		t.divide(at)
	}
	return t
}

func (t *Tree) divide(at int) {
	lo, hi := t.nodes[at].lo, t.nodes[at].hi
	if hi-lo <= leafSize {
		return
	}
	axis, spread := Widest(t.x, t.dim, t.order[lo:hi])
	if !(spread > 0) {
		return // all in one place
	}
	Sort(t.x, t.dim, axis, t.order[lo:hi])
	mid := (lo + hi) / 2
	n := &t.nodes[at]
	n.axis, n.split, n.left = int32(axis), t.x[int(t.order[mid])*t.dim+axis], int32(len(t.nodes))
	t.nodes = append(t.nodes, node{lo: lo, hi: mid, axis: -1}, node{lo: mid, hi: hi, axis: -1})
}

// Order lists the points so that those near each other are mostly near in the
// list: the order in which to search for many. It must not be modified.
func (t *Tree) Order() []int32 { return t.order }

// Widest is the axis along which some of the points lie farthest apart, and how far.
func Widest(x []float64, dim int, points []int32) (axis int, spread float64) {
	if len(points) == 0 {
		return 0, 0
	}
	spread = -1
	for a := range dim {
		low := x[int(points[0])*dim+a]
		high := low
		for _, i := range points {
			v := x[int(i)*dim+a]
			low, high = min(low, v), max(high, v)
		}
		if high-low > spread {
			axis, spread = a, high-low
		}
	}
	return axis, spread
}

// Sort sorts some of the points along an axis, those that are level by number.
func Sort(x []float64, dim, axis int, points []int32) {
	slices.SortFunc(points, func(i, j int32) int {
		return cmp.Or(cmp.Compare(x[int(i)*dim+axis], x[int(j)*dim+axis]), cmp.Compare(i, j))
	})
}

// Search offers to q all points that may be among the nearest to x, but for the
// point self, with the squares of their distances. It looks at so many leaves
// and, where these do not tell, at no more.
func (t *Tree) Search(q *Heap, x []float64, self int32, leaves int) {
	t.descend(q, 0, x, self, leaves)
}

// descend returns how many leaves are left to look at.
func (t *Tree) descend(q *Heap, at int32, x []float64, self int32, leaves int) int {
	n := &t.nodes[at]
	if n.axis < 0 {
		points := t.order[n.lo:n.hi]
		if n.together() {
			d := Distance2(x, t.x[int(points[0])*t.dim:][:t.dim])
			for _, i := range points {
				if i == self {
					continue
				}
				if !q.Add(d, i) {
					break // nor would those after it be taken
				}
			}
			return leaves - 1
		}
		for _, i := range points {
			if i != self {
				q.Add(Distance2(x, t.x[int(i)*t.dim:][:t.dim]), i)
			}
		}
		return leaves - 1
	}
	gap := x[n.axis] - n.split
	first, second := n.left, n.left+1
	if gap >= 0 {
		first, second = second, first
	}
	leaves = t.descend(q, first, x, self, leaves)
	if leaves > 0 && float64(gap*gap) <= q.Worst() {
		leaves = t.descend(q, second, x, self, leaves)
	}
	return leaves
}

// Distance2 is the square of the distance of two points.
func Distance2(a, b []float64) float64 {
	sum := 0.0
	for d, x := range a {
		gap := x - b[d]
		sum += float64(gap * gap)
	}
	return sum
}
