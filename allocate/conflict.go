package allocate

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// conflict is a set of demands that no plan meets.
type conflict struct {
	ids         []int32 // ascending
	proof       string
	irreducible bool // for each demand, a plan that meets all others is known
}

// conflictSets is how many conflicts that have no demand in common are sought.
const conflictSets = 20

// conflicts finds sets of demands that no plan meets, no two of which share a
// demand, until none is found any more; those found before ctx ended come with
// its cause. err is that of infeasible, proved says that there is no plan.
func (a *asker) conflicts(err error, proved bool) ([]*conflict, error) {
	dropped := make([]bool, len(a.c.clauses))
	var found []*conflict
	for len(found) < conflictSets {
		set := a.guess(err, dropped)
		if set == nil {
			rest := a.rest(dropped)
			a.c.byImportance(rest)
			if a.decide(rest) == refuted {
				set = rest
			} else if proved {
				slices.Sort(rest)
				return append(found, &conflict{ids: rest, proof: proofSearch}), nil
			}
		}
		if set == nil {
			return found, context.Cause(a.ctx)
		}
		x, failed := a.shrink(set)
		if failed != nil {
			return found, failed
		}
		found, proved = append(found, x), false
		for _, id := range x.ids {
			dropped[id] = true
		}
		err = a.cut(a.rest(dropped))
	}
	return found, context.Cause(a.ctx)
}

// rest lists the demands that are not dropped.
func (a *asker) rest(dropped []bool) []int32 {
	return slices.DeleteFunc(a.c.all(), func(id int32) bool { return dropped[id] })
}

// guess makes of a witness a small set of demands that no plan meets, or nil.
func (a *asker) guess(err error, dropped []bool) []int32 {
	w := smallest(err)
	if w == nil {
		return nil
	}
	c, m := a.c, a.c.m
	var set []int32
	in := map[int32]bool{}
	add := func(ids ...int32) {
		for _, id := range ids {
			if id >= 0 && !dropped[id] && !in[id] {
				in[id] = true
				set = append(set, id)
			}
		}
	}
	refutes := func() bool {
		c.byImportance(set)
		return len(set) > 0 && a.decide(set) == refuted
	}
	// Units that bring too much.
	for _, i := range w.Units {
		add(c.service[i], c.lock[i], c.only[i])
	}
	for _, j := range w.Territories {
		for r := range m.r {
			add(c.upper[r][j])
		}
	}
	if refutes() {
		return set
	}
	heavy := slices.Clone(set)
	// Agents that ask for too much; with what keeps units away from them.
	set = set[:0]
	clear(in)
	for _, j := range w.Territories {
		for r := range m.r {
			add(c.lower[r][j])
		}
	}
	if len(set) > 0 {
		if refutes() {
			return set
		}
		for _, j := range w.Territories {
			add(c.serves[j])
		}
		if refutes() {
			return set
		}
		add(c.lock...)
		if refutes() {
			return set
		}
		for i := range m.n { // demands of the agents may be dropped, those of their units not
			for _, j := range w.Territories {
				if !c.may(i, j) {
					add(c.only[i])
				}
			}
		}
		if refutes() {
			return set
		}
	}
	// Units that bring too much beside what else fills the agents' room.
	set = set[:0]
	clear(in)
	add(heavy...)
	add(c.lock...)
	for r := range m.r {
		add(c.upper[r]...)
	}
	if refutes() {
		return set
	}
	return nil
}

// byImportance orders demands such that those explain best come first.
func (c *catalogue) byImportance(ids []int32) {
	heavy := func(x clause) float64 {
		if x.unit < 0 {
			return 0
		}
		h := 0.0
		for r := range c.m.r {
			if c.m.value[r] != nil {
				h = math.Max(h, c.m.value[r][x.unit])
			}
		}
		return h
	}
	slices.SortFunc(ids, func(p, q int32) int {
		x, y := c.clauses[p], c.clauses[q]
		return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(heavy(y), heavy(x)), cmp.Compare(p, q))
	})
}

// smallest is the witness of the fewest units and agents.
func smallest(err error) *partition.InfeasibleError {
	var best *partition.InfeasibleError
	each(err, func(e *partition.InfeasibleError) {
		if best == nil || len(e.Units)+len(e.Territories) < len(best.Units)+len(best.Territories) {
			best = e
		}
	})
	return best
}

// each visits the witnesses that are joined in err.
func each(err error, visit func(e *partition.InfeasibleError)) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			each(e, visit)
		}
		return
	}
	var e *partition.InfeasibleError
	if errors.As(err, &e) {
		visit(e)
	}
}
