package allocate

import (
	"math"
	"slices"
	"sync"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// preparedTravel is a Travel with everything computed that does not depend on
// prices. It is safe for concurrent use.
type preparedTravel struct {
	t    Travel
	n, m int

	unit, agent []sphere.Vec // GreatCircle only
	term        pairTerms
	tree        *agentTree

	orderOnce sync.Once
	order     []int32 // localOrder

	leafFactor []leafValue // squares of the AgentFactors; nil: all are equal
	nodeFactor []float64   // the smallest below each node

	maxFactor float64 // largest AgentFactor
	maxTerm   float64 // largest finite |AgentTerm|
	reach     float64 // no distance exceeds it
	scale     float64 // what a distance in the tree is multiplied by to become a cost; 0: no pruning by distance
}

// Numbers whose squares leave the range of full precision would break the
// error estimate of the pruning: nothing is pruned by them.
const (
	tinyCoordinate = 1e-120
	tinySquare     = 1e-280
)

func newPreparedTravel(t *Travel) *preparedTravel {
	p := &preparedTravel{t: *t, n: len(t.Units), m: len(t.Agents), maxFactor: 1, scale: 1}
	p.term = sortTerms(t.Terms, p.n, p.m)
	x, y, z := make([]float64, p.m), make([]float64, p.m), []float64(nil)
	reach := 1.0
	if t.Metric == Planar {
		reach = 0
		for _, points := range [...][]orb.Point{t.Units, t.Agents} {
			for _, c := range points {
				for _, v := range c {
					v = math.Abs(v)
					reach = max(reach, v)
					if v < tinyCoordinate && v != 0 {
						p.scale = 0
					}
				}
			}
		}
		p.reach = 4 * reach
		for j, a := range t.Agents {
			x[j], y[j] = a[0], a[1]
		}
	} else {
		p.scale, p.reach = sphere.Radius, 4*sphere.Radius
		p.unit = onSphere(t.Units)
		p.agent = onSphere(t.Agents)
		z = make([]float64, p.m)
		for j, a := range p.agent {
			x[j], y[j], z[j] = a.X, a.Y, a.Z
		}
	}
	p.tree = growTree(x, y, z, reach)
	p.prepareFactors()
	for _, v := range t.AgentTerm {
		if v = math.Abs(v); !math.IsInf(v, 1) {
			p.maxTerm = max(p.maxTerm, v)
		}
	}
	return p
}

// prepareFactors puts equal agent factors into the scale and different ones
// into the tree.
func (p *preparedTravel) prepareFactors() {
	f := p.t.AgentFactor
	if len(f) == 0 {
		return
	}
	p.maxFactor = slices.Max(f)
	if slices.Min(f) == p.maxFactor {
		p.scale *= p.maxFactor
		return
	}
	square := make([]float64, len(f))
	for j, f := range f {
		if square[j] = f * f; square[j] < tinySquare {
			square[j] = 0
		}
	}
	p.leafFactor, p.nodeFactor = p.tree.leafValues(square)
}

// onSphere brings longitudes and latitudes onto the unit sphere.
func onSphere(points []orb.Point) []sphere.Vec {
	v := make([]sphere.Vec, len(points))
	parallel.For(groups, func(g int) {
		from, to := span(len(points), g)
		for i := from; i < to; i++ {
			v[i] = sphere.At(points[i][0], points[i][1])
		}
	})
	return v
}

func (p *preparedTravel) Dims() (units, agents int) { return p.n, p.m }

func (p *preparedTravel) At(unit, agent int) float64 {
	cost := p.t.cost(unit, agent, p.distance(unit, agent))
	if extra, has := p.term.of(unit, agent); has {
		cost += extra
	}
	return cost + switching(p.t.Incumbent, p.t.Switching, unit, agent)
}

// distance is Travel.distance with the same bits.
func (p *preparedTravel) distance(i, j int) float64 {
	if p.unit != nil {
		return p.t.Round.of(sphere.Distance(p.unit[i], p.agent[j]))
	}
	u, a := p.t.Units[i], p.t.Agents[j]
	return p.t.Round.of(math.Sqrt(planar2(u[0]-a[0], u[1]-a[1])))
}

// incumbent is the agent whom unit i can be taken from at a cost, or Unassigned.
func (p *preparedTravel) incumbent(i int) int {
	if p.t.Incumbent == nil || p.t.Switching == nil {
		return partition.Unassigned
	}
	return p.t.Incumbent[i]
}

// pairTerms holds the sums of Terms per pair in compressed rows: those of unit
// i are at start[i]..start[i+1]-1, ascending in agent.
type pairTerms struct {
	start []int32 // nil: no terms
	agent []int32
	cost  []float64
}

func sortTerms(terms []Term, n, m int) pairTerms {
	if len(terms) == 0 {
		return pairTerms{}
	}
	sorted := slices.Clone(terms)
	slices.SortStableFunc(sorted, func(a, b Term) int {
		if a.Unit != b.Unit {
			return a.Unit - b.Unit
		}
		return a.Agent - b.Agent
	})
	s := pairTerms{start: make([]int32, n+1)}
	last := -1 // unit of the last pair
	for _, e := range sorted {
		if e.Unit < 0 || e.Unit >= n || e.Agent < 0 || e.Agent >= m {
			continue // no pair asks for it; check reports it
		}
		if k := len(s.agent) - 1; last == e.Unit && s.agent[k] == int32(e.Agent) {
			s.cost[k] += e.Cost
			continue
		}
		last = e.Unit
		s.agent = append(s.agent, int32(e.Agent))
		s.cost = append(s.cost, e.Cost)
		s.start[e.Unit+1]++
	}
	for i := range n {
		s.start[i+1] += s.start[i]
	}
	return s
}

// row lists the agents with a term for unit i and their terms.
func (s *pairTerms) row(i int) ([]int32, []float64) {
	if s.start == nil {
		return nil, nil
	}
	a, b := s.start[i], s.start[i+1]
	return s.agent[a:b], s.cost[a:b]
}

// of is the sum of the terms of the pair.
func (s *pairTerms) of(i, j int) (cost float64, has bool) {
	agents, costs := s.row(i)
	if len(agents) == 0 {
		return 0, false
	}
	k, has := slices.BinarySearch(agents, int32(j))
	if !has {
		return 0, false
	}
	return costs[k], true
}
