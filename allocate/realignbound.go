package allocate

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// Priced is p with a price on what changes hands, movePrices[k][j] per unit of
// the value of r.Moved[k] that leaves agent j: where unit i has an agent today,
// its costs with all others, and its Penalty, grow by
//
//	Σ_k movePrices[k][today_i] · value_ki.
//
// p is not modified; the rest is shared with it. Today and Value must be valid,
// as [Realign.Allocate] checks them, and there must be a price for each limit in
// movePrices and each agent; nil: none.
func (r Realign) Priced(p *Problem, movePrices [][]float64) *Problem {
	n := len(r.Today)
	price := make([]float64, n)
	for k, prices := range movePrices {
		for i, j := range r.Today {
			if j != partition.Unassigned {
				price[i] += float64(prices[j] * r.Moved[k].of(i))
			}
		}
	}
	q := *p
	q.Cost = switched(p.Cost, r.Today, price)
	if len(p.Penalty) == n {
		q.Penalty = make([]float64, n)
		for i, c := range p.Penalty {
			q.Penalty[i] = c + price[i]
		}
	}
	return &q
}

// switched is the costs with a price on taking a unit from today's agent: by
// the costs' own fields where these are free, so that their search stays as it is.
func switched(cost Costs, today []int, price []float64) Costs {
	merge := func(incumbent []int, switching []float64) ([]float64, bool) {
		if switching == nil {
			return price, true
		}
		if len(switching) != len(price) || !slices.Equal(incumbent, today) {
			return nil, false
		}
		both := slices.Clone(price)
		for i, c := range switching {
			both[i] += c
		}
		return both, true
	}
	switch c := cost.(type) {
	case *Travel:
		if both, ok := merge(c.Incumbent, c.Switching); ok {
			with := *c
			with.Incumbent, with.Switching = today, both
			return &with
		}
	case *Preferring:
		if both, ok := merge(c.Incumbent, c.Switching); ok {
			with := *c
			with.Incumbent, with.Switching = today, both
			return &with
		}
	}
	return &Preferring{Costs: cost, Incumbent: today, Switching: price}
}

// Bound is a lower bound on the cost of every plan of p within the limits of
// r.Moved, for any prices of loads, as in the function [Bound], and any prices of
// moves that are not negative, movePrices[k][j] as in [Realign.Priced]:
//
//	Bound(r.Priced(p, movePrices), prices...) - Σ_k ( Σ_j movePrices[k][j]·D_kj + (Most_k - Σ_j D_kj)·max_j movePrices[k][j] )
//
// where D_kj is the least value that leaves agent j in any plan at all: the units
// that j may not keep, and of the others enough of them, whole, to come down to
// its upper limits. The subtrahend is the most that moves within the limits can
// cost at these prices. Before the bound is taken, limits of loads are drawn in to
// what whole units can meet, and units that are too heavy for an agent taken away
// from it; shares of split units are not covered.
//
// It is -Inf where the input is invalid or the prices have the wrong shape or
// are negative, and where a price meets an infinite limit; +Inf where a limit of
// moving is below Σ_j D_kj, or a unit has nobody to serve it. Time is that of the
// function Bound and O(n·log n) per limit.
func (r Realign) Bound(p *Problem, movePrices [][]float64, prices ...[]float64) float64 {
	if r.check(p) != nil || movePrices != nil && len(movePrices) != len(r.Moved) {
		return math.Inf(-1)
	}
	_, agents := p.Cost.Dims()
	for _, at := range movePrices {
		if len(at) != agents || slices.ContainsFunc(at, func(x float64) bool { return !(x >= 0) || math.IsInf(x, 1) }) {
			return math.Inf(-1)
		}
	}
	m, err := compile(p)
	value := math.Inf(-1)
	if err == nil {
		value, err = r.priceBound(p, movePrices, prices)
	}
	switch {
	case errors.Is(err, partition.ErrInput):
		return math.Inf(-1)
	case err != nil:
		return math.Inf(1)
	}
	return r.lessMoves(m, movePrices, value)
}

// lessMoves takes off a bound of the problem with prices on moves what these
// cost at most.
func (r Realign) lessMoves(m *model, movePrices [][]float64, value float64) float64 {
	least, _ := r.departures(m.fitting().attainable())
	most := make([]float64, len(r.Moved))
	for k := range most {
		most[k] = r.Moved[k].Most
		if short(sumOf(least[k]), most[k]) {
			return math.Inf(1)
		}
	}
	return evidence{move: movePrices, value: value}.bound(least, most)
}

