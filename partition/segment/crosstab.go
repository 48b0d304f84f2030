package segment

import (
	"iter"
	"slices"

	"github.com/territory-go/territory/internal/exactsum"
	"github.com/territory-go/territory/partition"
)

// Crosstab counts units by the classes of some dimensions, and sums measures
// over them: revenue by industry and tier. Combinations of classes that no unit
// has take no memory, so that dimensions may have thousands of classes. It is
// immutable, and may be shared by goroutines.
//
// A table of fewer dimensions is its [Crosstab.Margin]: that of dimension 0
// holds the totals of the rows, that of none the grand total.
type Crosstab struct {
	axes     []axis
	measures []string

	class []int // of cell c, class[c*len(axes):]; the cells ascend in it
	units []int
	given []int          // of cell c, given[c*len(measures):]
	sum   []float64      // likewise
	exact []exactsum.Sum // what sum is rounded from
}

// axis is one dimension of a table.
type axis struct {
	name   string
	labels []string
	parent []int // as in Classes
}

// Entry is what a table says of one combination of classes. Its slices may be
// the table's own: read only.
type Entry struct {
	Class []int     // per dimension
	Units int       // how many there are
	Given []int     // per measure, how many of them have a value
	Sum   []float64 // per measure, over those that have one
}

// Mean is the sum of a measure divided by the number of units that have a value
// of it; NaN where none has.
func (e Entry) Mean(measure int) float64 { return e.Sum[measure] / float64(e.Given[measure]) }

// Share is the part that e has in the sum of a measure of a whole, an entry of
// a margin: of its row, its column or of all. It is NaN where that sum is 0, and
// no part between 0 and 1 where some values are negative.
func (e Entry) Share(whole Entry, measure int) float64 { return e.Sum[measure] / whole.Sum[measure] }

// UnitShare is the part that e has in the units of a whole; NaN where that has
// none.
func (e Entry) UnitShare(whole Entry) float64 { return float64(e.Units) / float64(whole.Units) }

// Tabulate counts the units of a book by the classes of the dimensions, and sums
// the measures, which are attributes of the book that are numbers:
//
//	units_c = |{i : unit i is in cell c}|,  sum_mc = Σ_{i in c} value_mi  (missing values apart).
//
// A unit counts in the class that the dimension gives it, and not in the classes
// above that one; [Crosstab.RollUp] takes it there. Each sum is that of the
// values in exact arithmetic, rounded once, whatever the order of the units. It
// is infinite where it exceeds what a float64 can hold.
//
// Without dimensions there is one cell. Time and memory are O((d + m)·n + K)
// for d dimensions with K classes together and m measures.
//
// All faults are reported at once, as [*partition.InputError] values or what a
// dimension says: nil dimensions, two of the same name, classes out of range,
// measures that are not numbers of the book.
func Tabulate(book *partition.Table, by []Dimension, measures ...string) (*Crosstab, error) {
	if book == nil {
		return nil, noBook()
	}
	r := reader{book: book}
	columns := r.columns(by)
	value := make([][]float64, len(measures))
	for m, name := range measures {
		value[m] = r.numbers("measures", m, name)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	t := &Crosstab{measures: slices.Clone(measures), axes: make([]axis, len(by))}
	class := make([][]int32, len(by))
	for d, c := range columns {
		t.axes[d] = axis{c.name, slices.Clone(c.Labels), slices.Clone(c.Parent)}
		class[d] = c.of
	}
	t.fill(book.Len(), class, value)
	return t, nil
}

// fill counts n units by the class that they have in each dimension, and sums
// their values.
func (t *Crosstab) fill(n int, class [][]int32, value [][]float64) {
	order := ascending(n, t.axes, class)
	from := 0
	for c, end := range t.divide(order, class) {
		t.units[c] = end - from
		for m, column := range value {
			at := c*len(value) + m
			for _, i := range order[from:end] {
				if x := column[i]; x == x {
					t.given[at]++
					t.exact[at].Add(x)
				}
			}
		}
		from = end
	}
	t.round()
}

// ascending sorts the units by their classes, those of the first dimension
// before all: a counting sort for each, the last one first. Units of the same
// cell keep their order.
func ascending(n int, axes []axis, column [][]int32) []int32 {
	order, next := make([]int32, n), make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	for d := len(column) - 1; d >= 0; d-- {
		start := make([]int32, len(axes[d].labels)+1)
		for _, k := range column[d] {
			start[k+1]++
		}
		for k := range start[1:] {
			start[k+1] += start[k]
		}
		for _, i := range order {
			k := column[d][i]
			next[start[k]] = i
			start[k]++
		}
		order, next = next, order
	}
	return order
}

// divide finds the cells of units in ascending order: the classes of each, and
// the end of its units in that order.
func (t *Crosstab) divide(order []int32, class [][]int32) (end []int) {
	for at, i := range order {
		same := at > 0
		for _, c := range class {
			same = same && c[i] == c[order[at-1]]
		}
		if same {
			end[len(end)-1]++
			continue
		}
		end = append(end, at+1)
		for _, c := range class {
			t.class = append(t.class, int(c[i]))
		}
	}
	m := len(t.measures)
	t.units, t.given, t.sum = make([]int, len(end)), make([]int, len(end)*m), make([]float64, len(end)*m)
	t.exact = exactsum.Make(len(end) * m)
	return end
}

// Dimensions are the names of the dimensions.
func (t *Crosstab) Dimensions() []string {
	names := make([]string, len(t.axes))
	for d := range names {
		names[d] = t.axes[d].name
	}
	return names
}

// Label is that of a class of a dimension. It panics, as indexing a slice would,
// for one that there is not.
func (t *Crosstab) Label(dimension, class int) string { return t.axes[dimension].labels[class] }

// Labels are those of all classes of a dimension, a copy.
func (t *Crosstab) Labels(dimension int) []string { return slices.Clone(t.axes[dimension].labels) }

// Measures are the names of the measures.
func (t *Crosstab) Measures() []string { return slices.Clone(t.measures) }

// Len is the number of cells that hold a unit.
func (t *Crosstab) Len() int { return len(t.units) }

// Cells yields the cells that hold a unit, ascending by the class of the first
// dimension, then of the second, and so on.
func (t *Crosstab) Cells() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for c := range t.units {
			if !yield(t.entry(c)) {
				return
			}
		}
	}
}

