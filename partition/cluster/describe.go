package cluster

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strings"

	"github.com/territory-go/territory/partition"
)

// Describer says in words what the territories of a plan have in common: it
// finds conditions on attributes that tell the labels of the units apart, as few
// and as simple ones as it can. The labels may come from anywhere: a clustering,
// a plan drawn by hand, a decision whose rule nobody wrote down.
//
// It grows a decision tree (Breiman, Friedman, Olshen and Stone, Classification
// and Regression Trees, 1984): the units are cut in two by one attribute, so that
// the sides L and R have the least impurity,
//
//	minimise    |L|·gini(L) + |R|·gini(R),    gini(S) = 1 - Σ_l (share of label l in S)²,
//
// and each side again, until a part is pure, at Depth, or too small. The best
// cut of an attribute is
//
//   - of numbers and dates, a threshold, among all; it is written as the shortest
//     decimal, or the roundest date, that lies between its two neighbours, nearest
//     to their middle, so that it divides the units in the same way;
//   - of categories, a set of names against the others. It is the best one of up
//     to ten names (no value being one), unless Names forbids it, and so it is with
//     two labels, unless there are unknown names besides; otherwise the best of
//     those that are a beginning of the names in the order of the share of one of
//     the labels, or one name alone; 1,000 names and 50 labels, the most frequent,
//     are considered. The other side is "not in" this set, and takes in new names,
//     unless fewer names are left and none are unknown;
//   - of codes, a set of codes of one level of the tree (of 32 levels) against all
//     other codes, found like that of names.
//
// Units without a value go to the side where they are purer, or against all
// others, whichever is best; places are not described. Equally good cuts are
// decided by the order of the attributes, then by the lower threshold or the
// names that come first, so that the order of the units does not matter.
//
// Then the tree is pruned where it is weakest: the part whose further cuts make
// the fewest more units agree, per leaf, becomes a leaf, until all that remain are
// worth Gain and there are no more leaves than Leaves. What is left of the tree is
// read off as one [partition.Box] per leaf.
//
// Guaranteed is that every unit of the table is in exactly one box, those that are
// [partition.Unassigned] in the plan included, and so is any unit of another
// table, as long as its attributes have values that this table knows, and are
// missing only where some unit's is here. Not guaranteed is that no other boxes
// would do better: the cuts are chosen one by one.
//
// With d attributes, k labels and n units, each level of the tree takes O(d·n) for
// numbers and dates and O(k·(n + q·log q)) for q names, after sorting once,
// O(d·n·log n); memory is 12 bytes per unit and attribute, and 16 more while sorting.
type Describer struct {
	Attributes []string // to be used, in order of preference; nil: all of the table but places
	Depth      int      // most cuts on the way to a box; 0: 4, or 2 and the logarithm of the labels to base 2, if more
	Leaves     int      // most boxes; 0: 8, or two for each label
	MinUnits   int      // least number of labelled units in a box; 0: 1
	Names      int      // most names or codes that one cut lists; 0: 12
	Gain       float64  // share of the labelled units that each further box makes agree; 0: 0.005; negative: any
}

// Description is the answer of a [Describer].
type Description struct {
	Leaves    []Leaf          // disjoint, and every unit is in one of them
	Plan      *partition.Plan // per unit the label of its leaf; also of those that had none
	Units     int             // units that had a label
	Agreement float64         // share of these whose leaf has their label: 1 is a perfect description
}

// Leaf is one box of a [Description].
type Leaf struct {
	Box    partition.Box
	Label  int     // the most frequent label in the box, the lowest of several
	Units  int     // labelled units in the box: its support
	Purity float64 // share of them that has the label
}

// String writes one line for each leaf, in the order of Leaves: "2: revenue >=
// 500000 and industry in (auto, steel) (120 units, 95% pure)".
func (d *Description) String() string {
	var b strings.Builder
	for _, l := range d.Leaves {
		fmt.Fprintf(&b, "%d: %v (%d units, %.0f%% pure)\n", l.Label, l.Box, l.Units, 100*l.Purity)
	}
	return b.String()
}

// Of gives the boxes of one label, in the order of Leaves.
func (d *Description) Of(label int) []partition.Box {
	var boxes []partition.Box
	for _, l := range d.Leaves {
		if l.Label == label {
			boxes = append(boxes, l.Box)
		}
	}
	return boxes
}

// Describe finds the boxes for the labels of a. Units that are
// [partition.Unassigned] have none, and nothing is learnt from them.
//
// All faults of the input are reported at once: a table of another length than a,
// no labelled unit, a label outside -1..K-1, an unknown attribute, one named twice
// and one that is a place, a negative option, a Gain that is not finite. The
// error is the cause of the context where that ends before the boxes are found.
func (d Describer) Describe(ctx context.Context, a partition.Assignment, book *partition.Table) (*Description, error) {
	job, err := d.job(a, book)
	if err != nil {
		return nil, err
	}
	root, err := job.grow(ctx)
	if err != nil {
		return nil, err
	}
	job.prune(root)
	return job.read(root)
}

