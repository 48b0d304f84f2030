package segment

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/territory-go/territory/partition"
)

// faultList collects the faults of a dimension's settings under its name:
// "size.cuts[2]".
type faultList struct {
	of     string
	faults partition.Faults
}

func faultsOf(dimension string) *faultList { return &faultList{of: dimension} }

func (f *faultList) add(field string, index int, value any, why string) {
	f.faults.Add(partition.InputError{Field: f.of + "." + field, Index: index, Value: value, Why: why}, nil)
}

func (f *faultList) err() error { return f.faults.Err() }

// bindFault says which dimension wanted a column that is not there, or is of
// another kind.
func bindFault(dimension string, err error) error {
	var input *partition.InputError
	if !errors.As(err, &input) {
		return err
	}
	e := *input
	e.Field = dimension + "." + e.Field
	return &e
}

// schemeFaults collects the faults of a scheme under their paths:
// "grid.order[2].dimension".
type schemeFaults struct {
	faults partition.Faults
	others []error // of third parties
}

func (f *schemeFaults) add(at, why string) { f.value(at, nil, why) }

func (f *schemeFaults) value(at string, value any, why string) {
	f.faults.Add(partition.InputError{Field: at, Index: -1, Value: value, Why: why}, nil)
}

// of adds all faults that an error joins, of what stands at a path and calls
// itself by a name of its own.
func (f *schemeFaults) of(at, name string, err error) {
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range all.Unwrap() {
			f.of(at, name, e)
		}
		return
	}
	e, ok := err.(*partition.InputError)
	if !ok {
		f.others = append(f.others, fmt.Errorf("%s: %w", at, err))
		return
	}
	own := *e
	own.Field = at + "." + strings.TrimPrefix(e.Field, name+".")
	f.faults.Add(own, nil)
}

func (f *schemeFaults) err() error {
	return errors.Join(append([]error{f.faults.Err()}, f.others...)...)
}

func path(list string, index int) string { return list + "[" + strconv.Itoa(index) + "]" }

// quoted keeps a message readable whatever the name is.
func quoted(name string) string {
	const most = 60
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "..." // without half a character
	}
	return strconv.Quote(name)
}

// box adds the faults of a box that stands at a path.
func (f *schemeFaults) box(at string, err error) {
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range all.Unwrap() {
			f.box(at, e)
		}
		return
	}
	if e, ok := err.(*partition.InputError); ok {
		own := *e
		own.Field = at
		f.faults.Add(own, nil)
	}
}

func (f *schemeFaults) count() int { return f.faults.Len() + len(f.others) }
