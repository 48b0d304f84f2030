package allocate

import (
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// Preferring adds wishes to any costs:
//
//	cost(i,j) = Costs(i,j) + Σ Cost of the Terms of (i,j)
//	          + Switching_i, where unit i has an incumbent other than j,
//
// summed from left to right. What serving costs and what people wish for stay
// apart, so that [Promises] can say what every wish costs. A [Travel] has the
// same three fields itself and needs no Preferring.
//
// Use it by pointer, as a literal: Problem{Cost: &allocate.Preferring{…}}. The
// solvers validate it and report every fault; At expects valid data. They search
// it as fast as Costs where that is an [IndexedCosts]: call [Preferring.Prepare]
// to have the same. All methods are safe for concurrent use while the fields are
// not modified.
type Preferring struct {
	Costs Costs // what serving costs without any wish

	Terms []Term // preferences and exceptions for single pairs, in any order; several for a pair add up

	Incumbent []int     // nil, or today's agent of each unit, or Unassigned
	Switching []float64 // cost ≥ 0 of taking the unit from its incumbent, +Inf: it stays; nil: 0; needs Incumbent
}

// Dims is that of Costs.
func (p *Preferring) Dims() (units, agents int) { return p.Costs.Dims() }

// At is the cost of the pair. It looks through all Terms; the costs that
// [Preferring.Prepare] returns do not.
func (p *Preferring) At(unit, agent int) float64 {
	cost := p.Costs.At(unit, agent)
	if extra, has := termOf(p.Terms, unit, agent); has {
		cost += extra
	}
	return cost + switching(p.Incumbent, p.Switching, unit, agent)
}

// Prepare returns the same costs with the terms sorted by unit and Costs
// prepared: an [IndexedCosts] where Costs is one. It takes O(n + len(Terms))
// besides what Costs takes. The result keeps the slices of p, which must not be
// modified as long as it is in use.
func (p *Preferring) Prepare() Costs {
	n, m := p.Costs.Dims()
	w := preferred{p: p, inner: prepare(p.Costs), term: sortTerms(p.Terms, n, m)}
	if inner, ok := w.inner.(IndexedCosts); ok {
		return &indexedPreferred{w, inner}
	}
	return &w
}

// prepare replaces costs by the same costs that compute faster, where there are such.
func prepare(c Costs) Costs {
	switch c := c.(type) {
	case *Preferring:
		return c.Prepare()
	case preparer:
		return c.Prepare()
	}
	return c
}

// check reports every fault of the wishes, and those of Costs where these check
// themselves.
func (p *Preferring) check(unitLabel, agentLabel func(int) string) []error {
	n, m := p.Costs.Dims()
	c := travelCheck{
		of: "Preferring", t: &Travel{Terms: p.Terms, Incumbent: p.Incumbent, Switching: p.Switching},
		n: n, m: m, unitLabel: unitLabel, agentLabel: agentLabel,
	}
	c.terms()
	c.switching()
	var errs []error
	if inner, ok := p.Costs.(checker); ok {
		errs = inner.check(unitLabel, agentLabel)
	}
	if err := c.faults.Err(); err != nil {
		errs = append(errs, err)
	}
	return errs
}

// termOf is the sum of the terms of the pair.
func termOf(terms []Term, unit, agent int) (cost float64, has bool) {
	for _, e := range terms {
		if e.Unit == unit && e.Agent == agent {
			cost += e.Cost
			has = true
		}
	}
	return cost, has
}

// switching is what it costs to give unit i to agent j for being taken from its
// incumbent.
func switching(incumbent []int, cost []float64, i, j int) float64 {
	if incumbent == nil || cost == nil {
		return 0
	}
	if o := incumbent[i]; o == partition.Unassigned || o == j {
		return 0
	}
	return cost[i]
}

// preferred is a Preferring whose terms are sorted.
type preferred struct {
	p     *Preferring
	inner Costs
	term  pairTerms
}

func (w *preferred) Dims() (units, agents int) { return w.inner.Dims() }

func (w *preferred) At(unit, agent int) float64 { return w.wish(w.inner.At(unit, agent), unit, agent) }

// wish is the cost with what people wish for.
func (w *preferred) wish(cost float64, unit, agent int) float64 {
	if extra, has := w.term.of(unit, agent); has {
		cost += extra
	}
	return cost + switching(w.p.Incumbent, w.p.Switching, unit, agent)
}

func (w *preferred) check(unitLabel, agentLabel func(int) string) []error {
	return w.p.check(unitLabel, agentLabel)
}

// indexedPreferred is a preferred whose costs can be searched.
type indexedPreferred struct {
	preferred
	costs IndexedCosts
}

// Index prepares a search at the prices.
func (w *indexedPreferred) Index(price [][]float64) Index {
	x := &preferredIndex{w: w, index: w.costs.Index(price), price: make([][]float64, len(price)), steep: make([]float64, len(price))}
	for r := range price {
		x.price[r] = slices.Clone(price[r])
		for _, v := range price[r] {
			x.steep[r] = math.Max(x.steep[r], math.Abs(v))
		}
	}
	return x
}

// localOrder is that of the costs.
func (w *indexedPreferred) localOrder() []int32 { return localOrder(w.costs) }

// finiteUnits adds to what the costs know the places from where a wish can be infinite.
func (w *indexedPreferred) finiteUnits() func(unit int) bool {
	finite := finiteUnits(w.costs)
	return func(i int) bool {
		_, terms := w.term.row(i)
		for _, c := range terms {
			if math.IsInf(c, 1) {
				return false
			}
		}
		return finite(i) && (w.incumbent(i) < 0 || !math.IsInf(w.p.Switching[i], 1))
	}
}

// incumbent is the agent whom unit i can be taken from at a cost, or Unassigned.
func (w *preferred) incumbent(i int) int {
	if w.p.Incumbent == nil || w.p.Switching == nil {
		return partition.Unassigned
	}
	return w.p.Incumbent[i]
}
