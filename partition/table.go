package partition

import (
	"strconv"

	"github.com/paulmach/orb"
)

// Table holds what is known about n units: named columns, each the values of
// one attribute. It is immutable, and may be shared by goroutines.
//
//	book, err := partition.NewTable(
//		partition.Categories("industry", partition.Column(accounts, Account.Industry)),
//		partition.Numbers("revenue", partition.Column(accounts, Account.Revenue)),
//		partition.Codes("region", provinces, partition.Column(accounts, Account.AdminCode)),
//	)
type Table struct {
	n          int
	attributes []Attribute
	byName     map[string]int
}

// NewTable joins columns of the same length. All faults are reported at once,
// each an [*InputError]: a column without a name, two of the same name, another
// length than the first one's, and faulty values by attribute and unit.
func NewTable(attributes ...Attribute) (*Table, error) {
	var faults Faults
	t := &Table{attributes: attributes, byName: make(map[string]int, len(attributes))}
	if len(attributes) > 0 {
		t.n = attributes[0].length
	}
	for i := range attributes {
		a := &attributes[i]
		if a.name == "" {
			faults.Add(InputError{Field: "attributes", Index: i, Why: "has no name"}, nil)
			continue
		}
		if first, taken := t.byName[a.name]; taken {
			faults.Add(InputError{Field: "attributes", Index: i, Value: a.name, Why: "is the name of attribute " + strconv.Itoa(first) + " too"}, nil)
			continue
		}
		t.byName[a.name] = i
		if a.length != t.n {
			faults.Add(InputError{Field: a.name, Index: -1, Why: "has " + count(a.length, "value") + ", but " + attributes[0].name + " has " + grouped(t.n)}, nil)
		}
		for _, f := range a.faults {
			faults.Add(f, nil)
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// Len is the number of units; 0 of nil.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return t.n
}

// Attributes are the columns, in the order given.
func (t *Table) Attributes() []Attribute {
	if t == nil {
		return nil
	}
	return append([]Attribute(nil), t.attributes...)
}

// Attribute is the column of this name. The error of an unknown name says which
// known one is nearest.
func (t *Table) Attribute(name string) (*Attribute, error) {
	if t == nil {
		return nil, &InputError{Field: "attribute", Index: -1, Value: name, Why: "is asked of no table: it is nil"}
	}
	at, ok := t.byName[name]
	if !ok {
		known := make([]string, len(t.attributes))
		for i := range t.attributes {
			known[i] = t.attributes[i].name
		}
		return nil, &InputError{Field: "attribute", Index: -1, Value: name, Why: "is not in the table" + Meant(name, known)}
	}
	return &t.attributes[at], nil
}

// of is the column of this name and kind.
func (t *Table) of(name string, kind Kind) (*Attribute, error) {
	a, err := t.Attribute(name)
	if err == nil && a.kind != kind {
		return nil, &InputError{Field: "attribute", Index: -1, Value: name, Why: "is a " + a.kind.String() + ", not a " + kind.String()}
	}
	return a, err
}

// Categories gives per unit the index of its name, [MissingCode] or
// [UnknownCode], and the names, ascending. The slices are the table's own: read
// only.
func (t *Table) Categories(name string) (class []int32, names []string, err error) {
	a, err := t.of(name, Category)
	if err != nil {
		return nil, nil, err
	}
	return a.class, a.names, nil
}

// Numbers gives the values per unit, NaN where missing. The slice is the
// table's own: read only.
func (t *Table) Numbers(name string) ([]float64, error) {
	a, err := t.of(name, Number)
	if err != nil {
		return nil, err
	}
	return a.number, nil
}

// Dates gives microseconds since 1970-01-01 UTC per unit, [MissingDate] where
// missing. The slice is the table's own: read only.
func (t *Table) Dates(name string) ([]int64, error) {
	a, err := t.of(name, Date)
	if err != nil {
		return nil, err
	}
	return a.date, nil
}

// Codes gives per unit the node of the tree, [MissingCode] or [UnknownCode], and
// the tree. The slice is the table's own: read only.
func (t *Table) Codes(name string) (node []int32, tree *Tree, err error) {
	a, err := t.of(name, Code)
	if err != nil {
		return nil, nil, err
	}
	return a.class, a.tree, nil
}

// Places gives longitude and latitude per unit, NaN where missing. The slice is
// the table's own: read only.
func (t *Table) Places(name string) ([]orb.Point, error) {
	a, err := t.of(name, Place)
	if err != nil {
		return nil, err
	}
	return a.place, nil
}

// Meant is the end of a message about an unknown word: "; did you mean steel?"
// with the nearest of the known words, or "" where none is near. Near is an edit
// distance (insertions, deletions, replacements and swaps of neighbours) of a
// third of the longer word at most; of equally near ones the first in
// alphabetical order is named. Of more than 1,000 known words only the first 1,000
// that begin like the word are looked at, and none is near one of more than 200
// bytes.
func Meant(word string, known []string) string {
	const most, longestWord = 1000, 200
	if len(word) > longestWord {
		return ""
	}
	best, least, looked := "", 0, 0
	for _, k := range known {
		if len(known) > most {
			if k == "" || word == "" || k[0] != word[0] {
				continue
			}
			if looked++; looked > most {
				break
			}
		}
		if len(k) > 4*longestWord { // too long to be near
			continue
		}
		d, longest := edits(word, k), max(len([]rune(word)), len([]rune(k)))
		if 3*d <= max(longest, 3) && (best == "" || d < least || d == least && k < best) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// edits is the distance of optimal string alignment, O(|a|·|b|).
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			same := 1
			if x[i-1] == y[j-1] {
				same = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+same)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
