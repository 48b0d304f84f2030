package allocate

import (
	"context"
	"slices"
)

const (
	conflictWork    = 1_000_000_000 // to make one conflict smaller, in about nanoseconds
	conflictClasses = 400           // demands up to which each is tested by itself
)

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
