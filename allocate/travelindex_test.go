package allocate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

// randomTravel makes a small instance that has, now and then, everything that
// Travel has: places that coincide, the antimeridian, the poles, both signs of
// terms, forbidden pairs, incumbents.
func randomTravel(rng *rand.Rand) *allocate.Travel {
	n, m := 1+rng.IntN(12), 1+rng.IntN(60)
	if rng.IntN(8) == 0 {
		m = 1 + rng.IntN(400)
	}
	t := &allocate.Travel{Metric: allocate.Metric(rng.IntN(2)), Round: allocate.Rounding(rng.IntN(3))}
	places := []func() orb.Point{
		func() orb.Point { return orb.Point{rng.Float64()*360 - 180, rng.Float64()*180 - 90} },
		func() orb.Point { return orb.Point{float64(rng.IntN(5)), float64(rng.IntN(5))} },
		func() orb.Point {
			return orb.Point{math.Copysign(180-rng.Float64(), rng.Float64()-0.5), rng.Float64()}
		},
		func() orb.Point { return orb.Point{float64(rng.IntN(9)*45 - 180), float64(rng.IntN(3)*90 - 90)} },
		func() orb.Point { return orb.Point{77 + rng.Float64()*1e-3, 28 + rng.Float64()*1e-3} },
		func() orb.Point { return orb.Point{rng.NormFloat64() * 30, 0} },
		func() orb.Point { return orb.Point{180, 45} },
	}
	if t.Metric == allocate.Planar {
		scale := math.Pow(10, float64(rng.IntN(60)-30))
		places = append(places, func() orb.Point {
			return orb.Point{scale * rng.NormFloat64(), scale * rng.NormFloat64()}
		}, func() orb.Point { return orb.Point{rng.Float64() * 1e-150, 1e120 * rng.Float64()} })
	}
	place := places[rng.IntN(len(places))]
	limit := func(p orb.Point) orb.Point {
		if t.Metric == allocate.GreatCircle {
			return orb.Point{min(max(p[0], -180), 180), min(max(p[1], -90), 90)}
		}
		return p
	}
	mixed := rng.IntN(4) == 0
	for i := range n + m {
		if mixed {
			place = places[rng.IntN(len(places))]
		}
		if i < n {
			t.Units = append(t.Units, limit(place()))
		} else {
			t.Agents = append(t.Agents, limit(place()))
		}
	}
	column := func(n int, draw func() float64) []float64 {
		if rng.IntN(3) > 0 {
			return nil
		}
		v := make([]float64, n)
		for i := range v {
			v[i] = draw()
		}
		return v
	}
	factor := func() float64 {
		switch rng.IntN(6) {
		case 0:
			return 0
		case 1:
			return 1e-60 * rng.Float64()
		}
		return float64(1 + rng.IntN(100))
	}
	t.UnitFactor = column(n, factor)
	t.AgentFactor = column(m, factor)
	if rng.IntN(6) == 0 {
		t.AgentFactor = slices.Repeat([]float64{2.5}, m)
	}
	t.AgentTerm = column(m, func() float64 {
		if rng.IntN(9) == 0 {
			return math.Inf(1)
		}
		return 100 * rng.NormFloat64()
	})
	if rng.IntN(3) == 0 {
		for range rng.IntN(3 * n) {
			cost := 1000 * rng.NormFloat64()
			if rng.IntN(4) == 0 {
				cost = math.Inf(1)
			}
			t.Terms = append(t.Terms, allocate.Term{Unit: rng.IntN(n), Agent: rng.IntN(m), Cost: cost})
		}
	}
	if rng.IntN(3) == 0 {
		t.Incumbent = make([]int, n)
		for i := range t.Incumbent {
			t.Incumbent[i] = rng.IntN(m+1) - 1
		}
		t.Switching = column(n, func() float64 {
			if rng.IntN(9) == 0 {
				return math.Inf(1)
			}
			return float64(rng.IntN(3)) * 500 * rng.Float64()
		})
	}
	return t
}

// scan is Find over At, with nothing in common with the tree.
func scan(c allocate.Costs, price [][]float64, unit int, load []float64, slack float64, allowed func(int) bool) []allocate.Candidate {
	var all []allocate.Candidate
	best := math.Inf(1)
	_, m := c.Dims()
	for j := range m {
		cost := c.At(unit, j)
		if allowed != nil && !allowed(j) || math.IsInf(cost, 1) {
			continue
		}
		priced := cost
		for r, v := range load {
			priced += float64(v * price[r][j])
		}
		all = append(all, allocate.Candidate{Agent: j, Cost: cost, Priced: priced})
		best = min(best, priced)
	}
	slices.SortStableFunc(all, func(a, b allocate.Candidate) int {
		if a.Priced < b.Priced {
			return -1
		}
		if a.Priced > b.Priced {
			return 1
		}
		return 0
	})
	end := 0
	for end < len(all) && all[end].Priced <= best+slack {
		end++
	}
	return all[:end:end]
}

