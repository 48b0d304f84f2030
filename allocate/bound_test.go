package allocate_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/internal/exact"
	"github.com/territory-go/territory/partition"
)

func TestBoundByHand(t *testing.T) {
	inf := math.Inf(1)
	p := visits() // see there for 8
	for name, c := range map[string]struct {
		change func(p *allocate.Problem)
		prices [][]float64
		want   float64
	}{
		"no prices":                            {nil, nil, 1 + 1 + 1 + 1},
		"nil prices":                           {nil, [][]float64{nil}, 4},
		"a price":                              {nil, [][]float64{{1, 0}}, 4 + 3 + 3 + 2 - 1*4},
		"two prices":                           {nil, [][]float64{{2, 1}}, 7 + 5 + 5 + 3 - 2*4 - 1*4},
		"negative price":                       {func(p *allocate.Problem) { p.Measures[0].Lower = []float64{0, 2} }, [][]float64{{0, -2}}, -1 - 1 + 0 + 0 + 2*2},
		"negative price without a lower limit": {nil, [][]float64{{0, -1}}, 1 + 1 + 1 + 1},
		"price without an upper limit":         {func(p *allocate.Problem) { p.Measures[0].Upper[0] = inf }, [][]float64{{1, 0}}, -inf},
		"other agent's limit":                  {func(p *allocate.Problem) { p.Measures[0].Upper[1] = inf }, [][]float64{{1, 0}}, 8},
		"lock":                                 {func(p *allocate.Problem) { p.Fixed = []int{1, -1, -1, 0} }, [][]float64{{2, 0}}, 5 + 3 + 4 + 3 - 8},
		"eligibility":                          {func(p *allocate.Problem) { p.Allowed = func(i, j int) bool { return i != 0 || j == 1 } }, nil, 5 + 1 + 1 + 1},
		"penalty": {
			func(p *allocate.Problem) { p.Penalty = []float64{2, 10, inf, -1} }, [][]float64{{1, 0}}, 2 + 3 + 3 - 1 - 4,
		},
		"penalty of a locked unit": {
			func(p *allocate.Problem) { p.Penalty, p.Fixed = []float64{2, 2, 2, 2}, []int{1, -1, -1, -1} }, nil, 5 + 1 + 1 + 1,
		},
		"load by agent": { // agent 1 is twice as fast
			func(p *allocate.Problem) { p.Load = []allocate.Costs{costs{{3, 1.5}, {2, 1}, {2, 1}, {1, 0.5}}} },
			[][]float64{{3, 4}}, (1 + 9) + (1 + 6) + (1 + 6) + (1 + 3) - 3*4 - 4*4,
		},
		"two measures": {
			func(p *allocate.Problem) {
				p.Measures = append(p.Measures, partition.Measure{Value: []float64{1, 1, 1, 1}, Upper: []float64{2, 2}})
			}, [][]float64{{1, 0}, {1, 0}}, 5 + 3 + 4 + 2 - 4 - 2,
		},
		"too few prices":  {nil, [][]float64{{1}}, -inf},
		"too many slices": {nil, [][]float64{{1, 0}, {1, 0}}, -inf},
		"NaN":             {nil, [][]float64{{math.NaN(), 0}}, -inf},
		"infinite":        {nil, [][]float64{{0, math.Inf(-1)}}, -inf},
		"overflow":        {nil, [][]float64{{1e308, 1e308}}, -inf},
	} {
		q := *p
		q.Measures = []partition.Measure{{Value: p.Measures[0].Value, Upper: []float64{4, 4}}}
		if c.change != nil {
			c.change(&q)
		}
		got := allocate.Bound(&q, c.prices...)
		if math.IsInf(c.want, -1) {
			require.Equal(t, c.want, got, name)
			continue
		}
		require.InDelta(t, c.want, got, 1e-12, name)
		require.LessOrEqual(t, got, c.want, name)
	}
}

// drawn is a small random problem, and the same one in plain numbers.
func drawn(rng *rand.Rand) (*allocate.Problem, *exact.Allocation) {
	n, m, measures := 1+rng.IntN(5), 1+rng.IntN(3), rng.IntN(3)
	p, a := &allocate.Problem{}, &exact.Allocation{Agents: m}
	barred := make([]bool, n*m)
	c := make(costs, n)
	for i := range c {
		c[i] = make([]float64, m)
		a.Cost = append(a.Cost, make([]float64, m))
		for j := range c[i] {
			c[i][j] = float64(rng.IntN(41) - 10)
			a.Cost[i][j] = c[i][j]
			switch rng.IntN(8) {
			case 0:
				c[i][j], a.Cost[i][j] = math.Inf(1), math.Inf(1)
			case 1:
				barred[i*m+j], a.Cost[i][j] = true, math.Inf(1)
			}
		}
	}
	p.Cost = c
	p.Allowed = func(i, j int) bool { return !barred[i*m+j] }
	for range measures {
		me := partition.Measure{Value: make([]float64, n), Lower: make([]float64, m), Upper: make([]float64, m)}
		load := make(costs, n)
		for i := range load {
			me.Value[i] = float64(rng.IntN(10))
			for range m {
				load[i] = append(load[i], me.Value[i])
			}
		}
		var own allocate.Costs
		if rng.IntN(3) == 0 {
			for i := range load {
				for j := range load[i] {
					load[i][j] = float64(rng.IntN(10))
				}
			}
			me.Value, own = nil, load
		}
		for j := range m {
			me.Lower[j] = float64(rng.IntN(4))
			me.Upper[j] = me.Lower[j] + float64(rng.IntN(25))
			if rng.IntN(4) == 0 {
				me.Upper[j] = math.Inf(1)
			}
		}
		p.Measures, p.Load = append(p.Measures, me), append(p.Load, own)
		a.Load, a.Lower, a.Upper = append(a.Load, load), append(a.Lower, me.Lower), append(a.Upper, me.Upper)
	}
	if rng.IntN(2) == 0 {
		p.Penalty = make([]float64, n)
		for i := range p.Penalty {
			if p.Penalty[i] = float64(rng.IntN(40) - 5); rng.IntN(3) == 0 {
				p.Penalty[i] = math.Inf(1)
			}
		}
		a.Penalty = p.Penalty
	}
	if rng.IntN(2) == 0 {
		p.Fixed = make([]int, n)
		for i := range p.Fixed {
			if p.Fixed[i] = rng.IntN(m); rng.IntN(3) > 0 {
				p.Fixed[i] = partition.Unassigned
			}
		}
		a.Fixed = p.Fixed
	}
	return p, a
}

