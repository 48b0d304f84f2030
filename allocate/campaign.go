package allocate

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// campaign is one run of an improver.
type campaign struct {
	*improver
	a         *arrangement
	cancelled func() bool
	work      int
	objective float64
	violation float64
	floor     float64 // the bound; that of the prices where nothing better is known
	charge    float64 // size of a price of load at which a limit is worth its cost

	near     [][]neighbor
	version  []uint64          // per agent: how often it has changed
	excess   []float64         // per agent: its part of the gap
	fresh    []bool            // per agent: excess is up to date
	done     map[uint64]uint64 // subset → state in which it was solved to the end
	taken    []bool            // per agent: in the batch being collected
	claimed  []bool            // per unit without an agent: in the batch being collected
	random   splitmix.Source
	attempts []*attempt // one per processor
	solved   int        // subsets of this round
	stopped  int        // those among them that the limit of nodes cut short
}

const (
	firstNodes = 40     // search nodes per subset at first
	maxNodes   = 20_000 // and at most
	patience   = 8      // rounds without improvement before the search ends
)

// subsetSizes are those of the subsets, one after the other: as long as most of them are
// solved to the end, larger ones promise more.
var subsetSizes = [...]int{2, 4, 8, 12, 16, 20}

func newCampaign(ctx context.Context, s *improver, of []int32) *campaign {
	g := &campaign{
		improver:  s,
		a:         arrange(s.m, s.c, s.prices, of),
		cancelled: func() bool { return ctx.Err() != nil },
		version:   make([]uint64, s.m.m),
		excess:    make([]float64, s.m.m),
		fresh:     make([]bool, s.m.m),
		done:      map[uint64]uint64{},
		taken:     make([]bool, s.m.m),
		random:    splitmix.Source(s.seed),
	}
	if s.m.dummy >= 0 {
		g.claimed = make([]bool, s.m.n)
	}
	for i := range s.m.n {
		g.objective += g.a.costNow(i)
	}
	g.sumViolation()
	g.charge = g.a.typicalPrice()
	if g.floor = s.bound; math.IsInf(g.floor, -1) {
		g.floor = g.objective
		for j := range int32(s.m.agents()) {
			g.floor -= g.a.excess(j)
		}
	}
	return g
}

// improve runs rounds until there is nothing left to gain, or to spend.
func (g *campaign) improve() partition.Stop {
	step, nodes, idle := 0, firstNodes, 0
	for {
		size := min(subsetSizes[step], g.m.m)
		last := size == g.m.m || step == len(subsetSizes)-1
		before, worked := g.gain(), g.work
		g.round(size, nodes)
		switch {
		case g.cancelled():
			return partition.Interrupted
		case g.reached(g.objective, g.violation):
			return partition.GapReached
		case g.work >= g.budget:
			return partition.BudgetSpent
		case before-g.gain() > 0.03*math.Abs(before):
			idle = 0
			continue
		case g.gain() == before && last:
			idle++
		}
		if idle >= patience || idle > 0 && g.work == worked && size == g.m.m {
			return partition.Converged
		}
		if !last && g.stopped <= g.solved/3 {
			step++
		} else {
			nodes = min(2*nodes, maxNodes)
		}
	}
}

// round solves one generation of subsets.
func (g *campaign) round(size, nodes int) {
	g.solved, g.stopped = 0, 0
	g.near = g.a.neighbors(math.Max(g.scale(), 1e-300))
	jobs := append(g.repairs(size), g.subsets(size)...)
	for k := range jobs {
		jobs[k].nodes = nodes
	}
	for len(jobs) > 0 && g.work < g.budget && !g.cancelled() && !g.reached(g.objective, g.violation) {
		jobs = g.batch(jobs)
	}
	if g.report != nil {
		g.report(g.objective, g.violation, g.work)
	}
}

// gain is what is left to gain, violation weighing heavily.
func (g *campaign) gain() float64 {
	return g.objective - g.floor + float64(100*g.charge*g.violation)
}

// scale is the mean part of an agent in the gap.
func (g *campaign) scale() float64 {
	return math.Max(g.objective-g.floor, 1e-9*math.Abs(g.objective)) / float64(g.m.m)
}

// excessOf is agent j's part of the gap, with what it could gain by taking in
// unassigned units.
func (g *campaign) excessOf(j int32) float64 {
	if !g.fresh[j] {
		g.fresh[j] = true
		g.excess[j] = g.a.excess(j) + g.a.wanted(j)
	}
	return g.excess[j]
}

// move gives a unit to another agent.
func (g *campaign) move(c choice) {
	g.objective -= g.a.costNow(int(c.unit))
	g.a.move(c.unit, c.pos)
	g.objective += g.a.costNow(int(c.unit))
}

// changed notes that the agents have other units than before.
func (g *campaign) changed(agents []int32) {
	for _, j := range agents {
		g.version[j]++
		g.fresh[j] = false
	}
}

func (g *campaign) sumViolation() {
	g.violation = 0
	for j := range int32(g.m.m) {
		g.violation += g.a.outside(j)
	}
}