// The search and a scan over At agree to the last bit.
func TestTravelFindsWhatAScanFinds(t *testing.T) {
	t.Parallel()
	cases := uint64(4000)
	if testing.Short() {
		cases /= 10
	}
	for seed := range cases {
		rng := rand.New(rand.NewPCG(seed, 7))
		travel := randomTravel(rng)
		n, m := travel.Dims()
		prepared := travel.Prepare()
		for range 2 {
			price := make([][]float64, rng.IntN(4))
			for r := range price {
				price[r] = make([]float64, m)
				for j := range price[r] {
					price[r][j] = 50 * rng.NormFloat64()
					if seed%3 == 0 {
						price[r][j] = float64(rng.IntN(3))
					}
				}
			}
			index := prepared.Index(price)
			for unit := range n {
				load := make([]float64, len(price))
				for r := range load {
					load[r] = float64(rng.IntN(10))
				}
				slack := []float64{0, 0, 100 * rng.Float64(), 1e4, math.Inf(1)}[rng.IntN(5)]
				var allowed func(int) bool
				if rng.IntN(4) == 0 {
					modulus, rest := 1+rng.IntN(4), rng.IntN(4)
					allowed = func(j int) bool { return j%modulus == rest }
				}
				name := fmt.Sprintf("seed %d unit %d slack %g", seed, unit, slack)
				want := scan(travel, price, unit, load, slack, allowed)
				before := allocate.Candidate{Agent: -7}
				got := index.Find([]allocate.Candidate{before}, unit, load, slack, allowed)
				if want = slices.Insert(want, 0, before); !slices.Equal(want, got) {
					require.Equal(t, want, got, name)
				}
			}
		}
	}
}

// The squares of such distances have few digits left or none.
func TestTravelWithTinyCoordinates(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 13))
		unit := math.Pow(10, -159-4*rng.Float64())
		travel := &allocate.Travel{Metric: allocate.Planar, Units: []orb.Point{{}}}
		price := make([]float64, 30)
		for j := range price {
			travel.Agents = append(travel.Agents, orb.Point{unit * rng.Float64(), unit * rng.Float64()})
			price[j] = unit * rng.Float64()
		}
		want := scan(travel, [][]float64{price}, 0, []float64{1}, 0, nil)
		require.Equal(t, want, travel.Index([][]float64{price}).Find(nil, 0, []float64{1}, 0, nil), "seed %d", seed)
	}
}

// Prepared costs have the bits of the plain ones.
func TestTravelPrepareKeepsEveryBit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(1000) {
		travel := randomTravel(rand.New(rand.NewPCG(seed, 11)))
		prepared := travel.Prepare()
		n, m := travel.Dims()
		gotN, gotM := prepared.Dims()
		require.Equal(t, []int{n, m}, []int{gotN, gotM})
		for i := range n {
			for j := range m {
				a, b := travel.At(i, j), prepared.At(i, j)
				require.Equal(t, math.Float64bits(a), math.Float64bits(b), "seed %d (%d,%d): %v, %v", seed, i, j, a, b)
			}
		}
	}
}

