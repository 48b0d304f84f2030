package segment

import (
	"errors"

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
