package partition

import (
	"errors"
	"fmt"
	"strings"
)

// The classes of failure. Test with errors.Is; take the facts with errors.As.
var (
	ErrInput      = errors.New("invalid input")
	ErrInfeasible = errors.New("infeasible")
)

// InputError names one fault of the caller's data. All faults of a problem are
// reported at once, joined.
type InputError struct {
	Field string // "Measures[0].Value"
	Index int    // position in Field; -1: the field as a whole
	Label string // the caller's name for it; "" without one
	Value any    // what was found; nil: nothing worth printing
	Why   string // "is NaN"
	More  int    // > 0: this entry stands for so many further faults of Field, which are not listed
}

func (e *InputError) Error() string {
	var b strings.Builder
	b.WriteString(e.Field)
	if e.Index >= 0 {
		fmt.Fprintf(&b, "[%d]", e.Index)
	}
	if e.Label != "" {
		fmt.Fprintf(&b, " (%s)", e.Label)
	}
	if e.Value != nil {
		fmt.Fprintf(&b, " = %v", e.Value)
	}
	b.WriteString(": ")
	b.WriteString(e.Why)
	return b.String()
}

// Unwrap makes errors.Is(err, ErrInput) true.
func (e *InputError) Unwrap() error { return ErrInput }

// InfeasibleError says that no plan can keep the limits, and carries the
// witness: the units whose demand Need exceeds Have, all that the agents which
// may serve them can take (or the other way round for lower limits).
type InfeasibleError struct {
	Why         string
	Measure     string // name of the measure concerned; "" if none is
	Need, Have  float64
	Units       []int // the smallest contradictory set that was found; ascending
	Territories []int // the territories or agents concerned; ascending
}

func (e *InfeasibleError) Error() string { return "infeasible: " + e.Why }

// Unwrap makes errors.Is(err, ErrInfeasible) true.
func (e *InfeasibleError) Unwrap() error { return ErrInfeasible }
