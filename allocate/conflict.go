package allocate

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// What a search for conflicts may spend.
const (
	conflictWork    = 1_000_000_000 // to make one conflict smaller, in about nanoseconds
	conflictSets    = 20            // conflicts that have no demand in common
	conflictClasses = 400           // demands up to which each is tested by itself
	cutFirst        = 20_000        // pairs of unit and agent from which on cuts are tried first
)

// conflict is a set of demands that no plan meets.
type conflict struct {
	ids         []int32 // ascending
	proof       string
	irreducible bool // for each demand, a plan that meets all others is known
}

// decide answers whether a plan meets the demands: by search and, where they are
// too many for that alone, by cuts, which never say that one does.
func (a *asker) decide(ids []int32) verdict {
	if a.pairs(ids) > cutFirst {
		switch {
		case a.overfull(ids):
			return refuted
		case a.quick:
			return open
		case a.cut(ids) != nil:
			return refuted
		}
	}
	return a.hard(ids, true, a.nodes).verdict
}

// pairs is about how many pairs of unit and agent the demands concern.
func (a *asker) pairs(ids []int32) float64 {
	units, agents, floors := 0, 1, false
	for _, id := range ids {
		switch a.c.clauses[id].kind {
		case ServiceDemand, LockDemand:
			units++
		case CapacityDemand:
			agents++
		case FloorDemand:
			agents++
			floors = true
		}
	}
	if floors {
		units = a.c.m.n
	}
	return float64(units) * float64(min(agents, a.c.m.m))
}

// cut is the error of infeasible for the demands alone, without the units they
// do not concern. Together and Apart do not count.
func (a *asker) cut(ids []int32) error {
	defer func() {
		a.work += int(math.Min(a.pairs(ids), conflictWork))
		a.reset()
		for _, id := range ids {
			a.price[id] = 0
		}
	}()
	a.gather(ids)
	for _, id := range ids {
		a.price[id] = math.Inf(1)
	}
	c, m := a.c, a.c.m
	units := slices.Clone(a.marked)
	slices.Sort(units)
	p := &Problem{
		Measures: slices.Clone(m.p.Measures), Load: make([]Costs, m.r),
		Fixed: make([]int, len(units)), Penalty: make([]float64, len(units)),
		Cost: CostFunc(len(units), m.m, func(k, j int) float64 {
			i := int(units[k])
			if (a.priceOf(c.only[i]) > 0 || a.priceOf(c.serves[j]) > 0) && !c.may(i, j) || !c.could(i, j) {
				return math.Inf(1)
			}
			return 0
		}),
	}
	sub := &model{p: p, n: len(units), m: m.m, r: m.r, uniform: m.uniform, dummy: m.m, load: make([]Costs, m.r), value: make([][]float64, m.r)}
	for k, i := range units {
		p.Fixed[k] = partition.Unassigned
		if a.priceOf(c.lock[i]) > 0 {
			p.Fixed[k] = m.fixed(int(i))
		}
		if a.priceOf(c.service[i]) > 0 {
			p.Penalty[k] = math.Inf(1)
		}
	}
	for r := range m.r {
		lower, upper := make([]float64, m.m), make([]float64, m.m)
		for j := range m.m {
			upper[j] = math.Inf(1)
			if a.priceOf(c.upper[r][j]) > 0 {
				upper[j] = m.upper[r][j]
			}
			if a.priceOf(c.lower[r][j]) > 0 {
				lower[j] = m.lower[r][j]
			}
		}
		sub.lower, sub.upper = append(sub.lower, lower), append(sub.upper, upper)
		if load := m.load[r]; load != nil {
			sub.load[r] = CostFunc(len(units), m.m, func(k, j int) float64 { return load.At(int(units[k]), j) })
			continue
		}
		sub.value[r] = make([]float64, len(units))
		for k, i := range units {
			sub.value[r][k] = m.value[r][i]
		}
	}
	err := sub.stranded()
	if err == nil {
		err = sub.infeasible(a.ctx, false)
	}
	if !errors.Is(err, partition.ErrInfeasible) {
		return nil
	}
	each(err, func(e *partition.InfeasibleError) {
		for k, u := range e.Units {
			e.Units[k] = int(units[u])
		}
	})
	return err
}

// shrink makes a refuted set of demands irreducible: none of them can be spared
// for the proof, or none at all. It prefers to keep the demands listed first.
//
// Junker, "QuickXplain: preferred explanations and relaxations for
// over-constrained problems" (AAAI 2004), divides the set; a last pass tries
// each demand that is left once more. When the work is spent, the set is returned
// as it is then.
func (a *asker) shrink(ids []int32) (*conflict, error) {
	a.work, a.quick = 0, a.pairs(ids) > cutFirst && a.overfull(ids)
	defer func() { a.quick = false }()
	if len(ids) > conflictClasses {
		ids = a.trimmed(ids)
		if all, known := a.needed(ids); all {
			return a.finished(ids, known)
		}
	}
	core := a.divide(nil, ids, false)
	irreducible := true
	for k := 0; k < len(core); {
		rest := slices.Delete(slices.Clone(core), k, k+1)
		if a.spent() {
			irreducible = false
			break
		}
		switch a.decide(rest) {
		case refuted:
			core = rest
			continue
		case open:
			irreducible = false
		}
		k++
	}
	return a.finished(core, irreducible)
}

