package allocate

import (
	"cmp"
	"math"
	"slices"
)

// placeTree is a k-d tree of points in a space of any dimension that finds the
// nearest others of a point. Its order depends on the points alone.
type placeTree struct {
	axes  [][]float64 // [dimension][point]
	order []int32     // points in the order of the leaves
	nodes []placeNode
}

type placeNode struct {
	lo, hi      int32 // order[lo:hi]
	left, right int32 // children; 0: a leaf
	axis        int32
	split       float64 // left of it: ≤, right of it: ≥
}

// placeLeaf is the number of points that a leaf holds at most.
const placeLeaf = 8

func growPlaces(axes [][]float64) *placeTree {
	n := len(axes[0])
	t := &placeTree{axes: axes, order: make([]int32, n)}
	for i := range t.order {
		t.order[i] = int32(i)
	}
	t.grow(0, int32(n))
	return t
}

// grow adds the node of order[lo:hi] with all below it.
func (t *placeTree) grow(lo, hi int32) int32 {
	at := int32(len(t.nodes))
	t.nodes = append(t.nodes, placeNode{lo: lo, hi: hi})
	if hi-lo <= placeLeaf {
		return at
	}
	inside := t.order[lo:hi]
	wide, width := 0, -1.0
	for a, v := range t.axes {
		least, most := math.Inf(1), math.Inf(-1)
		for _, i := range inside {
			least, most = math.Min(least, v[i]), math.Max(most, v[i])
		}
		if w := most - least; w > width {
			wide, width = a, w
		}
	}
	v := t.axes[wide]
	slices.SortFunc(inside, func(a, b int32) int { return cmp.Or(cmp.Compare(v[a], v[b]), cmp.Compare(a, b)) })
	mid := lo + (hi-lo)/2
	split := v[t.order[mid]] // before the right half is sorted along another axis
	left := t.grow(lo, mid)
	right := t.grow(mid, hi)
	node := &t.nodes[at]
	node.left, node.right, node.axis, node.split = left, right, int32(wide), split
	return at
}

// search offers all points but i that may be among the nearest of point i.
func (t *placeTree) search(q *nearest, i int) { t.descend(q, i, 0) }

func (t *placeTree) descend(q *nearest, i int, at int32) {
	node := &t.nodes[at]
	if node.left == 0 {
		for _, j := range t.order[node.lo:node.hi] {
			if int(j) != i {
				q.add(t.square(i, int(j)), j)
			}
		}
		return
	}
	d := t.axes[node.axis][i] - node.split
	first, second := node.left, node.right
	if d > 0 {
		first, second = second, first
	}
	t.descend(q, i, first)
	if square(d) <= q.worst() {
		t.descend(q, i, second)
	}
}

// square is the squared distance of two points.
func (t *placeTree) square(i, j int) float64 {
	s := 0.0
	for _, v := range t.axes {
		s += square(v[i] - v[j])
	}
	return s
}

// nearest keeps the best few of the units that are offered: a heap with the
// worst on top, by (distance, unit).
type nearest struct {
	room int
	heap []nearUnit
	out  []int32
}

type nearUnit struct {
	distance float64
	unit     int32
}

func (a nearUnit) after(b nearUnit) bool {
	return a.distance > b.distance || a.distance == b.distance && a.unit > b.unit
}

func (q *nearest) reset(room int) { q.room, q.heap = room, q.heap[:0] }

// worst is the distance up to which a unit may still be taken.
func (q *nearest) worst() float64 {
	if len(q.heap) < q.room {
		return math.Inf(1)
	}
	return q.heap[0].distance
}

func (q *nearest) add(distance float64, unit int32) {
	u := nearUnit{distance, unit}
	if len(q.heap) < q.room {
		q.heap = append(q.heap, u)
		for k := len(q.heap) - 1; k > 0; {
			up := (k - 1) / 2
			if !q.heap[k].after(q.heap[up]) {
				break
			}
			q.heap[k], q.heap[up] = q.heap[up], q.heap[k]
			k = up
		}
		return
	}
	if !q.heap[0].after(u) {
		return
	}
	q.heap[0] = u
	for k := 0; ; {
		down := 2*k + 1
		if down >= len(q.heap) {
			break
		}
		if down+1 < len(q.heap) && q.heap[down+1].after(q.heap[down]) {
			down++
		}
		if !q.heap[down].after(q.heap[k]) {
			break
		}
		q.heap[k], q.heap[down] = q.heap[down], q.heap[k]
		k = down
	}
}

// sorted is what was kept, nearest first, until the next reset.
func (q *nearest) sorted() []int32 {
	slices.SortFunc(q.heap, func(a, b nearUnit) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.unit, b.unit))
	})
	q.out = q.out[:0]
	for _, u := range q.heap {
		q.out = append(q.out, u.unit)
	}
	return q.out
}
