package allocate_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// named gives the customers and people of a problem their names.
func named(p *allocate.Problem) *allocate.Problem {
	p.UnitLabel = func(i int) string { return []string{"Oslo", "Bonn", "Lima", "Bern"}[i] }
	p.AgentLabel = func(j int) string { return []string{"Anna", "Bea", "Carl"}[j] }
	return p
}

// TestExplainNumbers works through one unit: Bonn is with Bea at 3, and would
// cost 1 with Anna, who has 4 of 4 hours and a price of 1 each: with Bonn's 2
// she would have 6. Bea would fall from 4 to 2, below her 3.
func TestExplainNumbers(t *testing.T) {
	p := named(visits())
	p.Measures[0].Lower = []float64{0, 3}
	r := answer(t, 2, []int{0, 1, 1, 0}, 9, 0, 8, "prices", []float64{1, -0.25})
	e, err := allocate.Explain(p, r, 1)
	require.NoError(t, err)
	upper := allocate.Breach{MeasureName: "hours", Agent: 0, Name: "Anna", Upper: true, Limit: 4, Before: 4, After: 6, Price: 1}
	lower := allocate.Breach{MeasureName: "hours", Agent: 1, Name: "Bea", Limit: 3, Before: 4, After: 2, Price: 0.25}
	require.Equal(t, &allocate.Explanation{
		Unit: 1, UnitName: "Bonn", Owner: 1, Name: "Bea", Cost: 3,
		Alternatives: []allocate.Alternative{{
			Agent: 0, Name: "Anna", Cost: 1, Extra: -2,
			Priced: -2 + 2*1 - 2*-0.25, // Bonn's hours at the two prices
			Breaks: []allocate.Breach{upper, lower},
		}},
		Decision: allocate.Decision{Reason: allocate.ByLimit, Rival: 0, Limit: &upper},
	}, e)
	require.Equal(t, 2.0, upper.Excess())
	require.Equal(t, 1.0, lower.Excess())
	next, ok := e.RunnerUp()
	require.True(t, ok)
	require.Equal(t, "Anna", next.Name)
}