func (a *asker) spent() bool { return a.work > conflictWork || a.ctx.Err() != nil }

func (a *asker) finished(core []int32, irreducible bool) (*conflict, error) {
	if err := context.Cause(a.ctx); err != nil {
		return nil, err
	}
	core = slices.Clone(core)
	slices.Sort(core)
	return &conflict{ids: core, proof: a.proof(core), irreducible: irreducible}, nil
}

// proof names the weakest kind of reasoning that refutes the demands.
func (a *asker) proof(core []int32) string {
	if ans := a.hard(core, false, 1); ans.verdict == refuted && ans.root {
		return proofSplit
	}
	if ans := a.hard(core, true, 1); ans.verdict == refuted && ans.root {
		return proofWhole
	}
	if a.pairs(core) > cutFirst && a.cut(core) != nil {
		return proofWhole
	}
	return proofSearch
}

// divide returns the demands of set that, beside the background, are needed for
// a refutation. fresh says that the background has grown.
func (a *asker) divide(background, set []int32, fresh bool) []int32 {
	if fresh && !a.spent() && a.decide(background) == refuted {
		return nil
	}
	if len(set) == 1 || a.spent() {
		return set
	}
	half := len(set) / 2
	first, second := set[:half], set[half:]
	late := a.divide(slices.Concat(background, first), second, true)
	early := a.divide(slices.Concat(background, late), first, len(late) > 0)
	return slices.Concat(early, late)
}

// trimmed leaves out the demands listed last, as long as the others are refuted:
// by bisection, first of those that units be served, which say the same of one
// unit after another.
func (a *asker) trimmed(ids []int32) []int32 {
	var units []int32
	var rest []int32
	for _, id := range ids {
		if a.c.clauses[id].kind == ServiceDemand {
			units = append(units, id)
		} else {
			rest = append(rest, id)
		}
	}
	low, high := -1, len(units) // the first low units are too few, the first high enough
	for high-low > 1 && !a.spent() {
		if mid := (low + high) / 2; a.decide(slices.Concat(rest, units[:mid])) == refuted {
			high = mid
		} else {
			low = mid
		}
	}
	kept := map[int32]bool{}
	for _, id := range units[:high] {
		kept[a.c.clauses[id].unit] = true
	}
	slim := slices.DeleteFunc(slices.Clone(rest), func(id int32) bool {
		x := a.c.clauses[id]
		return x.kind == EligibilityDemand && x.unit >= 0 && !kept[x.unit]
	})
	if all := slices.Concat(slim, units[:high]); len(slim) < len(rest) && a.decide(all) == refuted {
		return all
	}
	return slices.Concat(rest, units[:high])
}

// needed reports whether no demand of a large set can be spared for the proof,
// and whether that is known by plans. Of units that differ in nothing but their
// load, the lightest stands for all: what makes room enough without it, or with
// it elsewhere, does so for a heavier one.
func (a *asker) needed(ids []int32) (all, known bool) {
	c, m := a.c, a.c.m
	type class struct {
		kind  DemandKind
		lock  int32
		group string
		own   int32
	}
	rep := map[class]int32{}
	var order []class
	plain := m.r == 1 && m.uniform
	for _, id := range ids {
		plain = plain && c.clauses[id].kind != FloorDemand && c.clauses[id].kind != TogetherDemand && c.clauses[id].kind != ApartDemand
	}
	bits := make([]byte, (m.m+7)/8)
	for _, id := range ids {
		x := c.clauses[id]
		k := class{kind: x.kind, own: id, lock: -1}
		if plain && x.unit >= 0 {
			clear(bits)
			for j := range m.m {
				if c.may(int(x.unit), j) {
					bits[j>>3] |= 1 << (j & 7)
				}
			}
			k.own, k.group, k.lock = -1, string(bits), int32(m.fixed(int(x.unit)))
		}
		old, known := rep[k]
		if !known {
			order = append(order, k)
		}
		if !known || m.value[0][x.unit] < m.value[0][c.clauses[old].unit] {
			rep[k] = id
		}
	}
	capped := 0
	for _, id := range ids {
		if c.clauses[id].kind == CapacityDemand {
			capped++
		}
	}
	known = !plain || capped < m.m // somebody without a limit: that is elsewhere
	for _, k := range order {
		id := rep[k]
		rest := slices.DeleteFunc(slices.Clone(ids), func(x int32) bool { return x == id })
		if a.spent() {
			return false, false
		}
		switch a.decide(rest) {
		case refuted:
			return false, false
		case open:
			known = false
		}
	}
	return true, known
}

// conflicts finds sets of demands that no plan meets, no two of which share a
// demand, until none is found any more. err is that of infeasible.
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
			return nil, failed
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
