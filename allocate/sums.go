package allocate

import (
	"math"

	"github.com/territory-go/territory/internal/parallel"
)

// sums are the costs or loads of contracted units: those of the members added
// up, once and for all where there are not too many of them.
type sums struct {
	*contraction
	costs Costs
	total map[int32][]float64 // per family and agent; nil: add up when asked
}

// mostTotals is the number of sums that are kept.
const mostTotals = 1 << 22

func (c *contraction) sums(costs Costs) *sums {
	s := &sums{contraction: c, costs: costs}
	var families []int32
	for g := range c.units() {
		if _, ok := c.single(g); !ok {
			families = append(families, int32(g))
		}
	}
	m := c.base.m
	if len(families)*m > mostTotals {
		return s
	}
	rows := make([][]float64, len(families))
	parallel.For(len(families), func(k int) {
		rows[k] = make([]float64, m)
		for j := range rows[k] {
			rows[k][j] = s.At(int(families[k]), j)
		}
	})
	s.total = make(map[int32][]float64, len(families))
	for k, g := range families {
		s.total[g] = rows[k]
	}
	return s
}

// Dims implements [Costs].
func (s *sums) Dims() (units, agents int) { return s.units(), s.base.m }

// At implements [Costs].
func (s *sums) At(g, j int) float64 {
	if i, ok := s.single(g); ok {
		return s.costs.At(i, j)
	}
	if s.total != nil {
		return s.total[int32(g)][j]
	}
	return s.sum(g, func(i int) float64 { return s.costs.At(i, j) })
}

// costs adds up costs and keeps their fast path: single units are passed on to
// it, and families, which are few, look at all agents.
func (c *contraction) costs(costs Costs) Costs {
	s := c.sums(costs)
	if indexed, ok := costs.(IndexedCosts); ok {
		return &indexedSums{s, indexed}
	}
	return s
}

type indexedSums struct {
	*sums
	indexed IndexedCosts
}

// Index implements [IndexedCosts].
func (s *indexedSums) Index(price [][]float64) Index {
	x := sumIndex{s: s, index: s.indexed.Index(price), price: price}
	if each, ok := x.index.(eachIndex); ok {
		return &eachSumIndex{x, each}
	}
	return &x
}

// localOrder is that of the first members, see (*model).order.
func (s *indexedSums) localOrder() []int32 {
	order := make([]int32, 0, s.units())
	for _, i := range s.base.order() {
		if g := s.of[i]; s.member[s.start[g]] == i {
			order = append(order, g)
		}
	}
	return order
}

// finiteUnits implements finiteCosts.
func (s *indexedSums) finiteUnits() func(g int) bool {
	finite := finiteUnits(s.indexed)
	return func(g int) bool {
		for _, i := range s.members(g) {
			if !finite(int(i)) {
				return false
			}
		}
		return true
	}
}

type sumIndex struct {
	s     *indexedSums
	index Index
	price [][]float64
}

// Find implements [Index].
func (x *sumIndex) Find(dst []Candidate, g int, load []float64, slack float64, allowed func(int) bool) []Candidate {
	if i, ok := x.s.single(g); ok {
		return x.index.Find(dst, i, load, slack, allowed)
	}
	from, least := len(dst), math.Inf(1)
	for j := range x.s.base.m {
		if allowed != nil && !allowed(j) {
			continue
		}
		c := Candidate{Agent: j, Cost: x.s.At(g, j)}
		if math.IsInf(c.Cost, 1) {
			continue
		}
		c.Priced = c.Cost
		for r := range load {
			c.Priced += float64(load[r] * x.price[r][j])
		}
		least = math.Min(least, c.Priced)
		dst = append(dst, c)
	}
	return dst[:from+len(sortWithin(dst[from:], least+slack))]
}

type eachSumIndex struct {
	sumIndex
	each eachIndex
}

// findEach implements eachIndex: single units, as long as they follow one
// another, share searches.
func (x *eachSumIndex) findEach(
	units []int32, load [][]float64, slack []float64, allowed func(unit, agent int) bool,
	visit func(at int, near []Candidate),
) {
	c := x.s.contraction
	own := make([]float64, len(x.price))
	var found []Candidate
	var run []int32 // original units
	var single func(unit, agent int) bool
	if allowed != nil {
		single = func(i, j int) bool { return allowed(int(c.of[i]), j) }
	}
	for from := 0; from < len(units); {
		run = run[:0]
		for _, g := range units[from:] {
			i, ok := c.single(int(g))
			if !ok {
				break
			}
			run = append(run, int32(i))
		}
		if len(run) > 0 {
			var reach []float64
			if slack != nil {
				reach = slack[from : from+len(run)]
			}
			x.each.findEach(run, c.base.value, reach, single, func(at int, near []Candidate) { visit(from+at, near) })
			from += len(run)
			continue
		}
		g := int(units[from])
		for r := range own {
			own[r] = load[r][g]
		}
		var ask func(int) bool
		if allowed != nil {
			ask = func(j int) bool { return allowed(g, j) }
		}
		found = x.Find(found[:0], g, own, slackAt(slack, from), ask)
		visit(from, found)
		from++
	}
}
