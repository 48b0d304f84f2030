package lap

import (
	"context"
	"math"
	"slices"
)

// tree is the state of one search for a shortest augmenting path.
type tree struct {
	heap     heap
	distance []float64 // per column, +Inf: not reached
	parent   []int32   // per column the row from which it was reached
	reached  []int32   // columns with a distance
	scanned  []int32   // columns whose rows were looked at, by distance
	done     []bool    // per column: is in scanned
	base     []float64 // per scanned column: what to subtract from its row's reduced costs
	end      int32     // the nearest free column so far
	least    float64   // its distance
}

func (t *tree) init(columns int) {
	t.distance = make([]float64, columns)
	for j := range t.distance {
		t.distance[j] = math.Inf(1)
	}
	t.parent = make([]int32, columns)
	t.done = make([]bool, columns)
	t.base = make([]float64, columns)
}

// search finds the free column nearest to the free row, by Dijkstra's
// algorithm on the reduced costs, and lowers the prices of the columns on the
// way; none where there is no path.
func (s *solver) search(ctx context.Context, row int32) (int32, error) {
	t := &s.tree
	for _, j := range t.reached {
		t.distance[j] = math.Inf(1)
		t.done[j] = false
	}
	t.heap, t.reached, t.scanned = t.heap[:0], t.reached[:0], t.scanned[:0]
	t.end, t.least = none, math.Inf(1)

	s.scan(row, 0, math.Inf(-1)) // its reduced costs may have either sign
	for steps := 0; len(t.heap) > 0; steps++ {
		if steps&63 == 63 && ctx.Err() != nil {
			return none, context.Cause(ctx)
		}
		at := t.heap.pop()
		if at.distance >= t.least {
			break
		}
		if i := ^at.id; i >= 0 { // the floor of row i: what is not in its list comes next
			s.expand(i, row, at.distance)
			continue
		}
		j := at.id
		if t.done[j] {
			continue
		}
		t.done[j] = true
		t.scanned = append(t.scanned, j)
		i := s.rowOf[j]
		t.base[j] = s.costOf(i, j) - s.v[j] - at.distance
		s.scan(i, t.base[j], at.distance)
	}
	if t.end == none {
		return none, nil
	}
	for _, j := range t.scanned {
		s.v[j] -= t.least - t.distance[j]
	}
	return t.end, nil
}

// costOf is the cost of a pair that is assigned.
func (s *solver) costOf(i, j int32) float64 {
	for _, a := range s.lists[i].arcs {
		if a.Column == j {
			return a.Cost
		}
	}
	return s.row(int(i))[j] // a new list has dropped it
}

// scan looks at the listed columns of row i. Rounding must not make a column
// nearer than the row is.
func (s *solver) scan(i int32, base, distance float64) {
	t := &s.tree
	l := &s.lists[i]
	for _, a := range l.arcs {
		if d := a.Cost - s.v[a.Column] - base; d < t.least {
			s.reach(a.Column, i, max(d, distance))
		}
	}
	if d := l.floor - base; d < t.least {
		t.heap.push(label{max(d, distance), ^i})
	}
}

// expand looks at all columns of row i and lists more of them.
func (s *solver) expand(i, source int32, distance float64) {
	base := 0.0
	if i != source {
		base = s.tree.base[s.columnOf[i]]
	}
	s.refresh(int(i))
	s.scan(i, base, distance)
}

// reach notes that column j can be had through row i at the distance. Columns
// beyond the nearest free one do not matter.
func (s *solver) reach(j, i int32, d float64) {
	t := &s.tree
	if !(d < t.distance[j]) {
		return
	}
	if math.IsInf(t.distance[j], 1) {
		t.reached = append(t.reached, j)
	}
	t.distance[j], t.parent[j] = d, i
	if s.rowOf[j] != none {
		t.heap.push(label{d, j})
	} else if d < t.least {
		t.end, t.least = j, d
	}
}

// augment assigns along the path that the search from the row found.
func (s *solver) augment(row, end int32) {
	for j := end; ; {
		i := s.tree.parent[j]
		before := s.columnOf[i]
		s.assign(i, j)
		if i == row {
			return
		}
		j = before
	}
}

// shortage is what a search that found no path proves.
func (s *solver) shortage(row int32) *Shortage {
	short := &Shortage{Rows: []int{int(row)}, Columns: []int{}}
	for _, j := range s.tree.scanned {
		short.Rows = append(short.Rows, int(s.rowOf[j]))
		short.Columns = append(short.Columns, int(j))
	}
	slices.Sort(short.Rows)
	slices.Sort(short.Columns)
	return short
}

// label is a column, or the complement of a row whose list is exhausted, and its distance.
type label struct {
	distance float64
	id       int32
}

// before puts columns before rows, so that none is looked at as a whole for nothing.
func (a label) before(b label) bool {
	return a.distance < b.distance || a.distance == b.distance && uint32(a.id) < uint32(b.id)
}

type heap []label

func (h *heap) push(x label) {
	*h = append(*h, x)
	q := *h
	at := len(q) - 1
	for at > 0 {
		up := (at - 1) / 2
		if !x.before(q[up]) {
			break
		}
		q[at] = q[up]
		at = up
	}
	q[at] = x
}

func (h *heap) pop() label {
	q := *h
	top, x := q[0], q[len(q)-1]
	q = q[:len(q)-1]
	*h = q
	at := 0
	for {
		down := 2*at + 1
		if down >= len(q) {
			break
		}
		if down+1 < len(q) && q[down+1].before(q[down]) {
			down++
		}
		if !q[down].before(x) {
			break
		}
		q[at] = q[down]
		at = down
	}
	if len(q) > 0 {
		q[at] = x
	}
	return top
}
