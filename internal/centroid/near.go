package centroid

import (
	"cmp"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
)

// tree is a k-d tree of points: each node halves its points along the
// coordinate in which they spread most.
type tree struct {
	dim   int
	x     []float64
	order []int32 // the points of a node are consecutive
	nodes []node
}

type node struct {
	lo, hi int32 // of order
	axis   int32 // -1: a leaf
	split  float64
	left   int32 // the other child follows
}

const leafSize = 8

func newTree(x []float64, dim int) *tree {
	t := &tree{dim: dim, x: x, order: make([]int32, len(x)/dim)}
	for i := range t.order {
		t.order[i] = int32(i)
	}
	t.nodes = append(t.nodes, node{hi: int32(len(t.order)), axis: -1})
	for at := 0; at < len(t.nodes); at++ { // children come later
		t.divide(at)
	}
	return t
}

func (t *tree) coordinate(i, axis int32) float64 { return t.x[int(i)*t.dim+int(axis)] }

func (t *tree) divide(at int) {
	lo, hi := t.nodes[at].lo, t.nodes[at].hi
	if hi-lo <= leafSize {
		return
	}
	axis, spread := int32(-1), 0.0
	for a := range int32(t.dim) {
		low, high := t.coordinate(t.order[lo], a), t.coordinate(t.order[lo], a)
		for _, i := range t.order[lo:hi] {
			low, high = min(low, t.coordinate(i, a)), max(high, t.coordinate(i, a))
		}
		if high-low > spread {
			axis, spread = a, high-low
		}
	}
	if axis < 0 {
		return // all in one place
	}
	slices.SortFunc(t.order[lo:hi], func(i, j int32) int {
		return cmp.Or(cmp.Compare(t.coordinate(i, axis), t.coordinate(j, axis)), cmp.Compare(i, j))
	})
	mid := (lo + hi) / 2
	n := &t.nodes[at]
	n.axis, n.split, n.left = axis, t.coordinate(t.order[mid], axis), int32(len(t.nodes))
	t.nodes = append(t.nodes, node{lo: lo, hi: mid, axis: -1}, node{lo: mid, hi: hi, axis: -1})
}

// seeker finds the points nearest to others.
type seeker struct {
	*tree
	count  int
	budget int // leaves to look at; the answer is approximate where more would be needed
	found  []hit
}

type hit struct {
	far2  float64
	point int32
}

// nearest appends up to count points to dst, the nearest to x first, but for the
// point self.
func (s *seeker) nearest(dst []int32, x []float64, self int32, leaves int) []int32 {
	s.found, s.budget = s.found[:0], leaves
	s.descend(0, x, self)
	for _, h := range s.found {
		dst = append(dst, h.point)
	}
	return dst
}

func (s *seeker) descend(at int32, x []float64, self int32) {
	n := &s.nodes[at]
	if n.axis < 0 {
		s.budget--
		for _, i := range s.order[n.lo:n.hi] {
			if i != self {
				s.offer(hit{distance2(x, s.x[int(i)*s.dim:][:s.dim]), i})
			}
		}
		return
	}
	gap := x[n.axis] - n.split
	first, second := n.left, n.left+1
	if gap >= 0 {
		first, second = second, first
	}
	s.descend(first, x, self)
	if s.budget > 0 && (len(s.found) < s.count || float64(gap*gap) <= s.found[len(s.found)-1].far2) {
		s.descend(second, x, self)
	}
}

func (s *seeker) offer(h hit) {
	worse := func(a, b hit) bool { return a.far2 > b.far2 || a.far2 == b.far2 && a.point > b.point }
	if len(s.found) == s.count {
		if !worse(s.found[len(s.found)-1], h) {
			return
		}
		s.found = s.found[:len(s.found)-1]
	}
	at := len(s.found)
	s.found = append(s.found, h)
	for ; at > 0 && worse(s.found[at-1], h); at-- {
		s.found[at] = s.found[at-1]
	}
	s.found[at] = h
}

// distance2 is the square of a distance.
func distance2(a, b []float64) float64 {
	sum := 0.0
	for d, x := range a {
		gap := x - b[d]
		sum += float64(gap * gap)
	}
	return sum
}

// neighbors lists for each point the nearest others, count of them where there
// are so many.
func neighbors(x []float64, dim, count int) [][]int32 {
	n := len(x) / dim
	count = min(count, n-1)
	near := make([][]int32, n)
	if count <= 0 {
		return near
	}
	t := newTree(x, dim)
	all := make([]int32, n*count)
	parallel.For(blocks(n), func(b int) {
		s := &seeker{tree: t, count: count}
		for i := b * block; i < min(n, (b+1)*block); i++ {
			near[i] = s.nearest(all[i*count:i*count:(i+1)*count], x[i*dim:(i+1)*dim], int32(i), 64+count)
		}
	})
	return near
}
