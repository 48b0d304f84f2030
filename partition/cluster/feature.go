package cluster

import (
	"cmp"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// feature is an attribute as a tree of cuts sees it: whole numbers in the order
// of its values.
type feature struct {
	name    string
	kind    partition.Kind
	names   []string        // of a Category
	tree    *partition.Tree // of a Code
	missing bool            // whether any unit has no value
	closed  bool            // of a Category: its names were declared
	unknown bool            // whether any unit has a value that is not known
	key     []int64         // per unit; missingKey, unknownKey, or in the order of the values
	order   []int32         // the units by (node of the tree of cuts, key, unit)
}

const (
	missingKey = math.MinInt64
	unknownKey = math.MinInt64 + 1
)

// newFeature reads a column whose name and kind are those of the table.
func newFeature(at *partition.Attribute, book *partition.Table) *feature {
	f := &feature{name: at.Name(), kind: at.Kind(), names: at.Known(), tree: at.Tree(), closed: at.Closed(), key: make([]int64, book.Len())}
	switch f.kind {
	case partition.Number:
		values, _ := book.Numbers(f.name)
		for i, x := range values {
			f.key[i] = numberKey(x)
		}
	case partition.Date:
		values, _ := book.Dates(f.name)
		copy(f.key, values) // MissingDate is missingKey
	default:
		class, _, err := book.Categories(f.name)
		if err != nil {
			class, _, _ = book.Codes(f.name)
		}
		for i, c := range class {
			switch c {
			case partition.MissingCode:
				f.key[i] = missingKey
			case partition.UnknownCode:
				f.key[i] = unknownKey
			default:
				f.key[i] = int64(c)
			}
		}
	}
	f.missing = slices.Contains(f.key, missingKey)
	f.unknown = f.kind != partition.Number && f.kind != partition.Date && slices.Contains(f.key, unknownKey)
	return f
}

// sorted puts the units in order.
func (f *feature) sorted() {
	type entry struct {
		key  int64
		unit int32
	}
	all := make([]entry, len(f.key))
	for i, k := range f.key {
		all[i] = entry{k, int32(i)}
	}
	slices.SortFunc(all, func(a, b entry) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.unit, b.unit)
	})
	f.order = make([]int32, len(all))
	for i, e := range all {
		f.order[i] = e.unit
	}
}

// numberKey is a whole number that orders finite numbers as they are; 0 and -0
// have the same.
func numberKey(x float64) int64 {
	if math.IsNaN(x) {
		return missingKey
	}
	k := int64(math.Float64bits(x + 0))
	if k < 0 {
		k ^= math.MaxInt64
	}
	return k
}

// keyNumber is the number of a key.
func keyNumber(k int64) float64 {
	if k < 0 {
		k ^= math.MaxInt64
	}
	return math.Float64frombits(uint64(k))
}
