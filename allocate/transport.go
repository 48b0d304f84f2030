package allocate

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/territory-go/territory/partition"
)

// Transport finds the exact optimum where units may be split between agents:
// the transportation problem, for one measure whose load does not depend on the
// agent,
//
//	minimise Σ_ij cost(i,j)·x(i,j),  Σ_j x(i,j) = 1,  x ≥ 0,  lower_j ≤ Σ_i load_i·x(i,j) ≤ upper_j,
//
// with locks, eligibility and penalties as in [Problem]. The optimum is a vertex:
// at most m-1 units are split (m where units may stay unassigned), listed in
// Result.Splits. It bounds every unsplit plan from below; the prices prove it.
//
// Method: the dual in one price per agent is maximised smoothed, on growing
// samples of the units; the flow that is left to settle is settled exactly by
// successive shortest paths in the graph of agents. Memory is O(n + m) and the
// candidate arcs of units near a border. For more measures, or loads that depend
// on the agent, the answer is an error that wraps errors.ErrUnsupported; the
// price bound of [SingleSource] serves there. So it is where Apart asks for
// anything, which halves of units could not break; what is Together is split alike.
//
// The plan of the result gives a split unit to the agent with its largest share
// and may thus break limits; Certificate speaks of the split optimum.
type Transport struct {
	Progress func(partition.Progress) // nil, or called now and then by the calling goroutine
}

// Allocate solves p. An interrupted run returns the flow reached so far, whose
// violation is what still misses the limits.
func (t Transport) Allocate(ctx context.Context, p *Problem) (*Result, error) {
	m, err := begin(ctx, p)
	if err != nil {
		return nil, err
	}
	if m.r > 1 || !m.uniform {
		return nil, fmt.Errorf("allocate: Transport takes one measure whose load does not depend on the agent: %w", errors.ErrUnsupported)
	}
	if m.apart != nil {
		return nil, fmt.Errorf("allocate: Transport splits units, which Apart does not allow for: %w", errors.ErrUnsupported)
	}
	if err := m.infeasible(ctx, true); err != nil {
		return nil, err
	}
	if m.n == 0 || m.r == 0 {
		return m.free(0), nil
	}
	x, err := m.relax(ctx, exactness, t.Progress)
	if err != nil {
		return nil, err
	}
	if x.nw == nil {
		return nil, context.Cause(ctx)
	}
	x.nw.vertex()
	return x.result(ctx), nil
}

// result is the split flow with its evidence.
func (x *relaxation) result(ctx context.Context) *Result {
	m, nw := x.m, x.nw
	of := make([]int32, m.n)
	x.assignment(of)
	res := m.certified(of, x.prices, x.bound, partition.ProvedOptimal, nw.pushes, 0)
	res.Splits = nil
	violation := 0.0
	for _, row := range nw.split() {
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			if f := nw.flow[e]; f > 0 {
				j := int(nw.agent[e])
				if j == m.dummy {
					j = partition.Unassigned
				}
				res.Splits = append(res.Splits, m.shares(int(nw.unit[row]), j, f/nw.load[row])...)
			}
		}
	}
	for j, e := range nw.excess[:m.m] {
		load := nw.target[j] + e
		violation += math.Max(0, math.Max(load-nw.hi[j], nw.lo[j]-load))
	}
	c := &res.Certificate
	c.Objective, c.Violation, c.Bound = nw.total(), violation, x.bound
	if c.Feasible() {
		c.Bound = math.Min(c.Bound, c.Objective)
	}
	if ctx.Err() != nil {
		res.Stop = partition.Interrupted
	} else if !c.Feasible() || c.Objective-c.Bound > exactness*x.mass(of) {
		res.Stop = partition.Converged
	}
	return res
}

// mass is the size of what objective and bound add up, Σ |cost| of the plan and
// Σ |price·limit|: their difference is measured against that, as the objective
// may be 0. Where that is 0 as well, it is what the loads could be worth.
func (x *relaxation) mass(of []int32) float64 {
	mass, load, steep := 0.0, 0.0, 0.0
	for i, j := range of {
		if j >= 0 {
			mass += math.Abs(x.m.cost(i, int(j)))
		}
		load += x.m.value[0][i]
	}
	for j, v := range x.prices[0][:x.m.m] {
		limit := x.m.upper[0][j]
		if v < 0 {
			limit = x.m.lower[0][j]
		}
		if v != 0 {
			mass += math.Abs(float64(v * limit))
			steep = math.Max(steep, math.Abs(v))
		}
	}
	if mass == 0 {
		mass = 1e-4 * load * steep
	}
	return mass
}

// noFlow is the error of a network that cannot be settled although every
// candidate is in it.
func (m *model) noFlow(ctx context.Context, nw *network) error {
	if err := m.infeasible(ctx, true); err != nil {
		return err
	}
	need := 0.0
	for _, e := range nw.excess {
		need += math.Max(0, e)
	}
	return &partition.InfeasibleError{Why: "no flow keeps the limits", Need: need}
}
