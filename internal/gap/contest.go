package gap

import (
	"cmp"
	"math"
	"slices"
)

// contest chooses how a strand anneals: how many candidates its chains look at,
// how long they get, and how slowly the plan cools. The best plans use pairs of
// hardly any reduced cost, so few candidates find them fastest; but where agents
// have few units each, or loads are hard to fit, too few leave no plan at all.
// So all reaches compete at few sweeps, the better half of them at twice as
// many, and so on; the last ones also with longer chains. Two manners are left
// in the end, and go on for ever.
type contest struct {
	in       []manner // those that still compete, the best of the last round first
	next     int      // of in
	sweeps   int
	extended bool // long chains have come in
}

// manner is a way to anneal.
type manner struct {
	candidates
	longest int
	cost    float64 // of its plan in this round
}

// reaches in scales of the reduced costs, the more promising first.
var reaches = [...]float64{2, 1.2, 3.5, 0.7, 6, 0.4, 0.2}

const (
	fewSweeps  = 50     // of the first plans,
	firstWork  = 40_000 // or more, where so much work allows it
	manySweeps = 1600
	finalists  = 2
)

func newContest(c *chains) *contest {
	t := &contest{sweeps: min(max(fewSweeps, firstWork/c.p.Units), manySweeps/4)}
	limit := c.crowded()
	for _, r := range reaches {
		if reach := float64(r * c.scale); reach < limit {
			t.in = append(t.in, manner{candidates: c.pairs(reach), longest: shortChain})
		}
	}
	if len(t.in) < len(reaches) {
		t.in = append(t.in, manner{candidates: c.pairs(limit), longest: shortChain})
	}
	return t
}

// best is the manner that did best in the last round.
func (t *contest) best() manner { return t.in[0] }

// turn is the manner whose turn it is.
func (t *contest) turn() manner { return t.in[t.next] }

// tell notes what the plan of that manner costs; +Inf: there was none.
func (t *contest) tell(cost float64) {
	t.in[t.next].cost = cost
	if t.next++; t.next < len(t.in) {
		return
	}
	t.next = 0
	t.sweeps = min(2*t.sweeps, manySweeps)
	slices.SortStableFunc(t.in, func(a, b manner) int { return cmp.Compare(a.cost, b.cost) })
	if math.IsInf(t.in[0].cost, 1) {
		return // nothing is known of any
	}
	t.in = t.in[:max(min(finalists, len(t.in)), (len(t.in)+1)/2)]
	if len(t.in) <= finalists && !t.extended {
		t.extended = true
		for _, m := range slices.Clone(t.in) {
			m.longest = longChain
			t.in = append(t.in, m)
		}
	}
}
