package segment

import (
	"cmp"
	"errors"
	"slices"
	"strconv"

	"github.com/territory-go/territory/internal/exactsum"
	"github.com/territory-go/territory/partition"
)

// column is a dimension bound to a book, with the class of each unit read out.
type column struct {
	name string
	*Classes
	of []int32 // per unit its class
}

// reader collects columns of a book, and all that is wrong with what was asked for.
type reader struct {
	book   *partition.Table
	faults partition.Faults
	others []error // of dimensions
}

// err joins all faults, each by itself.
func (r *reader) err() error {
	var all []error
	var add func(err error)
	add = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				add(e)
			}
		} else if err != nil {
			all = append(all, err)
		}
	}
	for _, err := range append([]error{r.faults.Err()}, r.others...) {
		add(err)
	}
	return errors.Join(all...)
}

// noBook is what is wrong with no book at all.
func noBook() error {
	var faults partition.Faults
	faults.Add(partition.InputError{Field: "book", Index: -1, Why: "is nil"}, nil)
	return faults.Err()
}

func (r *reader) fault(field string, index int, value any, why string) {
	r.faults.Add(partition.InputError{Field: field, Index: index, Value: value, Why: why}, nil)
}

// numbers is an attribute of the book that is a number; nil after a fault, which
// is one of the field that names the attribute.
func (r *reader) numbers(field string, index int, attribute string) []float64 {
	x, err := r.book.Numbers(attribute)
	r.named(field, index, err)
	return x
}

// named adds what a table says of an attribute to the field that names it.
func (r *reader) named(field string, index int, err error) {
	var e *partition.InputError
	if errors.As(err, &e) {
		r.fault(field, index, e.Value, e.Why)
	}
}

// minimum is the column that a minimum names; nil after a fault, and where it
// names none.
func (r *reader) minimum(m Minimum) []float64 {
	var faults schemeFaults
	if m.check(&faults); faults.err() != nil {
		r.others = append(r.others, faults.err())
		return nil
	}
	if m.Of == "" {
		return nil
	}
	return r.numbers("minimum.of", -1, m.Of)
}

// columns binds dimensions of different names.
func (r *reader) columns(by []Dimension) []column {
	all := make([]column, len(by))
	for d, dimension := range by {
		if dimension == nil {
			r.fault("dimensions", d, nil, "is nil")
			continue
		}
		name := dimension.Name()
		if slices.ContainsFunc(all[:d], func(c column) bool { return c.Classes != nil && c.name == name }) {
			r.fault("dimensions", d, name, "occurs twice")
			continue
		}
		all[d] = r.column(dimension)
	}
	return all
}

// column binds a dimension, and holds it to what Classes promises: a kind of a
// caller's own may break that. The zero column means a fault.
func (r *reader) column(dimension Dimension) column {
	name := dimension.Name()
	classes, err := dimension.Bind(r.book)
	switch {
	case err != nil:
		r.others = append(r.others, err)
		return column{}
	case classes.fault() != "":
		r.fault(name, -1, nil, classes.fault())
		return column{}
	}
	before, k := r.faults.Len(), len(classes.Labels)
	of := make([]int32, r.book.Len())
	for i := range of {
		c := classes.Of(i)
		if c < 0 || c >= k {
			r.fault(name+".Of", i, c, "is not one of its "+strconv.Itoa(k)+" classes")
			continue
		}
		of[i] = int32(c)
	}
	if r.faults.Len() > before {
		return column{}
	}
	return column{name, classes, of}
}

// depths gives per class the number of classes above it; -1 where these have no end.
func depths(parent []int) []int {
	const unknown, open = -2, -1 // open: on the way up, or known to have no end
	depth := make([]int, len(parent))
	for c := range depth {
		depth[c] = unknown
	}
	var path []int
	for c := range parent {
		path = path[:0]
		up := c
		for up >= 0 && depth[up] == unknown {
			depth[up] = open
			path = append(path, up)
			up = parent[up]
		}
		d := 0
		if up >= 0 {
			d = depth[up] + 1
			if depth[up] == open {
				continue // all of the path stays open
			}
		}
		for _, p := range slices.Backward(path) {
			depth[p] = d
			d++
		}
	}
	return depth
}

// topDown are the classes of a hierarchy, each after the one above it.
func topDown(parent []int) []int {
	depth, down := depths(parent), make([]int, len(parent))
	for k := range down {
		down[k] = k
	}
	slices.SortFunc(down, func(j, k int) int { return cmp.Or(cmp.Compare(depth[j], depth[k]), cmp.Compare(j, k)) })
	return down
}

// total is the sum of values.
func total(values []float64) float64 {
	var sum exactsum.Sum
	for _, x := range values {
		sum.Add(x)
	}
	return sum.Float64()
}
