package allocate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/flow"
	"github.com/territory-go/territory/partition"
)

// manyNodes is how many nodes the exhaustive search may look at, and
// smallHeadcount the number of pairs in reach up to which it is tried.
const (
	manyNodes      = 400_000
	smallHeadcount = 400
)

// searchAll tries all plans with fewer territories than the best one, where
// these are not too many.
func (s *staffing) searchAll(ctx context.Context) {
	x := s.headSearch()
	for x != nil && s.bound < len(s.best.site) {
		x.most = s.bound
		if x.place(ctx, 0) {
			s.best = x.crew
			return
		}
		if x.nodes == 0 {
			return
		}
		s.prove(s.bound+1, "search")
	}
}

// tryAll looks for any plan at all. The error says that there is none; no plan
// and no error say that it is too much to try.
func (s *staffing) tryAll(ctx context.Context) (*crew, error) {
	x := s.headSearch()
	if x == nil {
		return nil, nil
	}
	if x.most = s.sites; x.place(ctx, 0) {
		return x.crew, nil
	}
	if x.nodes == 0 {
		return nil, context.Cause(ctx)
	}
	return nil, &partition.InfeasibleError{Need: 1, Units: everyIndex(s.n),
		Why: "a complete search found no plan within the limits, even with a territory around every site"}
}

// overfull is the error of units that bring more of a measure than all the
// sites in reach of any of them can take, even if units are split.
func (s *staffing) overfull(ctx context.Context) error {
	for r, value := range s.value {
		if !s.whole {
			break
		}
		var units []int
		var total sum
		b := &flow.Bipartite{Start: []int{0}}
		for i, v := range value {
			if v > 0 && !slices.ContainsFunc(s.near(i), func(c int32) bool { return math.IsInf(s.room[r][c], 1) }) {
				units = append(units, i)
				total.add(v)
				b.Right = append(b.Right, s.near(i)...)
				b.Start = append(b.Start, len(b.Right))
			}
		}
		w := wholeUpTo(total.total())
		for _, i := range units {
			b.Supply = append(b.Supply, w.down(value[i]))
		}
		for _, room := range s.room[r] {
			b.Capacity = append(b.Capacity, w.up(room+slackOf(total.total())))
		}
		cut, err := b.Overflow(ctx, effort)
		if err != nil {
			return err
		}
		if cut == nil {
			continue
		}
		e := &partition.InfeasibleError{Measure: s.name[r]}
		reached := make([]bool, s.sites)
		for _, g := range cut {
			i := units[g]
			e.Units = append(e.Units, i)
			e.Need += value[i]
			for _, c := range s.near(i) {
				reached[c] = true
			}
		}
		sites := 0
		for c, is := range reached {
			if is {
				sites++
				e.Have += s.room[r][c]
				if s.p.Homes != nil {
					e.Territories = append(e.Territories, c)
				}
			}
		}
		need, have := amounts(e.Need, e.Have)
		e.Why = fmt.Sprintf("%s of %s is %s, and territories around all %d sites in reach take %s together",
			s.name[r], named(e.Units, s.unit), need, sites, have)
		return e
	}
	return nil
}

// headSearch is a search from the hardest unit on, in every open territory and
// around every other site; nil where that would take too long.
func (s *staffing) headSearch() *headSearch {
	if !s.whole || len(s.site) > smallHeadcount {
		return nil
	}
	x := &headSearch{crew: s.crew(), order: make([]int32, s.n), nodes: manyNodes}
	for i := range x.order {
		x.order[i] = int32(i)
	}
	slices.SortStableFunc(x.order, func(a, b int32) int { return cmp.Compare(len(s.near(int(a))), len(s.near(int(b)))) })
	return x
}

type headSearch struct {
	*crew
	order []int32
	most  int // territories
	nodes int
}

// place places the units from position at on; false: there is no way, or no nodes are left.
func (x *headSearch) place(ctx context.Context, at int) bool {
	if at == len(x.order) {
		return true
	}
	if x.nodes > 0 {
		x.nodes--
	}
	if x.nodes == 0 || x.nodes&1023 == 0 && ctx.Err() != nil {
		x.nodes = 0
		return false
	}
	i := x.order[at]
	for s := int32(0); int(s) < len(x.site); s++ {
		if x.inReach(int(i), int(x.site[s])) && x.fits(i, s, noSlot) {
			x.put(i, s)
			if x.place(ctx, at+1) {
				return true
			}
			x.take(i)
		}
	}
	if len(x.site) == x.most {
		return false
	}
	for _, c := range x.near(int(i)) {
		if x.slot[c] == noSlot {
			s := x.open(c)
			x.put(i, s)
			if x.place(ctx, at+1) {
				return true
			}
			x.take(i)
			x.shut(s)
		}
	}
	return false
}
