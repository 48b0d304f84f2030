package allocate

import (
	"fmt"
	"sync"

	"github.com/territory-go/territory/partition"
)

// WhatIf answers questions about a result: why is this customer there, what if
// it went elsewhere, what if somebody leaves or joins, what if we changed the
// plan by hand? Nothing is ever applied: answers are plans and numbers beside
// the result, which stays as it is.
//
// [NewWhatIf] makes one: it checks the problem once, so that a thousand questions
// are fast.
// All methods are safe for concurrent use while problem, result and fields are
// not modified.
type WhatIf struct {
	Solver SingleSource // of Leave and Join
	Follow int          // how many moves of others may follow a move, see Elsewhere; 0: 3, negative: none

	// Moved is what a unit counts when it changes hands in Leave and Join: revenue,
	// visits. One finite number ≥ 0 per unit; nil: 1, which counts customers.
	Moved []float64

	p *Problem
	x *explainer

	once   sync.Once
	chains *chaining
	failed error

	listed sync.Once
	list   []promised
}

// NewWhatIf prepares questions about r, a result for p. It takes the result's
// plan, shares and prices as they are; whether they hold is for [Verify].
//
// The errors are those of an invalid problem, and an input error where the
// result does not fit it. O(n·r) besides the validation of the problem.
func NewWhatIf(p *Problem, r *Result) (*WhatIf, error) {
	x, err := newExplainer(p, r)
	if err != nil {
		return nil, err
	}
	return &WhatIf{p: p, x: x}, nil
}

// Explain says why the unit is where the result puts it, see [Explain]. An input
// error where there is no such unit. O(m·r + m·log m).
func (w *WhatIf) Explain(unit int) (*Explanation, error) {
	if err := w.unit(unit); err != nil {
		return nil, err
	}
	return w.x.explain(unit), nil
}

// promises lists what was promised, once.
func (w *WhatIf) promises() []promised {
	w.listed.Do(func() { w.list = w.x.promises() })
	return w.list
}

// unit is the error where there is no such unit.
func (w *WhatIf) unit(unit int) error {
	if unit < 0 || unit >= w.x.m.n {
		return &partition.InputError{Field: "unit", Index: -1, Value: unit, Why: fmt.Sprintf("is no unit: there are %d", w.x.m.n)}
	}
	return nil
}

// agent is the error where there is no such agent.
func (w *WhatIf) agent(agent int) error {
	if agent < 0 || agent >= w.x.m.m {
		return &partition.InputError{Field: "agent", Index: -1, Value: agent, Why: fmt.Sprintf("is no agent: there are %d", w.x.m.m)}
	}
	return nil
}