func TestExplainDecisions(t *testing.T) {
	inf := math.Inf(1)
	// Three people; Carl is dear. By hours Oslo 3, Bonn 2, Lima 2, Bern 1.
	base := func(change func(p *allocate.Problem)) *allocate.Problem {
		p := named(&allocate.Problem{
			Cost:     costs{{1, 5, 9}, {1, 3, 9}, {1, 4, 9}, {2, 1, 9}},
			Measures: []partition.Measure{{Name: "hours", Value: []float64{3, 2, 2, 1}, Upper: []float64{4, 4, 4}}},
		})
		if change != nil {
			change(p)
		}
		return p
	}
	fixed := base(func(p *allocate.Problem) { p.Fixed = []int{-1, 1, -1, -1} })
	closed := base(func(p *allocate.Problem) { p.Allowed = func(i, j int) bool { return i != 1 || j > 0 } })
	only := base(func(p *allocate.Problem) { p.Allowed = func(i, j int) bool { return i != 1 || j == 1 } })
	only.Cost = costs{{1, 5, 9}, {9, 3, inf}, {1, 4, 9}, {2, 1, 9}}
	cheap := base(func(p *allocate.Problem) { p.Penalty = []float64{inf, 0.5, 2, inf} })
	lower := base(func(p *allocate.Problem) {
		p.Measures[0].Lower = []float64{0, 5, 0}
		p.Measures[0].Upper = []float64{9, 9, 9}
	})
	for name, c := range map[string]struct {
		problem *allocate.Problem
		plan    []int
		prices  []float64
		unit    int
		reason  allocate.Reason
		want    string
	}{
		"cost": {
			base(nil), []int{0, 1, 1, 0}, nil, 0, allocate.ByCost,
			"Oslo is with Anna at a cost of 1, the cheapest: Bea would cost 4 more.",
		},
		"lock": {
			fixed, []int{0, 1, 1, 0}, nil, 1, allocate.ByLock,
			"Bonn is fixed to Bea, at a cost of 3: Anna would cost 2 less.",
		},
		"eligibility": {
			closed, []int{0, 1, 1, 0}, nil, 1, allocate.ByEligibility,
			"Bonn is with Bea at a cost of 3: Anna would cost 2 less, but may not serve it.",
		},
		"nobody else": {
			only, []int{0, 1, 1, 0}, nil, 1, allocate.ByEligibility,
			"Bonn is with Bea at a cost of 3: nobody else may serve it.",
		},
		"upper limit": {
			base(nil), []int{0, 1, 1, 0}, nil, 2, allocate.ByLimit,
			"Lima is with Bea at a cost of 4: Anna would cost 3 less, but Anna's hours would rise from 4 to 6, above the upper limit of 4.",
		},
		"upper limit with a price": {
			base(nil), []int{0, 1, 1, 0}, []float64{1.25, 0, 0}, 2, allocate.ByLimit,
			"Lima is with Bea at a cost of 4: Anna would cost 3 less, but Anna's hours would rise from 4 to 6, above the upper limit of 4 (room for one more would save about 1.25).",
		},
		"lower limit": {
			lower, []int{0, 1, 1, 1}, []float64{0, -1, 0}, 2, allocate.ByLimit,
			"Lima is with Bea at a cost of 4: Anna would cost 3 less, but Bea's hours would fall from 5 to 3, below the lower limit of 5 (a limit lower by one would save about 1).",
		},
		"the cheapest is full, another is not": { // Anna has one hour left
			base(nil), []int{0, 1, 1, 2}, []float64{7.5, 0, 0}, 3, allocate.ByNothing,
			"Bern is with Carl at a cost of 9, although Anna would cost 7 less and break no limit: the plan can be improved.",
		},
		"penalty": {
			cheap, []int{0, -1, 1, 0}, nil, 1, allocate.ByPenalty,
			"Bonn is unassigned at a penalty of 0.5, the cheapest: Anna would cost 0.5 more.",
		},
		"unassigned for want of room": {
			cheap, []int{0, -1, -1, 0}, nil, 2, allocate.ByLimit,
			"Lima is unassigned at a penalty of 2: Anna would cost 1 less, but Anna's hours would rise from 4 to 6, above the upper limit of 4.",
		},
		"served, though the penalty is less": {
			cheap, []int{0, 1, 1, 0}, nil, 1, allocate.ByNothing,
			"Bonn is with Bea at a cost of 3, although leaving it unassigned would cost 2.5 less and break no limit: the plan can be improved.",
		},
		"unassigned against the rules": {
			base(nil), []int{0, -1, 1, 0}, nil, 1, allocate.ByNothing,
			"Bonn must be served and is unassigned, although Bea would cost 3 and break no limit: the plan can be improved.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var prices [][]float64
			if c.prices != nil {
				prices = [][]float64{c.prices}
			}
			e, err := allocate.Explain(c.problem, answer(t, 3, c.plan, 0, 0, 0, "", prices...), c.unit)
			require.NoError(t, err)
			require.Equal(t, c.want, e.String())
			require.Equal(t, c.reason, e.Decision.Reason, e.Decision.Reason)
		})
	}
}

func TestExplainSplit(t *testing.T) {
	p := named(visits())
	r := answer(t, 2, []int{0, 1, 1, 1}, 0, 0, 0, "", []float64{1, 0})
	r.Splits = []allocate.Share{{Unit: 1, Agent: 0, Fraction: 0.25}, {Unit: 1, Agent: 1, Fraction: 0.75}}
	e, err := allocate.Explain(p, r, 1)
	require.NoError(t, err)
	require.Equal(t, 0.25*1+0.75*3, e.Cost)
	require.Len(t, e.Alternatives, 2, "with either of the two alone")
	// Anna has 3 and a quarter of Bonn's 2 hours: 3.5; with all of Bonn 5.
	require.Equal(t, "Bonn is shared by Anna (25 %) and Bea (75 %) at a cost of 2.5: Anna alone would cost 1.5 less, "+
		"but Anna's hours would rise from 3.5 to 5, above the upper limit of 4 (room for one more would save about 1).", e.String())
}

