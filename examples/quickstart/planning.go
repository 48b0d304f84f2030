package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/balance"
	"github.com/territory-go/territory/partition"
)

// outcome is everything that report, page and map file show.
type outcome struct {
	*dataset
	Tolerance  float64
	Problem    *allocate.Problem
	BeforeName string // "nearest person", or "today"
	Before     state
	After      state
	Result     *allocate.Result
	Lower      []float64 // of each sales person's load
	Upper      []float64
	Decisions  []decision // per customer
	Changed    int        // customers that change hands between Before and After
}

// state is one plan with its figures.
type state struct {
	Plan   *partition.Plan
	Travel float64 // Σ workload × km, of the customers that somebody serves
	balance.Report
}

// problem states the task for the library: workload × kilometres, and loads
// within the tolerance of each sales person's share.
func (d *dataset) problem(tolerance float64) *allocate.Problem {
	work := partition.Column(d.Customers, customer.Workload)
	total, shares := 0.0, 0.0
	for _, w := range work {
		total += w
	}
	for _, r := range d.Reps {
		shares += r.Share
	}
	targets := partition.Column(d.Reps, func(r rep) float64 { return total * (r.Share / shares) })
	return &allocate.Problem{
		Cost:       d.travel(work),
		Measures:   []partition.Measure{{Name: d.Work, Value: work, Target: targets, Tolerance: tolerance}},
		UnitLabel:  func(i int) string { return d.Customers[i].Name },
		AgentLabel: func(j int) string { return d.Reps[j].Name },
	}
}

// travel is the distance from the sales people to the customers in km, times a
// factor per customer; nil: 1.
func (d *dataset) travel(factor []float64) allocate.Costs {
	return (&allocate.Travel{
		Units:      partition.Column(d.Customers, customer.Point),
		Agents:     partition.Column(d.Reps, rep.Point),
		Metric:     allocate.GreatCircle,
		UnitFactor: factor,
	}).Prepare()
}

// plan solves the task and checks the answer.
func (d *dataset) plan(ctx context.Context, tolerance float64, seed uint64) (*outcome, error) {
	p := d.problem(tolerance)
	r, err := allocate.SingleSource{Seed: seed}.Allocate(ctx, p)
	if err != nil {
		return nil, d.explainFailure(ctx, err, p, tolerance, seed)
	}
	if err := allocate.Verify(p, r); err != nil {
		return nil, fmt.Errorf("the answer does not stand up to its check: %w", err)
	}
	o := &outcome{dataset: d, Tolerance: tolerance, Problem: p, Result: r, BeforeName: "nearest person"}
	if d.Today != nil {
		o.BeforeName = "today"
	}
	o.Lower, o.Upper = p.Measures[0].Limits(len(d.Reps))

	start, err := d.before(ctx, p)
	if err != nil {
		return nil, err
	}
	if o.Before, err = d.evaluate(p, start); err != nil {
		return nil, err
	}
	if o.After, err = d.evaluate(p, r.Plan); err != nil {
		return nil, err
	}
	changes, err := partition.Diff(start, r.Plan)
	if err != nil {
		return nil, err
	}
	o.Changed = len(changes)
	km := d.travel(nil)
	o.Decisions = make([]decision, len(d.Customers))
	for i := range o.Decisions {
		o.Decisions[i] = o.decide(km, i)
	}
	return o, nil
}

// before is the plan to compare with: today's, or else everybody goes to the
// nearest sales person.
func (d *dataset) before(ctx context.Context, p *allocate.Problem) (*partition.Plan, error) {
	if d.Today != nil {
		return partition.NewPlan(len(d.Reps), d.Today)
	}
	r, err := allocate.Nearest{}.Allocate(ctx, p)
	if err != nil {
		return nil, err
	}
	return r.Plan, nil
}

// evaluate adds up what a plan costs and how it is balanced.
func (d *dataset) evaluate(p *allocate.Problem, plan *partition.Plan) (state, error) {
	reports, err := balance.Evaluate(plan, p.Measures)
	if err != nil {
		return state{}, err
	}
	s := state{Plan: plan, Report: reports[0]}
	for i := range d.Customers {
		if j := plan.Of(i); j != partition.Unassigned {
			s.Travel += p.Cost.At(i, j)
		}
	}
	return s, nil
}

// explainFailure adds to a proof that no plan exists what would help where a
// customer is too heavy for anybody: how many sales people can work, or how
// wide the tolerance must be.
func (d *dataset) explainFailure(ctx context.Context, err error, p *allocate.Problem, within float64, seed uint64) error {
	if !errors.Is(err, partition.ErrInfeasible) {
		return err
	}
	_, limits := p.Measures[0].Limits(len(d.Reps))
	upper, heavy := slices.Max(limits), 0
	for i, c := range d.Customers {
		if c.Work > d.Customers[heavy].Work {
			heavy = i
		}
	}
	work := d.Customers[heavy].Work
	if work <= upper {
		return fmt.Errorf("no plan is possible: %w", err)
	}
	facts := fmt.Sprintf("%s alone is heavier than the upper limit: %s against %s, with %s and a tolerance of %s",
		d.Customers[heavy].Name, d.amount(work), quantity(upper), plural(len(d.Reps), "sales person", "sales people"), tolerance(within))
	if !d.Builtin {
		least := work/(upper/(1+within)) - 1
		return &noPlan{fmt.Sprintf("%s.\nMaybe a wider tolerance helps: from %s on somebody can take it.", facts, tolerance(math.Ceil(1e4*least)/1e4)), err}
	}

	// What MostAgents says is necessary; whether it suffices only a plan can show.
	most := allocate.MostAgents(partition.Measure{Value: p.Measures[0].Value, Tolerance: within})
	advice := fmt.Sprintf("more than %d people are impossible for this reason", most)
	if fewer, err := embedded(most); err == nil {
		r, err := allocate.SingleSource{Seed: seed}.Allocate(ctx, fewer.problem(within))
		if err == nil && r.Certificate.Feasible() {
			advice = fmt.Sprintf("the largest number of people that works is %d", most)
		}
	}
	return &noPlan{fmt.Sprintf("%s.\nMaybe fewer people: %s.", facts, advice), err}
}

// noPlan says in the words of this program what the library has proved.
type noPlan struct {
	why   string
	proof error
}

func (e *noPlan) Error() string { return "no plan is possible: " + e.why }
func (e *noPlan) Unwrap() error { return e.proof }
