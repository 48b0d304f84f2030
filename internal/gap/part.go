package gap

import "slices"

// part solves some agents and their units again, all else staying where it is.
type part struct {
	p       *Problem
	price   []float64
	branch  Branch
	agents  []int32 // ascending
	units   []int32
	entries []entry
	rooms   []float64
	prices  []float64
	cost    float64 // of the units as they are
	place   []int32 // per agent its position in agents, or -1
}

func newPart(p *Problem, price []float64) *part {
	t := &part{p: p, price: price, place: make([]int32, p.Agents)}
	for j := range t.place {
		t.place[j] = -1
	}
	return t
}

// partReach is how much farther parts look than the chains, which may pass
// through agents overloaded.
const partReach = 1.6

// improve looks for a plan of the agents' units that is cheaper by grain, and
// puts it into of; units stay, or go to agents hardly farther than the candidates
// of the chains. It reports what was gained, whether the search was complete,
// and its work.
func (t *part) improve(c *chains, of []int32, agents []int32, grain float64, nodes int, stop func() bool) (gain float64, done bool, work int) {
	reach := float64(partReach * c.reach)
	t.agents = append(t.agents[:0], agents...)
	slices.Sort(t.agents)
	t.units, t.prices, t.rooms, t.entries, t.cost = t.units[:0], t.prices[:0], t.rooms[:0], t.entries[:0], 0
	for k, j := range t.agents {
		t.place[j] = int32(k)
		t.rooms = append(t.rooms, t.p.Room[j])
	}
	for i, j := range of {
		if t.place[j] >= 0 {
			t.units = append(t.units, int32(i))
			t.prices = append(t.prices, t.price[i])
			t.cost += t.p.Cost[t.p.at(i, int(j))]
		}
	}
	for k, j := range t.agents {
		t.place[j] = -1
		for u, i := range t.units {
			if e := t.p.at(int(i), int(j)); of[i] == j || c.rc[e] <= c.least[i]+reach && t.p.may(int(i), int(j)) {
				t.entries = append(t.entries, entry{int32(u), int32(k), t.p.Cost[e], t.p.Load[e]})
			}
		}
	}
	b := &t.branch
	before := b.sack.Work()
	b.Load(len(t.units), len(t.agents), t.entries, t.rooms, t.prices)
	done = b.Run(t.cost, grain, nodes, 60, stop)
	work = b.sack.Work() - before
	if len(b.best) == 0 {
		return 0, done, work
	}
	for u, q := range b.best {
		of[t.units[u]] = t.agents[t.entries[q].agent]
	}
	return t.cost - b.upper, done, work
}
