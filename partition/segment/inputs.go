package segment

import (
	"errors"
	"time"

	"github.com/territory-go/territory/partition"
)

const (
	mostDays           = 10_000_000
	microsecondsPerDay = 24 * 60 * 60 * 1_000_000
)

// numbers reads a column of numbers; nil after a fault.
func (f *faultList) numbers(book *partition.Table, attribute string) []float64 {
	value, err := book.Numbers(attribute)
	f.column(err)
	return value
}

// dates reads a column of dates; nil after a fault.
func (f *faultList) dates(book *partition.Table, attribute string) []int64 {
	date, err := book.Dates(attribute)
	f.column(err)
	return date
}

// column adds what a table says of a column.
func (f *faultList) column(err error) {
	var e *partition.InputError
	if errors.As(err, &e) {
		f.add(e.Field, e.Index, e.Value, e.Why)
	}
}

// asOf checks the instant that ages are counted to, and gives it in microseconds.
func (f *faultList) asOf(t time.Time) int64 {
	if t.IsZero() {
		f.add("asOf", -1, nil, "is not given")
	} else if y := t.Year(); y < 1 || y > 9999 {
		f.add("asOf", -1, y, "is a year out of range")
	}
	return t.UnixMicro()
}
