package geojson

import (
	"errors"
	"fmt"

	"github.com/territory-go/territory/partition"
)

// Error is a fault of the data that was read. errors.Is finds it to be
// [partition.ErrInput].
type Error struct {
	Index  int    // of the feature, faulty ones counted; -1: it is not in a feature
	ID     string // of the feature; "": it has none, or it cannot be read
	Offset int64  // in bytes, from the beginning of the data
	Why    string
}

func (e *Error) Error() string {
	if e.Index < 0 {
		return fmt.Sprintf("offset %d: %s", e.Offset, e.Why)
	}
	if e.ID == "" {
		return fmt.Sprintf("feature %d, offset %d: %s", e.Index, e.Offset, e.Why)
	}
	return fmt.Sprintf("feature %d (%s), offset %d: %s", e.Index, e.ID, e.Offset, e.Why)
}

// Unwrap makes errors.Is(err, partition.ErrInput) true.
func (e *Error) Unwrap() error { return partition.ErrInput }

// faults joins errors, and of very many only the first ones.
type faults struct {
	listed []error
	more   int
}

func (f *faults) add(err error) {
	if len(f.listed) < partition.ListedFaults {
		f.listed = append(f.listed, err)
	} else {
		f.more++
	}
}

func (f *faults) err() error {
	if f.more > 0 {
		return errors.Join(append(f.listed, fmt.Errorf("and %d more: %w", f.more, partition.ErrInput))...)
	}
	return errors.Join(f.listed...)
}
