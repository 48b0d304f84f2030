package allocate

import (
	"math"
	"slices"

	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// travelSearch is one query. It lives on the stack of its caller.
type travelSearch struct {
	x       *travelIndex
	unit    int
	load    []float64
	allowed func(agent int) bool

	incumbent int     // whom the unit can be taken from at a cost, or Unassigned
	switching float64 // that cost
	terms     []int32 // agents with a term, ascending
	termCosts []float64

	best    Candidate
	collect bool    // all within slack of the best, to dst[from:]
	slack   float64 // 0 unless collect
	dst     []Candidate
	from    int

	magnitude float64 // of everything but distance that adds up to a priced cost
	loss      float64 // what rounding the distance takes away from a cost at most
	limit     float64 // what a cost without switching must not exceed, with its margin
}

// search begins a search for the unit.
func (x *travelIndex) search(unit int, load []float64, allowed func(agent int) bool) travelSearch {
	s := x.bare(unit, load)
	p := x.p
	s.allowed = allowed
	s.terms, s.termCosts = p.term.row(unit)
	if s.incumbent = p.incumbent(unit); s.incumbent >= 0 {
		s.switching = p.t.Switching[unit]
		s.magnitude += s.switching
	}
	return s
}

// bare begins a search without the exceptions of single pairs.
func (x *travelIndex) bare(unit int, load []float64) travelSearch {
	p := x.p
	s := travelSearch{
		x: x, unit: unit, load: load[:len(x.price)], incumbent: partition.Unassigned,
		best:      Candidate{Agent: -1, Cost: math.Inf(1), Priced: math.Inf(1)},
		magnitude: p.maxTerm, limit: math.Inf(1),
	}
	for r, v := range s.load {
		s.magnitude += float64(v * x.maxPrice[r])
	}
	if p.t.Round != Exact {
		s.loss = p.t.Round.loss() * p.maxFactor * p.unitFactor(unit)
	}
	return s
}

// run looks at the single-pair exceptions first, because they can undercut
// what the tree knows, and then at everybody else.
func (s *travelSearch) run(hint int) {
	x := s.x
	p := x.p
	for e, j := range s.terms {
		s.exception(int(j), s.termCosts[e], true)
	}
	if s.incumbent >= 0 && !s.hasTerm(s.incumbent) {
		s.exception(s.incumbent, 0, false)
	}
	if math.IsInf(s.switching, 1) {
		return // only the incumbent is left
	}
	scale := p.scale * p.unitFactor(s.unit)
	if scale *= scale; scale < tinySquare {
		scale = 0 // too few digits are left to prune by
	}
	var first int // the leaf to begin with
	if hint >= 0 && hint < p.m {
		first = int(p.tree.slot[hint]) / leafSize
		s.seed(hint)
	} else {
		first = s.start(scale)
	}
	switch {
	case x.columns > 0 || x.leafFactor != nil:
		s.descend(scale, first)
	case p.unit != nil:
		s.descendSphere(scale, first)
	default:
		s.descendPlane(scale, first)
	}
}

func (s *travelSearch) hasTerm(j int) bool {
	if len(s.terms) == 0 {
		return false
	}
	_, has := slices.BinarySearch(s.terms, int32(j))
	return has
}

// exception considers a pair with a term or without the switching cost.
func (s *travelSearch) exception(j int, extra float64, has bool) {
	p := s.x.p
	if s.allowed != nil && !s.allowed(j) {
		return
	}
	cost := p.t.cost(s.unit, j, p.distance(s.unit, j))
	if has {
		cost += extra
	}
	if j != s.incumbent {
		cost += s.switching
	}
	s.take(s.candidate(j, cost))
}

// offer considers an agent that the tree could not rule out.
func (s *travelSearch) offer(agent int32) {
	j := int(agent)
	if j < 0 || j == s.incumbent || s.hasTerm(j) || s.allowed != nil && !s.allowed(j) {
		return
	}
	p := s.x.p
	s.take(s.candidate(j, p.t.cost(s.unit, j, p.distance(s.unit, j))+s.switching))
}

// seed lets the search start with the priced cost of an agent without keeping
// the agent: the tree finds it again.
func (s *travelSearch) seed(j int) {
	if j == s.incumbent || s.hasTerm(j) || s.allowed != nil && !s.allowed(j) {
		return
	}
	p := s.x.p
	c := s.candidate(j, p.t.cost(s.unit, j, p.distance(s.unit, j))+s.switching)
	if c.Priced < s.best.Priced {
		s.best = c
		s.prune(c.Priced + s.slack)
	}
}

func (s *travelSearch) candidate(j int, cost float64) Candidate {
	c := Candidate{Agent: j, Cost: cost, Priced: cost}
	for r, v := range s.load {
		c.Priced += float64(v * s.x.price[r][j])
	}
	return c
}

// take keeps the candidate if it is good enough.
func (s *travelSearch) take(c Candidate) {
	if !(c.Cost < math.Inf(1)) {
		return
	}
	if s.collect && c.Priced <= s.best.Priced+s.slack {
		s.dst = append(s.dst, c)
	}
	if candidateOrder(c, s.best) < 0 {
		s.best = c
		s.prune(c.Priced + s.slack)
	}
}

// prune sets the largest priced cost that is still of interest.
func (s *travelSearch) prune(priced float64) {
	s.limit = priced + float64(pruneMargin*(math.Abs(priced)+s.magnitude+s.loss)) + s.loss - s.switching
}

// place is where the unit is in the tree.
func (p *preparedTravel) place(i int) (x, y, z float64) {
	if p.unit != nil {
		v := &p.unit[i]
		return v.X, v.Y, v.Z
	}
	v := &p.t.Units[i]
	return v[0], v[1], 0
}

func (p *preparedTravel) unitFactor(i int) float64 {
	if p.t.UnitFactor == nil {
		return 1
	}
	return p.t.UnitFactor[i]
}

func (p *preparedTravel) agentFactor(j int) float64 {
	if p.t.AgentFactor == nil {
		return 1
	}
	return p.t.AgentFactor[j]
}

// length is the distance of which the tree knows the square d2, with the bits
// of Travel.distance before rounding.
func (p *preparedTravel) length(d2 float64) float64 {
	if p.unit != nil {
		return sphere.Arc(d2)
	}
	return math.Sqrt(d2)
}
