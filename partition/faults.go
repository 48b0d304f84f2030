package partition

import (
	"errors"
	"strconv"
	"strings"
)

// ListedFaults is how many faults of one field are listed one by one; the
// others are counted.
const ListedFaults = 20

// Faults collects the faults of an input, so that the caller learns of all of
// them at once. The zero value is ready to use.
//
// Of each field the first [ListedFaults] are listed in the order in which they
// were added, and the number of the others in one last entry; faults of a field
// as a whole (Index < 0) are always listed. A column of a million NaNs is thus
// an error of some twenty lines.
type Faults struct {
	fields []fieldFaults
	byName map[string]int // position in fields
}

type fieldFaults struct {
	listed  []*InputError
	entries int // listed faults with Index ≥ 0
	more    int
}

// Add records one fault. Where e has an Index and no Label, label gives it;
// label may be nil and is only called for faults that are listed.
func (f *Faults) Add(e InputError, label func(index int) string) {
	at, known := f.byName[e.Field]
	if !known {
		if f.byName == nil {
			f.byName = make(map[string]int)
		}
		at = len(f.fields)
		f.byName[e.Field] = at
		f.fields = append(f.fields, fieldFaults{})
	}
	field := &f.fields[at]
	if e.Index >= 0 {
		if field.entries == ListedFaults {
			field.more++
			return
		}
		field.entries++
		if e.Label == "" && label != nil {
			e.Label = label(e.Index)
		}
	}
	field.listed = append(field.listed, &e)
}

// Len is the number of faults, listed or not.
func (f *Faults) Len() int {
	n := 0
	for i := range f.fields {
		n += len(f.fields[i].listed) + f.fields[i].more
	}
	return n
}

// Err joins the faults ([errors.Join]), each a [*InputError], field by field in
// the order in which the fields first failed; nil where there are none.
func (f *Faults) Err() error {
	var all []error
	for i := range f.fields {
		field := &f.fields[i]
		for _, e := range field.listed {
			all = append(all, e)
		}
		if field.more > 0 {
			all = append(all, &InputError{
				Field: field.listed[0].Field,
				Index: -1,
				More:  field.more,
				Why:   "and " + count(field.more, "fault") + " more",
			})
		}
	}
	return errors.Join(all...)
}

// upTo is a label for the indices below n; the caller has no names for others.
func upTo(n int, label func(int) string) func(int) string {
	return func(i int) string {
		if label == nil || i >= n {
			return ""
		}
		return label(i)
	}
}

// grouped writes 3417 as "3,417".
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count writes "1 unit", "3,417 units", "2 territories".
func count(n int, noun string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(noun, "y"):
		noun = strings.TrimSuffix(noun, "y") + "ies"
	default:
		noun += "s"
	}
	return grouped(n) + " " + noun
}