func TestTravelAt(t *testing.T) {
	units := []orb.Point{{0, 0}, {3, 4}, {0.5, 0}}
	agents := []orb.Point{{0, 0}, {10, 4}, {0, 2.4}}
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		travel      allocate.Travel
		unit, agent int
		want        float64
	}{
		"distance":              {allocate.Travel{}, 1, 0, 5},
		"unit factor":           {allocate.Travel{UnitFactor: []float64{1, 3, 1}}, 1, 0, 15},
		"agent factor":          {allocate.Travel{AgentFactor: []float64{1, 2, 1}}, 1, 1, 14},
		"both":                  {allocate.Travel{UnitFactor: []float64{1, 3, 1}, AgentFactor: []float64{1, 2, 1}}, 1, 1, 42},
		"agent term":            {allocate.Travel{AgentTerm: []float64{0, -100, 0}}, 1, 1, -93},
		"absent agent":          {allocate.Travel{AgentTerm: []float64{0, inf, 0}}, 1, 1, inf},
		"terms add up":          {allocate.Travel{Terms: []allocate.Term{{1, 0, 2}, {0, 0, 50}, {1, 0, -9}, {1, 1, 50}}}, 1, 0, -2},
		"forbidden":             {allocate.Travel{Terms: []allocate.Term{{1, 0, -2}, {1, 0, inf}}}, 1, 0, inf},
		"with its incumbent":    {allocate.Travel{Incumbent: []int{0, 0, 0}, Switching: []float64{9, 9, 9}}, 1, 0, 5},
		"taken from incumbent":  {allocate.Travel{Incumbent: []int{0, 2, 0}, Switching: []float64{9, 8, 9}}, 1, 0, 13},
		"without incumbent":     {allocate.Travel{Incumbent: []int{0, -1, 0}, Switching: []float64{9, 9, 9}}, 1, 0, 5},
		"incumbents of no cost": {allocate.Travel{Incumbent: []int{0, 2, 0}}, 1, 0, 5},
		"exact":                 {allocate.Travel{}, 0, 2, 2.4},
		"down":                  {allocate.Travel{Round: allocate.Down, UnitFactor: []float64{10, 1, 1}}, 0, 2, 20},
		"half up rounds down":   {allocate.Travel{Round: allocate.HalfUp}, 0, 2, 2},
		"half up at the half":   {allocate.Travel{Round: allocate.HalfUp}, 2, 0, 1},
	} {
		travel := c.travel
		travel.Units, travel.Agents, travel.Metric = units, agents, allocate.Planar
		require.Equal(t, c.want, travel.At(c.unit, c.agent), name)
		require.Equal(t, c.want, travel.Prepare().At(c.unit, c.agent), name)
	}
}

// Turning the globe changes no distance, wherever the antimeridian comes to lie.
func TestTravelTurningTheGlobe(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	turned := func(points []orb.Point, by float64) []orb.Point {
		out := slices.Clone(points)
		for i := range out {
			out[i][0] += by
			if out[i][0] > 180 {
				out[i][0] -= 360
			}
		}
		return out
	}
	base := &allocate.Travel{}
	for range 60 {
		base.Units = append(base.Units, orb.Point{rng.Float64()*360 - 180, rng.Float64()*180 - 90})
	}
	for range 90 {
		base.Agents = append(base.Agents, orb.Point{rng.Float64()*360 - 180, rng.Float64()*180 - 90})
	}
	here := base.Index(nil)
	for _, by := range []float64{0.1, 90, 123.456, 180, 359} {
		there := &allocate.Travel{Units: turned(base.Units, by), Agents: turned(base.Agents, by)}
		index := there.Index(nil)
		for i := range base.Units {
			a := here.Find(nil, i, nil, 0, nil)
			b := index.Find(nil, i, nil, 0, nil)
			require.Len(t, b, 1)
			require.Equal(t, a[0].Agent, b[0].Agent, "unit %d turned by %g°", i, by)
			require.InDelta(t, a[0].Cost, b[0].Cost, 1e-7)
		}
	}
}

func TestTravelWithoutAgents(t *testing.T) {
	travel := &allocate.Travel{Units: []orb.Point{{1, 2}}}
	require.Empty(t, travel.Index([][]float64{nil}).Find(nil, 0, []float64{1}, 5, nil))
}

// Searches share nothing that changes.
func TestTravelIsSafeForConcurrentUse(t *testing.T) {
	travel := randomTravel(rand.New(rand.NewPCG(5, 5)))
	n, m := travel.Dims()
	prepared := travel.Prepare()
	price := [][]float64{make([]float64, m)}
	want := prepared.Index(price).Find(nil, n-1, []float64{1}, 10, nil)
	t.Run("group", func(t *testing.T) {
		for w := range 4 {
			t.Run(fmt.Sprint(w), func(t *testing.T) {
				t.Parallel()
				for range 50 {
					require.Equal(t, want, prepared.Index(price).Find(nil, n-1, []float64{1}, 10, nil))
					require.Equal(t, travel.At(0, 0), prepared.At(0, 0))
				}
			})
		}
	})
}

func TestTravelUnassigned(t *testing.T) {
	travel := &allocate.Travel{
		Units: []orb.Point{{0, 0}}, Agents: []orb.Point{{0, 0}, {1, 1}}, Metric: allocate.Planar,
		Incumbent: []int{partition.Unassigned}, Switching: []float64{math.Inf(1)},
	}
	require.Equal(t, []allocate.Candidate{{Agent: 0}}, travel.Index(nil).Find(nil, 0, nil, 0, nil))
}