// describing is one call of Describe.
type describing struct {
	Describer
	n, k     int     // units, labels of the plan
	label    []int32 // per unit its label among used, or -1
	used     []int   // the labels that occur, ascending
	labelled int
	features []*feature
}

func (d Describer) job(a partition.Assignment, book *partition.Table) (*describing, error) {
	var faults partition.Faults
	whole := func(field string, value any, why string) {
		faults.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
	}
	for _, o := range []struct {
		field string
		value int
	}{{"Depth", d.Depth}, {"Leaves", d.Leaves}, {"MinUnits", d.MinUnits}, {"Names", d.Names}} {
		if o.value < 0 {
			whole("Describer."+o.field, o.value, "is negative")
		}
	}
	if math.IsNaN(d.Gain) || math.IsInf(d.Gain, 0) {
		whole("Describer.Gain", d.Gain, "is not finite")
	}
	if a == nil || book == nil {
		if a == nil {
			whole("assignment", nil, "is nil")
		}
		if book == nil {
			whole("table", nil, "is nil")
		}
		return nil, faults.Err()
	}
	job := &describing{Describer: d, n: book.Len(), k: a.K()}
	if a.Len() == job.n {
		job.readLabels(a, &faults)
	} else {
		whole("table", nil, fmt.Sprintf("has %d units, but the assignment has %d", job.n, a.Len()))
	}
	columns := d.columns(book, &faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if len(columns) == 0 {
		return nil, &partition.InputError{Field: "table", Index: -1, Why: "has no attribute to describe by"}
	}
	for _, at := range columns {
		job.features = append(job.features, newFeature(at, book))
	}
	job.defaults()
	return job, nil
}

// columns are the attributes to be used.
func (d Describer) columns(book *partition.Table, faults *partition.Faults) []*partition.Attribute {
	var columns []*partition.Attribute
	if d.Attributes == nil {
		for _, at := range book.Attributes() {
			if at.Kind() != partition.Place {
				columns = append(columns, &at)
			}
		}
		return columns
	}
	first := make(map[string]int, len(d.Attributes))
	for i, name := range d.Attributes {
		at, err := book.Attribute(name)
		j, twice := first[name]
		switch {
		case twice:
			faults.Add(partition.InputError{Field: "Describer.Attributes", Index: i, Value: name, Why: fmt.Sprintf("is named at %d too", j)}, nil)
		case err != nil:
			why := strings.TrimPrefix(err.Error(), "attribute = "+name+": ")
			faults.Add(partition.InputError{Field: "Describer.Attributes", Index: i, Value: name, Why: why}, nil)
		case at.Kind() == partition.Place:
			faults.Add(partition.InputError{Field: "Describer.Attributes", Index: i, Value: name, Why: "is a place, which no box can describe"}, nil)
		default:
			columns = append(columns, at)
		}
		first[name] = i
	}
	return columns
}

// readLabels numbers the labels that occur.
func (j *describing) readLabels(a partition.Assignment, faults *partition.Faults) {
	count := make(map[int]int32)
	j.label = make([]int32, j.n)
	for i := range j.label {
		l := a.Of(i)
		if l < partition.Unassigned || l >= j.k {
			faults.Add(partition.InputError{Field: "assignment", Index: i, Value: l, Why: fmt.Sprintf("is neither -1 nor one of %d labels", j.k)}, nil)
			l = partition.Unassigned
		}
		j.label[i] = int32(l)
		if l >= 0 {
			count[l] = 0
			j.labelled++
		}
	}
	if j.labelled == 0 {
		faults.Add(partition.InputError{Field: "assignment", Index: -1, Why: "has no unit with a label"}, nil)
		return
	}
	j.used = slices.Sorted(maps.Keys(count))
	for at, l := range j.used {
		count[l] = int32(at)
	}
	for i, l := range j.label {
		if l >= 0 {
			j.label[i] = count[int(l)]
		}
	}
}

func (j *describing) defaults() {
	if j.Depth == 0 {
		j.Depth = max(4, bits.Len(uint(len(j.used)-1))+2)
	}
	if j.Leaves == 0 {
		j.Leaves = max(8, 2*len(j.used))
	}
	if j.Names == 0 {
		j.Names = 12
	}
	if j.Gain == 0 {
		j.Gain = 0.005
	}
	j.MinUnits = max(j.MinUnits, 1)
}
