package allocate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// denseTravel has many units per agent, so that blocks form.
func denseTravel(rng *rand.Rand) (t *Travel, load [][]float64, price [][]float64) {
	n, m := 100+rng.IntN(400), 1+rng.IntN(40)
	t = &Travel{Metric: Metric(rng.IntN(2)), Round: Rounding(rng.IntN(3))}
	size := []float64{1e-3, 1, 20, 80}[rng.IntN(4)]
	at := orb.Point{rng.Float64()*200 - 100, rng.Float64()*160 - 80}
	place := func() orb.Point {
		p := orb.Point{at[0] + size*(rng.Float64()-0.5), at[1] + size*(rng.Float64()-0.5)}
		return orb.Point{p[0], min(max(p[1], -90), 90)}
	}
	for range n {
		t.Units = append(t.Units, place())
	}
	for range m {
		t.Agents = append(t.Agents, place())
	}
	spread := size / math.Sqrt(float64(m))
	if t.Metric == GreatCircle {
		spread *= 111
	}
	workload := make([]float64, n)
	for i := range workload {
		workload[i] = float64(1 + rng.IntN(9))
	}
	switch rng.IntN(4) {
	case 0: // nothing but distance
	case 1:
		t.UnitFactor = workload
		load = [][]float64{workload}
	case 2:
		load = [][]float64{workload} // every unit sees other prices
	case 3:
		ones := make([]float64, n)
		for i := range ones {
			ones[i] = 3
		}
		load = [][]float64{ones}
	}
	for range max(0, rng.IntN(6)-3) {
		other := make([]float64, n)
		for i := range other {
			other[i] = float64(rng.IntN(5))
		}
		load = append(load, other)
	}
	for range load {
		p := make([]float64, m)
		for j := range p {
			p[j] = spread * rng.NormFloat64()
		}
		price = append(price, p)
	}
	if rng.IntN(4) == 0 {
		t.AgentTerm = make([]float64, m)
		for j := range t.AgentTerm {
			t.AgentTerm[j] = spread * rng.Float64()
		}
	}
	if rng.IntN(4) == 0 {
		t.AgentFactor = make([]float64, m)
		f := rng.IntN(2)
		for j := range t.AgentFactor {
			t.AgentFactor[j] = 0.3 + float64(f*j)
		}
	}
	if rng.IntN(3) == 0 {
		for range n / 4 {
			t.Terms = append(t.Terms, Term{rng.IntN(n), rng.IntN(m), 3 * spread * rng.NormFloat64()})
		}
	}
	if rng.IntN(3) == 0 {
		for range n {
			t.Incumbent = append(t.Incumbent, rng.IntN(m+1)-1)
			t.Switching = append(t.Switching, spread*float64(rng.IntN(3)))
		}
		t.Switching[0] = math.Inf(1)
	}
	return t, load, price
}

// One search for a block of units gives every unit what its own search gives,
// and no hint changes anything.
func TestFindEachIsFindForEach(t *testing.T) {
	t.Parallel()
	cases := uint64(700)
	if testing.Short() {
		cases /= 10
	}
	for seed := range cases {
		rng := rand.New(rand.NewPCG(seed, 3))
		travel, load, price := denseTravel(rng)
		n, m := travel.Dims()
		index := newPreparedTravel(travel).index(price)
		units := travel.localOrder()
		var slack []float64
		if k := rng.IntN(3); k > 0 {
			for _, i := range units {
				slack = append(slack, math.Abs(travel.At(int(i), 0))*0.2*float64(k)*rng.Float64())
			}
			if rng.IntN(4) == 0 {
				slack[rng.IntN(n)] = math.Inf(1)
			}
		}
		var allowed func(unit, agent int) bool
		if rng.IntN(4) == 0 {
			allowed = func(unit, agent int) bool { return (unit+agent)%7 != 0 }
		}
		next := 0
		one := make([]float64, len(price))
		var want []Candidate
		index.findEach(units, load, slack, allowed, func(at int, near []Candidate) {
			require.Equal(t, next, at)
			next++
			i := int(units[at])
			for r := range load {
				one[r] = load[r][i]
			}
			reach := 0.0
			if slack != nil {
				reach = slack[at]
			}
			var ask func(int) bool
			if allowed != nil {
				ask = func(j int) bool { return allowed(i, j) }
			}
			want = index.Find(want[:0], i, one, reach, ask)
			if !slices.Equal(want, near) {
				require.Equal(t, want, near, "seed %d unit %d", seed, i)
			}
			if i%5 > 0 {
				return
			}
			hint := rng.IntN(m+1) - 1
			if hinted := index.findInto(nil, i, one, reach, hint, ask); !slices.Equal(want, hinted) {
				require.Equal(t, want, hinted, "seed %d unit %d hint %d", seed, i, hint)
			}
		})
		require.Equal(t, n, next)
	}
}