// priceBound is the bound of the problem with prices on moves, within limits
// that whole units can meet.
func (r Realign) priceBound(p *Problem, movePrices, prices [][]float64) (float64, error) {
	m, err := compile(r.Priced(p, movePrices))
	if err == nil {
		m, err = m.contracted()
	}
	if err != nil {
		return 0, err
	}
	if len(prices) == 0 {
		prices = split(make([]float64, m.r*m.m), m.r)
	}
	if len(prices) != m.r || slices.ContainsFunc(prices, func(at []float64) bool { return len(at) != m.m }) {
		return math.Inf(-1), nil
	}
	return m.fitting().attainable().bound(prices), nil
}

func sumOf(x []float64) float64 {
	var s sum
	for _, v := range x {
		s.add(v)
	}
	return s.total()
}

// evidence is what prices of loads and of moves prove: no plan costs less than
// value less the most that its moves can cost.
type evidence struct {
	move   [][]float64 // [k][m]; nil: 0
	prices [][]float64 // [r][m]
	value  float64
	units  []float64 // prices of units, where the knapsacks at them prove value; else nil
	proof  string
}

// Certificate.Proof of a Realign: how the problem with prices on moves was bounded.
const (
	proofMovePrices    = "prices of loads and moves"
	proofMoveKnapsacks = "knapsacks and prices of moves"
)

// bound is what is proved of the plans within the limits of moving, least[k][j]
// being what leaves agent j in every plan.
func (e evidence) bound(least [][]float64, most []float64) float64 {
	var worth sum
	size := math.Abs(e.value)
	for k, prices := range e.move {
		top := slices.Max(append([]float64{0}, prices...))
		if top == 0 {
			continue
		}
		free := math.Max(0, most[k]-sumOf(least[k]))
		worth.add(float64(top * free))
		size += float64(top * most[k])
		for j, price := range prices {
			worth.add(float64(price * least[k][j]))
		}
	}
	b := e.value - worth.total() - float64(1e-15*size)
	if math.IsNaN(b) {
		return math.Inf(-1)
	}
	return b
}

// departures says, per limit of moving and agent, which value has to leave the
// agent at least, and which units have to leave theirs: pairs that no plan has.
// What the other units of an agent load on it above an upper limit goes with
// the least value if the last unit is split, Σ value being ascending in value per
// load; and since values are multiples of their grain, so is what goes.
func (r Realign) departures(m *model) (least [][]float64, forced []bool) {
	forced = make([]bool, m.n)
	units := make([][]int32, m.m) // that may leave or stay
	load := split(make([]float64, m.r*m.m), m.r)
	least = split(make([]float64, len(r.Moved)*m.m), len(r.Moved))
	for i, j := range r.Today {
		if j == partition.Unassigned {
			continue
		}
		forced[i] = math.IsInf(m.cost(i, j), 1)
		for q := range m.r {
			forced[i] = forced[i] || over(m.loadOf(q, i, j), m.upper[q][j]) > 0
		}
		if forced[i] {
			for k, l := range r.Moved {
				least[k][j] += l.of(i)
			}
			continue
		}
		for q := range m.r {
			load[q][j] += m.loadOf(q, i, j)
		}
		if m.fixed(i) < 0 {
			units[j] = append(units[j], int32(i))
		}
	}
	for k, l := range r.Moved {
		g, exact := l.grain()
		parallel.For(m.m, func(j int) {
			must := 0.0
			for q := range m.r {
				if need := over(load[q][j], m.upper[q][j]); need > 0 {
					must = math.Max(must, cover(units[j], need, l.of, func(i int) float64 { return m.loadOf(q, i, j) }))
				}
			}
			if must > 0 {
				must = math.Max(must, wholeFrom(must, g, exact))
			}
			least[k][j] += must
		})
	}
	return least, forced
}

// over is by how much a load exceeds a limit, less what may be rounding in a
// plan that counts as feasible.
func over(load, limit float64) float64 {
	return load - limit - 2*partition.FeasibleViolation - float64(1e-12*load)
}

// cover is the least value of units, the last of them split, whose loads are
// worth need together; of all of them where that is not enough. It is rounded down.
func cover(units []int32, need float64, value, load func(i int) float64) float64 {
	order := slices.DeleteFunc(slices.Clone(units), func(i int32) bool { return load(int(i)) <= 0 })
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(value(int(a))/load(int(a)), value(int(b))/load(int(b))), cmp.Compare(a, b))
	})
	total := 0.0
	for _, i := range order {
		if need <= 0 {
			break
		}
		a, v := load(int(i)), value(int(i))
		total += float64(v * math.Min(1, need/a))
		need -= a
	}
	return total * (1 - 1e-12)
}