// TestBoundNeverAboveTheOptimum holds Bound at random prices against the
// optimum with and without splitting, and finds it infinite only where there is
// no plan.
func TestBoundNeverAboveTheOptimum(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(11, 1))
	feasible, tight := 0, 0
	for trial := range 700 {
		p, a := drawn(rng)
		_, whole := a.Best()
		split := whole
		if trial%4 == 0 {
			_, split = a.BestSplit()
		}
		if !math.IsInf(whole, 1) {
			feasible++
			require.LessOrEqual(t, split, whole)
		}
		best := math.Inf(-1)
		for range 20 {
			prices := make([][]float64, len(p.Measures))
			for r := range prices {
				for j := range p.Measures[r].Upper {
					v := float64(rng.IntN(17)-8) / 2
					if v > 0 && math.IsInf(p.Measures[r].Upper[j], 1) {
						v = 0
					}
					prices[r] = append(prices[r], v)
				}
			}
			b := allocate.Bound(p, prices...)
			require.LessOrEqual(t, b, split, "trial %d, prices %v", trial, prices)
			require.False(t, math.IsInf(b, -1))
			best = math.Max(best, b)
		}
		if best > whole-1e-9 {
			tight++
		}
	}
	require.Greater(t, feasible, 300)
	require.Greater(t, tight, 150, "random prices prove many of these small problems optimal")
}

// TestBoundRoundsDown compares with the dual in exact arithmetic, on numbers
// that lose most of their digits.
func TestBoundRoundsDown(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 1))
	wild := func() float64 { return (rng.Float64() - 0.3) * math.Pow(10, float64(rng.IntN(24)-8)) }
	for trial := range 300 {
		n, m := 1+rng.IntN(60), 1+rng.IntN(4)
		c, load := make(costs, n), make(costs, n)
		for i := range c {
			for range m {
				c[i], load[i] = append(c[i], wild()), append(load[i], math.Abs(wild()))
			}
		}
		me := partition.Measure{Lower: make([]float64, m), Upper: make([]float64, m)}
		price := make([]float64, m)
		for j := range m {
			me.Upper[j], price[j] = math.Abs(wild()), wild()
		}
		p := &allocate.Problem{Cost: c, Measures: []partition.Measure{me}, Load: []allocate.Costs{load}}
		if trial%2 == 0 { // the same load for all
			p.Load, p.Measures[0].Value = nil, load.column(0)
			for i := range load {
				for j := range load[i] {
					load[i][j] = p.Measures[0].Value[i]
				}
			}
		}
		rat := func(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }
		dual, mass := new(big.Rat), 0.0
		for i := range c {
			var least *big.Rat
			for j := range m {
				q := new(big.Rat).Mul(rat(load[i][j]), rat(price[j]))
				mass = math.Max(mass, math.Abs(load[i][j]*price[j]))
				mass = math.Max(mass, math.Abs(c[i][j]))
				if q.Add(q, rat(c[i][j])); least == nil || q.Cmp(least) < 0 {
					least = q
				}
			}
			dual.Add(dual, least)
		}
		for j, v := range price {
			if v > 0 {
				dual.Sub(dual, new(big.Rat).Mul(rat(v), rat(me.Upper[j])))
				mass = math.Max(mass, v*me.Upper[j])
			}
		}
		b := allocate.Bound(p, price)
		require.LessOrEqual(t, rat(b).Cmp(dual), 0, "trial %d: %v is above the dual", trial, b)
		gap, _ := new(big.Rat).Sub(dual, rat(b)).Float64()
		require.LessOrEqual(t, gap, 1e-13*mass*float64(n+m), "trial %d: far below the dual", trial)
	}
}

func TestBoundAtAnyGOMAXPROCS(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	points := func(n int) (p []orb.Point) {
		for range n {
			p = append(p, orb.Point{rng.Float64() * 90, rng.Float64() * 60})
		}
		return p
	}
	value := make([]float64, 3000)
	for i := range value {
		value[i] = rng.Float64()
	}
	travel := &allocate.Travel{Units: points(3000), Agents: points(20), UnitFactor: value}
	price := make([]float64, 20)
	for j := range price {
		price[j] = 1000 * rng.Float64()
	}
	for name, c := range map[string]allocate.Costs{"indexed": travel, "plain": allocate.CostFunc(3000, 20, travel.At)} {
		p := &allocate.Problem{Cost: c, Measures: []partition.Measure{{Value: value, Tolerance: 0.1}}}
		bounds := map[string]bool{}
		for _, procs := range []int{1, 2, 5} {
			func() {
				defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
				bounds[fmt.Sprintf("%x", allocate.Bound(p, price))] = true
			}()
		}
		require.Len(t, bounds, 1, name)
	}
}
