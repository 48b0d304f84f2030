package segment

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/territory-go/territory/internal/exactsum"
	"github.com/territory-go/territory/partition"
)

// Revision is what an update has changed.
type Revision struct {
	After *Segmentation

	// Cells gives per cell of After the number that it has in Moves: that of the
	// cell of before that it goes on, or else one beyond all of these. Of all pairs
	// of cells with combinations of classes in common, the one with the most units in
	// these is a cell that goes on; then the one with the most among the others.
	Cells []int

	// Moves are the units that are in another cell than before, in canonical form;
	// those that have joined come from partition.Unassigned. They apply to the plan
	// of before, lengthened by the units that have joined and by the cells that are
	// new.
	Moves partition.Changes
}

// Update divides a book of which little has changed: book is the new state of
// all units, changed lists those that have another value in any column that the
// scheme reads, in any order. Units from Len() on have joined and need not be
// listed; nobody leaves. The thresholds stay those that [Segmentation.Scheme]
// holds, and After is exactly what that scheme's Apply gives for the book, so
// that cells may merge or part where a combination of classes has become sparse
// or is no longer.
//
// Time is O(u·d + c + C) and that of the joins, beside what dimensions take to
// bind, for u changed units, d dimensions, c combinations of classes that occur and
// C classes, and a copy of 4 bytes a unit; where whole combinations are in another
// cell than before, also a look at each unit. The receiver does not change.
//
// Faults are a book with fewer units, changed units out of range, a unit that is
// not listed and must have changed, and dimensions that on the new book have
// other classes than before, such as a [Hierarchy] of another tree: then Apply
// is due. A list that leaves a changed unit out may also go unnoticed.
func (g *Segmentation) Update(book *partition.Table, changed []int) (*Revision, error) {
	var faults schemeFaults
	if book == nil {
		faults.add("book", "is nil")
		return nil, faults.err()
	}
	if g.scheme == nil {
		faults.add("cells", "are those of no scheme; Apply makes them")
		return nil, faults.err()
	}
	p, err := compile(g.scheme, book)
	if err != nil {
		return nil, err
	}
	for i, c := range p.classes {
		if old := g.program.classes[i]; !slices.Equal(c.Labels, old.Labels) || !slices.Equal(c.Parent, old.Parent) || c.Ranked != old.Ranked {
			faults.add(path("dimensions", i), "has other classes on this book than before; apply the scheme anew")
		}
	}
	n := book.Len()
	if n < len(g.base) {
		faults.add("book", "has "+units(n)+", fewer than the "+strconv.Itoa(len(g.base))+" of before")
	}
	for i, unit := range changed {
		if unit < 0 || unit >= n {
			faults.faults.Add(partition.InputError{Field: "changed", Index: i, Value: unit, Why: "is not a unit of the book, which has " + units(n)}, nil)
		}
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	touched := make([]int, 0, len(changed)+n-len(g.base))
	touched = append(touched, changed...)
	for unit := len(g.base); unit < n; unit++ {
		touched = append(touched, unit)
	}
	slices.Sort(touched)
	touched = slices.Compact(touched)

	next := &Segmentation{scheme: g.scheme, program: p, number: maps.Clone(g.number), key: slices.Clone(g.key), count: slices.Clone(g.count), order: g.order}
	next.base = append(make([]int32, 0, n), g.base...)
	for len(next.base) < n {
		next.base = append(next.base, -1)
	}
	keys := make([]int64, len(touched))
	p.keys(keys, func(i int) int { return touched[i] })
	next.sum = slices.Clone(g.sum)
	own := make(map[int32]bool) // sums that are not the receiver's any more
	count := func(base int32, unit int, p *program, sign int) {
		if p.value != nil && !own[base] {
			own[base] = true
			next.sum[base] = next.sum[base].Clone()
		}
		next.add(base, unit, p, sign)
	}
	for i, unit := range touched {
		if unit < len(g.base) && g.base[unit] >= 0 {
			count(g.base[unit], unit, g.program, -1)
		}
		b, err := next.combination(keys[i], unit)
		if err != nil {
			return nil, err
		}
		for p.value != nil && len(next.sum) < len(next.key) {
			next.sum = append(next.sum, exactsum.Sum{})
		}
		if next.base[unit] = b; b >= 0 {
			count(b, unit, p, +1)
		}
	}
	next.forget()
	next.divide()
	return g.revised(next, touched), nil
}

// forget drops combinations that have no units any more, once they are the
// greater part, so that a book that is updated for ever does not grow.
func (g *Segmentation) forget() {
	kept := 0
	for _, n := range g.count {
		if n > 0 {
			kept++
		}
	}
	if len(g.count) < 64 || 2*kept >= len(g.count) {
		return
	}
	to := make([]int32, len(g.count))
	kept = 0
	for b, n := range g.count {
		to[b] = -1
		if n == 0 {
			delete(g.number, g.key[b])
			continue
		}
		to[b] = int32(kept)
		g.number[g.key[b]] = int32(kept)
		g.key[kept], g.count[kept] = g.key[b], n
		if g.sum != nil {
			g.sum[kept] = g.sum[b]
		}
		kept++
	}
	g.key, g.count = g.key[:kept], g.count[:kept]
	order := make([]int32, 0, kept)
	for _, b := range g.order {
		if to[b] >= 0 {
			order = append(order, to[b])
		}
	}
	g.order = order
	if g.sum != nil {
		g.sum = g.sum[:kept]
	}
	for i, b := range g.base {
		if b >= 0 {
			g.base[i] = to[b]
		}
	}
}

// revised compares the cells of before with those of after.
func (g *Segmentation) revised(after *Segmentation, touched []int) *Revision {
	r := &Revision{After: after, Cells: g.continued(after)}
	move := func(unit int) {
		from, to := partition.Unassigned, after.Of(unit)
		if unit < len(g.base) {
			from = g.Of(unit)
		}
		if to >= 0 {
			to = r.Cells[to]
		}
		if from != to {
			r.Moves = append(r.Moves, partition.Move{Unit: unit, From: from, To: to})
		}
	}
	if g.sameCells(r) {
		for _, unit := range touched {
			move(unit)
		}
	} else {
		for unit := range after.base {
			move(unit)
		}
	}
	return r
}

// sameCells reports whether all combinations that had units and still have some
// are in the same cells as before.
func (g *Segmentation) sameCells(r *Revision) bool {
	for b, key := range g.key {
		now, known := r.After.number[key]
		if known && g.cellOf[b] >= 0 && r.After.cellOf[now] >= 0 && int(g.cellOf[b]) != r.Cells[r.After.cellOf[now]] {
			return false
		}
	}
	return true
}

// continued gives each cell of after the number of the cell of before that it
// goes on: of all pairs that have combinations of classes in common, the one
// with the most units in them first, and so on. The others are new.
func (g *Segmentation) continued(after *Segmentation) []int {
	type pair struct{ before, after int32 }
	common := make(map[pair]int)
	for b, key := range g.key {
		now, known := after.number[key]
		if known && g.cellOf[b] >= 0 && after.cellOf[now] >= 0 {
			common[pair{g.cellOf[b], after.cellOf[now]}] += after.count[now]
		}
	}
	pairs := make([]pair, 0, len(common))
	for p := range common {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(p, q pair) int {
		return cmp.Or(cmp.Compare(common[q], common[p]), cmp.Compare(p.before, q.before), cmp.Compare(p.after, q.after))
	})
	cells, taken := make([]int, len(after.at)), make([]bool, len(g.at))
	for c := range cells {
		cells[c] = -1
	}
	for _, p := range pairs {
		if cells[p.after] < 0 && !taken[p.before] {
			cells[p.after], taken[p.before] = int(p.before), true
		}
	}
	fresh := len(g.at)
	for c := range cells {
		if cells[c] < 0 {
			cells[c] = fresh
			fresh++
		}
	}
	return cells
}
