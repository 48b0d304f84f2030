package allocate

import (
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// Verify is the function [Verify] for results of [Realign.Allocate] and points of
// a [Frontier] (with the Realign that [FrontierPoint.Realign] makes). Besides what
// that one checks, it returns, joined, whatever of this does not hold:
//
//   - the plan is within every limit of r.Moved, to rounding;
//   - MovePrices has a price ≥ 0 for each limit and agent;
//   - with Proof "prices of loads and moves", Bound is at most what [Realign.Bound]
//     computes anew at MovePrices and Prices, or at Prices alone; with "knapsacks
//     and prices of moves", at most the [KnapsackBound] of [Realign.Priced] at
//     UnitPrices, less what moves cost at most.
func (r Realign) Verify(p *Problem, res *Result) error {
	if err := r.check(p); err != nil {
		return err
	}
	err := Verify(p, res)
	if err != nil && !errors.Is(err, ErrVerify) || res == nil || res.Plan == nil {
		return err
	}
	v := &verifier{}
	_, m := p.Cost.Dims()
	if res.Plan.Len() != len(r.Today) || res.Plan.K() != m {
		return err // which has said so
	}
	for _, l := range r.Moved {
		var moved exact
		for i, j := range r.Today {
			if j != partition.Unassigned && res.Plan.Of(i) != j {
				moved.add(l.of(i))
			}
		}
		if short(moved.value(), l.Most) {
			v.fault("Plan", -1, "", l.Most, moved.value(), "moves more "+l.name()+" than the limit allows")
		}
	}
	if len(res.MovePrices) != len(r.Moved) {
		v.fault("MovePrices", -1, "", 0, 0, fmt.Sprintf("has length %d; there are %d limits", len(res.MovePrices), len(r.Moved)))
		return errors.Join(err, errors.Join(v.errs...))
	}
	for k, prices := range res.MovePrices {
		field := fmt.Sprintf("MovePrices[%d]", k)
		if len(prices) != m {
			v.fault(field, -1, "", 0, 0, fmt.Sprintf("has length %d; there are %d agents", len(prices), m))
		}
		for j, x := range prices {
			if !(x >= 0) || math.IsInf(x, 1) {
				v.fault(field, j, "", 0, 0, fmt.Sprintf("is %v", x))
			}
		}
	}
	bound := math.Inf(1)
	switch c := res.Certificate; {
	case v.errs != nil:
	case c.Proof == proofMovePrices:
		bound = math.Max(r.Bound(p, res.MovePrices, res.Prices...), r.Bound(p, nil, res.Prices...))
	case c.Proof == proofMoveKnapsacks:
		if base, err := compile(p); err == nil {
			bound = r.lessMoves(base, res.MovePrices, KnapsackBound(r.Priced(p, res.MovePrices), res.UnitPrices))
		}
	}
	if c := res.Certificate; c.Bound > bound+float64(verifyRounding*math.Abs(bound)) {
		v.fault("Certificate.Bound", -1, "", c.Bound, bound, "is more than the prices prove")
	}
	return errors.Join(err, errors.Join(v.errs...))
}