func (t *Crosstab) entry(c int) Entry {
	d, m := len(t.axes), len(t.measures)
	return Entry{
		Class: t.class[c*d : (c+1)*d : (c+1)*d],
		Units: t.units[c],
		Given: t.given[c*m : (c+1)*m : (c+1)*m],
		Sum:   t.sum[c*m : (c+1)*m : (c+1)*m],
	}
}

// At is the entry of one class of each dimension, zero where no unit has them
// all. It panics, as indexing a slice would, for another number of classes and
// for a class that the dimension does not have. O(d·log(cells)).
func (t *Crosstab) At(class ...int) Entry {
	for d, k := range class {
		_ = t.axes[d].labels[k]
	}
	d := len(t.axes)
	_ = class[:d:d]
	low, high := 0, len(t.units)
	for low < high {
		mid := int(uint(low+high) >> 1)
		if slices.Compare(t.class[mid*d:(mid+1)*d], class) < 0 {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(t.units) && slices.Equal(t.class[low*d:(low+1)*d], class) {
		return t.entry(low)
	}
	m := len(t.measures)
	return Entry{Class: append([]int(nil), class...), Given: make([]int, m), Sum: make([]float64, m)}
}

// Margin is the table of some of the dimensions, in the order given, whatever
// the class in the others: Margin(0) holds the totals of the rows, Margin(1) those
// of the columns, Margin() the grand total as its only cell, and Margin(1, 0) has
// rows and columns exchanged. The sums are exact before they are rounded, as those
// of the cells are.
// It panics, as indexing a slice would, for a dimension that there is not.
// O(cells·log(cells)).
func (t *Crosstab) Margin(dimensions ...int) *Crosstab {
	axes := make([]axis, len(dimensions))
	for at, d := range dimensions {
		axes[at] = t.axes[d]
	}
	return t.gather(axes, func(c, at int) int { return t.class[c*len(t.axes)+dimensions[at]] })
}

// RollUp takes the classes of a hierarchical dimension that are below a level to
// the class above them at that level: 1 is its top level, the provinces of cities,
// 2 the next one, as in a [Step], and 0 leaves all as they are. The table is that
// of a [Hierarchy] of so many Levels: classes that are not so deep stay, and the
// deeper ones are no longer in the table, so that classes have new numbers. Of a
// dimension without hierarchy nothing changes. The sums are exact before they are
// rounded. It panics, as indexing a slice would, for a dimension that there is
// not; a negative level is as 0. O(cells·log(cells) + classes·log(classes)).
func (t *Crosstab) RollUp(dimension, level int) *Crosstab {
	axes := slices.Clone(t.axes)
	old := axes[dimension]
	number := make([]int, len(old.labels)) // of the class that each is taken to
	for k := range number {
		number[k] = k
	}
	if old.parent != nil && level > 0 {
		number = old.upTo(level)
		kept := axis{name: old.name}
		at := make([]int, len(number))
		for k, up := range number {
			if k == up {
				at[k] = len(kept.labels)
				kept.labels = append(kept.labels, old.labels[k])
			}
		}
		for k, up := range number {
			if k == up && old.parent[k] >= 0 {
				kept.parent = append(kept.parent, at[old.parent[k]])
			} else if k == up {
				kept.parent = append(kept.parent, -1)
			}
			number[k] = at[up]
		}
		axes[dimension] = kept
	}
	return t.gather(axes, func(c, d int) int {
		k := t.class[c*len(t.axes)+d]
		if d == dimension {
			return number[k]
		}
		return k
	})
}

// upTo gives per class the one above it, or itself, that is of the level or
// higher.
func (a axis) upTo(level int) []int {
	depth := depths(a.parent)
	down := topDown(a.parent)
	up := make([]int, len(depth))
	for _, k := range down {
		if up[k] = k; depth[k] >= level {
			up[k] = up[a.parent[k]]
		}
	}
	return up
}

// gather makes a table of other dimensions, where the cells of t are in the
// classes that class gives.
func (t *Crosstab) gather(axes []axis, class func(cell, dimension int) int) *Crosstab {
	column := make([][]int32, len(axes))
	for d := range axes {
		column[d] = make([]int32, len(t.units))
		for c := range t.units {
			column[d][c] = int32(class(c, d))
		}
	}
	r := &Crosstab{axes: axes, measures: t.measures}
	order := ascending(len(t.units), axes, column)
	from, m := 0, len(t.measures)
	for c, end := range r.divide(order, column) {
		for _, cell := range order[from:end] {
			r.units[c] += t.units[cell]
			for i := range m {
				r.given[c*m+i] += t.given[int(cell)*m+i]
				r.exact[c*m+i].AddSum(&t.exact[int(cell)*m+i])
			}
		}
		from = end
	}
	r.round()
	return r
}

// round makes sums of the exact ones.
func (t *Crosstab) round() {
	for i := range t.exact {
		t.sum[i] = t.exact[i].Float64()
	}
}
