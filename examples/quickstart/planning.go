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

// decision says why a customer is where it is.
type decision struct {
	Unit, Owner     int
	Nearest         int     // the sales person who lives nearest
	RunnerUp        int     // the next best at the prices of the plan; -1: there is nobody else
	Km              float64 // to the owner
	NearestKm       float64
	RunnerUpKm      float64
	Extra           float64 // what the runner-up would cost more than the owner; negative: less
	Margin          float64 // the same at the prices of the plan, per unit of workload: km
	Overload, Short bool    // the nearest would be above the upper limit; the owner would fall below the lower one
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
	r, err := solver(seed).Allocate(ctx, p)
	if err != nil {
		return nil, d.explainFailure(ctx, err, p, tolerance, seed)
	}
	if err := allocate.Verify(p, r); err != nil {
		return nil, fmt.Errorf("the answer does not stand up to its check: %w", err)
	}
	o := &outcome{dataset: d, Tolerance: tolerance, Result: r}
	o.Lower, o.Upper = p.Measures[0].Limits(len(d.Reps))

	before, name := d.Today, "today"
	if before == nil {
		name = "nearest person"
		if before, err = nearest(ctx, p); err != nil {
			return nil, err
		}
	}
	o.BeforeName = name
	start, err := partition.NewPlan(len(d.Reps), before)
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
		if o.Decisions[i], err = o.decide(km, i); err != nil {
			return nil, err
		}
	}
	return o, nil
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
func (d *dataset) explainFailure(ctx context.Context, err error, p *allocate.Problem, tolerance float64, seed uint64) error {
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
	facts := fmt.Sprintf("%s alone is heavier than the upper limit: %s %s against %s, with %s and a tolerance of ±%g %%",
		d.Customers[heavy].Name, quantity(work), d.Work, quantity(upper), plural(len(d.Reps), "sales person", "sales people"), 100*tolerance)
	if !d.Builtin {
		least := 100 * (work/(upper/(1+tolerance)) - 1)
		return &noPlan{fmt.Sprintf("%s.\nMaybe a wider tolerance helps: from ±%.4g %% on somebody can take it.", facts, math.Ceil(100*least)/100), err}
	}

	// What MostAgents says is necessary; whether it suffices only a plan can show.
	most := allocate.MostAgents(partition.Measure{Value: p.Measures[0].Value, Tolerance: tolerance})
	advice := fmt.Sprintf("more than %d people are impossible for this reason", most)
	if fewer, err := embedded(most); err == nil {
		r, err := solver(seed).Allocate(ctx, fewer.problem(tolerance))
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
