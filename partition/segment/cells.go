package segment

import (
	"cmp"
	"time"

	"github.com/territory-go/territory/partition"
)

// Cells is the dimension of the cells of a scheme, so that a scheme can be
// looked at as a dimension can: cross-tabulated, covered, replayed. Its name is
// that of the scheme, or else "cell", its classes are the cells that the scheme
// makes of a book, by their labels, and then "unassigned", of the units that no
// case takes.
//
// What cells there are depends on the book, because sparse ones fall back; [Adopted]
// keeps those of one book for all others. A scheme of dimensions that are [Fitter],
// [Dated] or [Rememberer] is so too: Fit fixes its thresholds, and not its cells.
func Cells(s *Scheme) Dimension { return cells{s} }

type cells struct{ scheme *Scheme }

func (c cells) Name() string {
	if c.scheme == nil {
		return "cell"
	}
	return cmp.Or(c.scheme.Name, "cell")
}

func (c cells) Bind(book *partition.Table) (*Classes, error) {
	if c.scheme == nil {
		return nil, &partition.InputError{Field: "scheme", Index: -1, Why: "is nil"}
	}
	g, err := c.scheme.Apply(book)
	if err != nil {
		return nil, err
	}
	labels := g.labels()
	return Assigned(c.Name(), g, func(cell int) string { return labels[cell] }).Bind(book)
}

func (c cells) Fit(book *partition.Table) (Dimension, error) {
	if c.scheme == nil {
		return c, nil // Bind says what is wrong
	}
	fitted, err := c.scheme.Fit(book)
	if err != nil {
		return nil, err
	}
	return cells{fitted}, nil
}

func (c cells) At(asOf time.Time) Dimension {
	if c.scheme == nil {
		return c
	}
	dated := *c.scheme
	dated.Dimensions = nil
	for _, d := range c.scheme.Dimensions {
		if ages, ok := d.(Dated); ok {
			d = ages.At(asOf)
		}
		dated.Dimensions = append(dated.Dimensions, d)
	}
	return cells{&dated}
}

func (c cells) Carry(last, next *partition.Table, link []int) (*partition.Table, error) {
	if c.scheme == nil {
		return next, nil
	}
	for _, d := range c.scheme.Dimensions {
		if r, ok := d.(Rememberer); ok {
			var err error
			if next, err = r.Carry(last, next, link); err != nil {
				return nil, err
			}
		}
	}
	return next, nil
}
