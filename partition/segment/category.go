package segment

import (
	"slices"
	"strconv"
	"strings"

	"github.com/territory-go/territory/partition"
)

// The labels of the classes that the dimensions of this package set aside. They
// are there whether a unit is in them or not.
const (
	MissingLabel   = "missing"   // no value
	UnknownLabel   = "unknown"   // a name or code that no class holds
	FutureLabel    = "future"    // a date after the one that ages are counted to
	ElsewhereLabel = "elsewhere" // a point in no area
)

// Category classifies by the names in a column of categories: industry, channel,
// customer type; and by flags, whose names are "no" and "yes".
//
// Without Classes, each name that the column knows is a class, in alphabetical
// order ([partition.Attribute.Known]); [Category.Fit] declares them, so that a
// name which turns up later is unknown. With Classes, those are the classes, in
// their order, and any other name is unknown. After them come "unknown" and
// "missing"; a name that is one of these two words is in that class, unless one
// of Classes has it among its Names.
type Category struct {
	Attribute string  `json:"attribute"`         // the column
	As        string  `json:"as,omitempty"`      // the name of the dimension; "": that of the column
	Classes   []Class `json:"classes,omitempty"` // none: a class for each name of the column
	Ranked    bool    `json:"ranked,omitempty"`  // the classes ascend as given, so that neighbours may be merged
}

// Class is a class of a [Category]: some names of the column under one label.
type Class struct {
	Label string   `json:"label"`
	Names []string `json:"names,omitempty"` // none: the label is the name
}

// Name is As, or else the name of the column.
func (c Category) Name() string { return called(c.As, c.Attribute) }

// Kind is "category": what the dimension is called in the JSON of a [Scheme].
func (c Category) Kind() string { return "category" }

// Bind takes O(names) time. Faults are a column that is not one of categories,
// a class without a label, two of the same label, a name in two classes, and a
// name that a column with declared names does not know.
func (c Category) Bind(book *partition.Table) (*Classes, error) {
	class, known, err := book.Categories(c.Attribute)
	if err != nil {
		return nil, bindFault(c.Name(), err)
	}
	column, err := book.Attribute(c.Attribute)
	if err != nil {
		return nil, bindFault(c.Name(), err)
	}
	declared := c.Classes
	if len(declared) == 0 {
		declared = ofNames(known)
	}
	labels := make([]string, len(declared), len(declared)+2)
	at := make(map[string]int32)
	first := make(map[string]int)
	faults := faultsOf(c.Name())
	for i, d := range declared {
		label := strings.TrimSpace(d.Label)
		labels[i] = label
		switch other, taken := first[label]; {
		case label == "":
			faults.add("classes", i, nil, "has no label")
		case label == UnknownLabel || label == MissingLabel:
			faults.add("classes", i, label, "is the label of a class that is there anyway")
		case taken:
			faults.add("classes", i, label, "is the label of classes["+strconv.Itoa(other)+"] too")
		default:
			first[label] = i
		}
		names := d.Names
		if len(names) == 0 {
			names = []string{label}
		}
		for _, name := range names {
			name = strings.TrimSpace(name)
			if other, taken := at[name]; taken {
				faults.add("classes", i, name, "is a name of classes["+strconv.Itoa(int(other))+"] already")
				continue
			}
			at[name] = int32(i)
			if _, ok := slices.BinarySearch(known, name); !ok && column.Closed() {
				faults.add("classes", i, name, "is not a name that the column knows"+partition.Meant(name, known))
			}
		}
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	unknown, missing := int32(len(labels)), int32(len(labels)+1)
	if _, declared := at[UnknownLabel]; !declared {
		at[UnknownLabel] = unknown
	}
	if _, declared := at[MissingLabel]; !declared {
		at[MissingLabel] = missing
	}
	of := make([]int32, 2+len(known)) // by the column's code, from UnknownCode on
	of[0], of[1] = unknown, missing
	for code, name := range known {
		of[2+code] = unknown
		if k, ok := at[name]; ok {
			of[2+code] = k
		}
	}
	classes := &Classes{
		Labels: append(labels, UnknownLabel, MissingLabel),
		Of:     func(unit int) int { return int(of[class[unit]-partition.UnknownCode]) },
	}
	if c.Ranked {
		classes.Ranked = len(labels)
	}
	return classes, nil
}

// Fit declares the names that the column knows as classes, where none are
// declared.
func (c Category) Fit(book *partition.Table) (Dimension, error) {
	_, known, err := book.Categories(c.Attribute)
	if err != nil {
		return nil, bindFault(c.Name(), err)
	}
	if len(c.Classes) == 0 {
		c.Classes = ofNames(known)
	}
	return c, nil
}

// ofNames are the classes of names one by one, those aside that are set aside.
func ofNames(names []string) []Class {
	classes := make([]Class, 0, len(names))
	for _, name := range names {
		if name != UnknownLabel && name != MissingLabel {
			classes = append(classes, Class{Label: name})
		}
	}
	return classes
}

func called(as, attribute string) string {
	if as != "" {
		return as
	}
	return attribute
}