func TestExplainRanking(t *testing.T) {
	p := named(&allocate.Problem{
		Cost:     costs{{1, 5, 9}, {4, 3, 2}, {1, 4, 9}, {2, 1, 9}},
		Measures: []partition.Measure{{Value: []float64{3, 2, 2, 1}}},
		Penalty:  []float64{9, 9, 9, 9},
		Allowed:  func(i, j int) bool { return i != 1 || j != 2 },
	})
	e, err := allocate.Explain(p, answer(t, 3, []int{0, 0, 1, 1}, 0, 0, 0, "", []float64{0, 5, 0}), 1)
	require.NoError(t, err)
	var order []string
	for _, a := range e.Alternatives {
		order = append(order, a.Name)
	}
	// Priced: unassigned 9-4 = 5, Bea 3-4 + 2·5 = 9; Carl is barred.
	require.Equal(t, []string{"unassigned", "Bea", "Carl"}, order)
	require.Equal(t, 9.0, e.Alternatives[1].Priced)
	require.Equal(t, -2.0, e.Alternatives[2].Extra)
	require.Equal(t, "the pair is not allowed", e.Alternatives[2].Forbidden)
}

func TestExplainErrors(t *testing.T) {
	good := func() *allocate.Result { return answer(t, 2, []int{0, 1, 1, 0}, 9, 0, 8, "prices", []float64{1, 0}) }
	for name, c := range map[string]struct {
		unit   int
		change func(r *allocate.Result)
		want   string
	}{
		"no unit":   {4, func(r *allocate.Result) {}, "unit = 4: is no unit: there are 4"},
		"negative":  {-1, func(r *allocate.Result) {}, "unit = -1: is no unit: there are 4"},
		"no plan":   {0, func(r *allocate.Result) { r.Plan = nil }, "Result.Plan: is nil"},
		"plan size": {0, func(r *allocate.Result) { r.Plan, _ = partition.NewPlan(2, []int{0}) }, "Result.Plan: has 1 units and 2 agents; the problem has 4 and 2"},
		"prices":    {0, func(r *allocate.Result) { r.Prices = r.Prices[:0] }, "Result.Prices: has length 0; there are 1 measures"},
		"price row": {0, func(r *allocate.Result) { r.Prices[0] = nil }, "Result.Prices[0]: has length 0; there are 2 agents"},
		"share":     {0, func(r *allocate.Result) { r.Splits = []allocate.Share{{Unit: 7}} }, "Result.Splits: share 0 is of unit 7 and agent 0"},
	} {
		r := good()
		c.change(r)
		_, err := allocate.Explain(visits(), r, c.unit)
		require.ErrorIs(t, err, partition.ErrInput, name)
		require.EqualError(t, err, c.want, name)
	}
	_, err := allocate.Explain(nil, good(), 0)
	require.ErrorIs(t, err, partition.ErrInput)
}

func TestBreachInWords(t *testing.T) {
	for want, b := range map[string]allocate.Breach{
		"Bea's load would rise from 1,234,567 to 2,345,679, above the upper limit of 2,000,000": {Upper: true, Limit: 2e6, Before: 1234567.1, After: 2345678.9},
		"Bea's load would rise from 0.01235 to 0.5, above the upper limit of 0.25":              {Upper: true, Limit: 0.25, Before: 0.012346, After: 0.5},
		"Bea's load would rise from 9 to 10.00001, above the upper limit of 10":                 {Upper: true, Limit: 10, Before: 9, After: 10.00001},
		"Bea's load would fall from 999.96 to 999.94, below the lower limit of 999.95":          {Limit: 999.95, Before: 999.96, After: 999.94},
		"Bea's load would fall from 1e+15 to 0, below the lower limit of 3.5e+20":               {Limit: 3.5e20, Before: 1e15},
		"Bea's load would rise from 1 to 2":                                                     {Upper: true, Limit: 3, Before: 1, After: 2},
	} {
		b.Name, b.MeasureName = "Bea", "load"
		require.Equal(t, want, b.String())
	}
}
