package segment

import "github.com/territory-go/territory/partition"

// precedence is a list as a dimension, with one class for each case and one for
// units that meet none, so that a [Coverage] can tell which units several cases
// hold. A case without conditions, which is to take what is left, overlaps with
// none.
type precedence struct{ list *List }

func (d precedence) Name() string { return "list" }

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
	holds := make([]func(int) bool, len(d.list.Cases))
	for i, c := range d.list.Cases {
		if c.Label == UnassignedLabel {
			faults.add(path("list.cases", i)+".label", quoted(c.Label)+" is the label of a class that is there anyway")
		}
		holds[i] = matcher(path("list.cases", i)+".when", c.When, book, &faults)
	}
	return holds, faults.err()
}
