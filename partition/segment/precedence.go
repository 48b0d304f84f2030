package segment

import "github.com/territory-go/territory/partition"

// Dimension is the list as a dimension of this name, with one class for each
// case and [UnassignedLabel] for units that meet none: to be crossed with others
// in a table, to be a step of a grid, and to be told by [CoverageOf] which units
// several cases hold. It is [Overlapping]; a case without conditions, which is
// to take what is left, overlaps with none. Join has no part in it.
func (l *List) Dimension(name string) Dimension { return precedence{name, l} }

type precedence struct {
	name string
	list *List
}

func (d precedence) Name() string { return d.name }

// Bind finds the first case that holds, in O(cases) for each unit. Faults are
// those of the list and of its conditions.
func (d precedence) Bind(book *partition.Table) (*Classes, error) {
	holds, err := d.matchers(book)
	if err != nil {
		return nil, err
	}
	labels := make([]string, len(holds), len(holds)+1)
	for i, c := range d.list.Cases {
		labels[i] = c.Label
	}
	return &Classes{
		Labels: append(labels, UnassignedLabel),
		Of: func(unit int) int {
			for i, h := range holds {
				if h(unit) {
					return i
				}
			}
			return len(holds)
		},
	}, nil
}

// Holders makes a dimension of a list Overlapping.
func (d precedence) Holders(book *partition.Table) ([]func(unit int) bool, error) {
	holds, err := d.matchers(book)
	if err != nil {
		return nil, err
	}
	for i, c := range d.list.Cases {
		if len(c.When) == 0 {
			holds[i] = nil
		}
	}
	return append(holds, nil), nil
}

// matchers are those of the cases.
func (d precedence) matchers(book *partition.Table) ([]func(int) bool, error) {
	var faults schemeFaults
	if d.list == nil {
		faults.add("list", "is nil")
		return nil, faults.err()
	}
	d.list.check(&faults)
	holds := make([]func(int) bool, len(d.list.Cases))
	for i, c := range d.list.Cases {
		if c.Label == UnassignedLabel {
			faults.add(path("list.cases", i)+".label", quoted(c.Label)+" is the label of a class that is there anyway")
		}
		holds[i] = matcher(path("list.cases", i)+".when", c.When, book, &faults)
	}
	return holds, faults.err()
}
