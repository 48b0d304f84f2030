package allocate

import (
	"context"
	"math"

	"github.com/territory-go/territory/partition"
)

// medians solves the objective whose centre is a unit.
func (c Centers) medians(ctx context.Context, p *partition.Problem) (*partition.Result, error) {
	if err := c.checkMedians(p); err != nil {
		return nil, err
	}
	m := compileMedians(p)
	if err := m.infeasible(); err != nil {
		return nil, err
	}
	if err := m.gatherNear(ctx, medianReach); err != nil {
		return nil, err
	}
	start, err := m.start()
	if err != nil {
		return nil, err
	}
	s := newMedianSearch(m, start, c)
	s.climb = newMedianClimb(ctx, m, start)
	stop := s.run(ctx)
	cost, outside, err := m.evaluate(s.plan)
	if err != nil {
		return nil, err
	}
	plan, err := partition.NewPlan(m.k, s.plan.of)
	if err != nil {
		return nil, err
	}
	centers := make([]int, m.k)
	for t, u := range s.plan.med {
		centers[t] = int(u)
	}
	r := &partition.Result{Plan: plan, Centers: centers, Stop: stop, Iterations: s.iterations(), Seed: c.Seed,
		Certificate: partition.Certificate{Objective: cost, Violation: outside}}
	r.Certificate.Bound, r.Certificate.Proof, r.Multipliers = s.bound()
	return r, nil
}

// evaluate is what a plan costs, and the amount outside the limits.
func (m *medianModel) evaluate(p medianPlan) (cost, outside float64, err error) {
	var total sum
	load := make([]sum, m.k)
	for i, t := range p.of {
		load[t].add(m.value[i])
		if err := m.checkDistance(i, int(p.med[t])); err != nil {
			return 0, 0, err
		}
		d := m.cost(i, int(p.med[t]))
		if math.IsInf(d, 1) {
			cost = d
			continue
		}
		total.add(d)
	}
	for t := range load {
		l := load[t].total()
		outside += math.Max(0, l-m.capacity(t, int(p.med[t]))) + math.Max(0, m.lower[t]-l)
	}
	return cost + total.total(), outside, nil
}
