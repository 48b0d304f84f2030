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

	rest         remaining // scratch of the search through whole rows
	misses, skip int       // searches through lists that failed in a row; searches that do not try them
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

// patience is how many rows a search expands, beside a quarter of those that it
// scans, before it is better off looking at every row as a whole.
const patience = 8

// search finds the free column nearest to the free row, by Dijkstra's
// algorithm on the reduced costs, and lowers the prices of the columns on the
// way; none where there is no path.
func (s *solver) search(ctx context.Context, row int32) (int32, error) {
	t := &s.tree
	narrow, err := false, error(nil)
	if t.skip > 0 {
		t.skip--
	} else if narrow, err = s.searchLists(ctx, row); narrow {
		t.misses = 0
	} else {
		t.misses = min(2*t.misses+1, 31)
		t.skip = t.misses
	}
	if !narrow && err == nil {
		err = s.searchRows(ctx, row)
	}
	if err != nil {
		return none, err
	}
	if t.end != none {
		for _, j := range t.scanned {
			s.v[j] -= t.least - t.distance[j]
		}
	}
	return t.end, nil
}

// clear forgets the last search.
func (t *tree) clear() {
	for _, j := range t.reached {
		t.distance[j] = math.Inf(1)
		t.done[j] = false
	}
	t.heap, t.reached, t.scanned = t.heap[:0], t.reached[:0], t.scanned[:0]
	t.end, t.least = none, math.Inf(1)
}

// searchLists is the search in the lists; false where it had to look beyond
// them too often.
func (s *solver) searchLists(ctx context.Context, row int32) (bool, error) {
	t := &s.tree
	t.clear()
	expanded := 0
	s.scan(row, 0, math.Inf(-1)) // its reduced costs may have either sign
	for steps := 0; len(t.heap) > 0; steps++ {
		if steps&63 == 63 && ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		at := t.heap.pop()
		if at.distance >= t.least {
			break
		}
		if i := ^at.id; i >= 0 { // the floor of row i: what is not in its list comes next
			if expanded++; expanded > patience+len(t.scanned)/4 || len(s.lists[i].arcs) > s.columns/4 {
				return false, nil
			}
			base := 0.0
			if i != row {
				base = t.base[s.columnOf[i]]
			}
			s.refresh(int(i))
			s.scan(i, base, at.distance)
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
	return true, nil
}

// remaining are the columns that a search through whole rows has not scanned yet.
type remaining struct {
	column, parent  []int32
	distance, price []float64
}

// searchRows is the search that looks at all columns of every row: the one that
// suits costs where rows compete for the same columns.
func (s *solver) searchRows(ctx context.Context, row int32) error {
	t := &s.tree
	t.clear()
	if t.rest.column == nil {
		t.rest = remaining{make([]int32, s.columns), make([]int32, s.columns), make([]float64, s.columns), make([]float64, s.columns)}
	}
	column, parent, distance, price := t.rest.column, t.rest.parent, t.rest.distance, t.rest.price
	copy(price, s.v)
	for j := range column {
		column[j], distance[j] = int32(j), math.Inf(1)
	}
	i, base, reached := row, 0.0, math.Inf(-1)
	for {
		if len(column)&63 == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		costs := s.row(int(i))
		at, least := none, math.MaxFloat64
		for k, j := range column {
			d := distance[k]
			if e := costs[j] - price[k] - base; e < d {
				d = max(e, reached)
				distance[k], parent[k] = d, i
			}
			if d <= least && (d < least || s.rowOf[j] == none) {
				at, least = k, d
			}
		}
		if at == none {
			return nil
		}
		j := column[at]
		t.reached = append(t.reached, j)
		t.distance[j], t.parent[j] = least, parent[at]
		if s.rowOf[j] == none {
			t.end, t.least = j, least
			return nil
		}
		t.scanned = append(t.scanned, j)
		i, reached = s.rowOf[j], least
		base = s.costOf(i, j) - price[at] - least
		last := len(column) - 1
		column[at], parent[at], distance[at], price[at] = column[last], parent[last], distance[last], price[last]
		column, parent, distance, price = column[:last], parent[:last], distance[:last], price[:last]
	}
}

// costOf is the cost of a pair that is assigned.
func (s *solver) costOf(i, j int32) float64 {
	if s.row != nil {
		return s.row(int(i))[j]
	}
	for _, a := range s.lists[i].arcs {
		if a.Column == j {
			return a.Cost
		}
	}
	return math.NaN() // unreachable: only listed pairs are assigned
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
