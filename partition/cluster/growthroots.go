package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// locked puts fixed units and seeds where they must be, with what connects them.
func (w *growing) locked() error {
	p := w.g.p
	for i, t := range p.Fixed {
		w.fixed[i] = int32(t)
	}
	for t, i := range p.Seeds {
		w.fixed[i] = int32(t)
	}
	if err := w.lastResorts(); err != nil {
		return err
	}
	units := make([][]int32, w.g.k)
	for i, t := range w.fixed {
		if t >= 0 {
			units[t] = append(units[t], int32(i))
			w.put(int32(i), t)
		}
	}
	for _, l := range w.g.limits {
		for t := range units {
			need := 0.0
			for _, i := range units[t] {
				need += l.value[i]
			}
			if need > l.upper[t]+partition.FeasibleViolation+float64(1e-9*need) {
				return &partition.InfeasibleError{Measure: w.g.measureName(l), Need: need, Have: l.upper[t], Units: ints(units[t]), Territories: []int{t},
					Why: fmt.Sprintf("the units that territory %d must hold have %s of %s, more than its upper limit %s",
						t, amountOf(need), w.g.measureName(l), amountOf(l.upper[t]))}
			}
		}
	}
	for t, list := range units {
		if err := w.connect(list, int32(t)); err != nil {
			return err
		}
	}
	return nil
}

func ints(units []int32) []int {
	list := make([]int, len(units))
	for at, i := range units {
		list[at] = int(i)
	}
	return list
}

// lastResorts fixes units to which all territories but one are forbidden.
func (w *growing) lastResorts() error {
	barred := map[int32]int{}
	var order []int32
	for _, pair := range w.g.p.Forbidden {
		if i := int32(pair[0]); barred[i] == 0 {
			barred[i] = 1
			order = append(order, i)
		}
	}
	for _, i := range order {
		var may []int32
		for t := range int32(w.g.k) {
			if !w.bar[[2]int32{i, t}] {
				may = append(may, t)
			}
		}
		switch {
		case len(may) == 0:
			return &partition.InfeasibleError{Need: 1, Have: 0, Units: []int{int(i)},
				Why: fmt.Sprintf("every territory is forbidden to %s", w.g.unitName(int(i)))}
		case len(may) == 1:
			w.fixed[i] = may[0]
		}
	}
	return nil
}

// connect joins the units of a territory by shortest ways over units that nobody has.
func (w *growing) connect(list []int32, t int32) error {
	if len(list) < 2 {
		return nil
	}
	piece := []int32{list[0]}
	reached := map[int32]bool{list[0]: true}
	for len(piece) < w.count[t] {
		way := w.way(piece, reached, t, func(i int32) bool { return w.of[i] == t || w.of[i] < 0 && w.may(i, t) })
		if way == nil {
			if w.way(piece, reached, t, func(i int32) bool { return w.may(i, t) }) == nil {
				at := slices.IndexFunc(list, func(i int32) bool { return !reached[i] })
				return &partition.InfeasibleError{Units: []int{int(list[0]), int(list[at])}, Territories: []int{int(t)}, Need: 1, Have: 0,
					Why: fmt.Sprintf("territory %d must hold %s and %s, which nothing connects that it may have", t, w.g.unitName(int(list[0])), w.g.unitName(int(list[at])))}
			}
			return fmt.Errorf("%w: Fixed: the ways that connect the units of territory %d and of others cross; Growth does not search for others", errors.ErrUnsupported, t)
		}
		for _, i := range way {
			if w.of[i] != t {
				w.put(i, t)
			}
			// What the territory has beside the way is reached with it.
			spread := []int32{i}
			for at := 0; at < len(spread); at++ {
				if j := spread[at]; !reached[j] {
					reached[j] = true
					piece = append(piece, j)
					for _, v := range w.net.neighbors(j) {
						if w.of[v] == t {
							spread = append(spread, v)
						}
					}
				}
			}
		}
	}
	return nil
}

// way is a shortest way from a piece of territory t to a unit of its own beyond,
// over units that are open to it; nil: there is none.
func (w *growing) way(piece []int32, reached map[int32]bool, t int32, open func(i int32) bool) []int32 {
	before := map[int32]int32{}
	queue := slices.Clone(piece)
	for at := 0; at < len(queue); at++ {
		u := queue[at]
		for _, v := range w.net.neighbors(u) {
			if _, seen := before[v]; seen || reached[v] || !open(v) {
				continue
			}
			before[v] = u
			if w.of[v] == t {
				way := []int32{v}
				for u := before[v]; !reached[u]; u = before[u] {
					way = append(way, u)
				}
				slices.Reverse(way)
				return way
			}
			queue = append(queue, v)
		}
	}
	return nil
}

// root gives each territory a unit to grow from, and each component a territory. It
// reports whether another start would do so in another way.
func (w *growing) root(start int) (more bool, err error) {
	part, count := w.net.components()
	taken := make([]bool, count) // components that have a territory
	var open []int32
	for t := range int32(w.g.k) {
		if w.count[t] == 0 {
			open = append(open, t)
		}
	}
	for i, t := range w.of {
		if t >= 0 {
			taken[part[i]] = true
		}
	}
	lacking := 0
	for _, is := range taken {
		if !is {
			lacking++
		}
	}
	if lacking > len(open) {
		return false, &partition.InfeasibleError{Need: float64(lacking), Have: float64(len(open)),
			Why: fmt.Sprintf("%d components of the map need a territory each, but there are %d for them", lacking, len(open))}
	}
	if len(open) == 0 {
		return false, nil
	}
	if len(open) == w.g.k && w.g.p.Homes == nil && len(w.bar) == 0 {
		return true, w.cores(part, count, bisectionDirections+start)
	}
	for _, t := range open {
		w.anchor(t, part, taken)
	}
	for _, t := range open {
		if w.count[t] == 0 {
			return false, w.match(open)
		}
	}
	return false, nil
}

// cores takes the largest pieces of the parts of a Bisection, component by
// component, as what to grow from.
func (w *growing) cores(part []int32, count, directions int) error {
	s := newSlicing(w.ctx, w.g, Bisection{Directions: directions, Budget: 1})
	units := make([][]int32, count)
	for i, c := range part {
		units[c] = append(units[c], int32(i))
	}
	from := 0
	for c, q := range w.shares(units) {
		if _, done := s.divide(units[c], from, from+q); !done {
			return w.cause()
		}
		from += q
	}
	w.work += s.work
	piece := w.pieces(s.of)
	size := map[int32]int{}
	for _, first := range piece {
		size[first]++
	}
	best := slices.Repeat([]int32{-1}, w.g.k)
	for i, first := range piece {
		if b := best[s.of[i]]; int32(i) == first && (b < 0 || size[first] > size[b]) {
			best[s.of[i]] = first
		}
	}
	for i, first := range piece {
		if best[s.of[i]] == first {
			w.put(int32(i), s.of[i])
		}
	}
	return nil
}

// shares divides the territories among components, in proportion to their loads,
// at least one each.
func (w *growing) shares(units [][]int32) []int {
	q, load := make([]int, len(units)), make([]float64, len(units))
	for c, list := range units {
		q[c] = 1
		for _, i := range list {
			load[c] += w.limits[0].value[i]
		}
	}
	for range w.g.k - len(units) {
		most := -1
		for c := range q {
			if q[c] < len(units[c]) && (most < 0 || load[c]/float64(q[c]) > load[most]/float64(q[most])) {
				most = c
			}
		}
		q[most]++
	}
	return q
}

// pieces names each unit's connected piece of its territory by the first unit in it.
func (w *growing) pieces(of []int32) []int32 {
	first := slices.Repeat([]int32{-1}, len(of))
	for i := range of {
		if first[i] >= 0 {
			continue
		}
		first[i] = int32(i)
		w.queue = append(w.queue[:0], int32(i))
		for at := 0; at < len(w.queue); at++ {
			for _, v := range w.net.neighbors(w.queue[at]) {
				if first[v] < 0 && of[v] == of[i] {
					first[v] = int32(i)
					w.queue = append(w.queue, v)
				}
			}
		}
	}
	return first
}

// anchor gives territory t the best unit to grow from: in a component that has
// none, as long as there is one; nearest to its home, or farthest from all others.
func (w *growing) anchor(t int32, part []int32, taken []bool) {
	lacking := slices.Contains(taken, false)
	var home []float64
	if w.g.p.Homes != nil {
		v := sphere.At(w.g.p.Homes[t][0], w.g.p.Homes[t][1])
		home = []float64{v.X, v.Y, v.Z}
	}
	best, least := int32(-1), math.Inf(1)
	for i := range int32(w.g.n) {
		if w.of[i] >= 0 || !w.may(i, t) || w.fixed[i] >= 0 || lacking && taken[part[i]] {
			continue
		}
		d := 0.0
		switch {
		case home != nil:
			d = nearest.Distance2(w.g.coordinates(i), home)
		default:
			d = math.Inf(1)
			for other := range int32(w.g.k) {
				if w.count[other] > 0 {
					d = math.Min(d, w.away(i, other))
				}
			}
			d = -d
		}
		if best < 0 || d < least {
			best, least = i, d
		}
	}
	if best >= 0 {
		w.put(best, t)
		taken[part[best]] = true
	}
}

// match finds a unit for every open territory by augmenting paths, where taking
// the best one after the other failed.
func (w *growing) match(open []int32) error {
	has := make(map[int32]int32, len(open)) // unit → territory
	for _, t := range open {
		for i := range int32(w.g.n) {
			if w.of[i] == t && w.fixed[i] < 0 {
				w.put(i, partition.Unassigned)
			}
		}
	}
	for _, t := range open {
		seen := map[int32]bool{}
		var augment func(t int32) bool
		augment = func(t int32) bool {
			for i := range int32(w.g.n) {
				if w.of[i] >= 0 || w.fixed[i] >= 0 || seen[i] || !w.may(i, t) {
					continue
				}
				seen[i] = true
				if other, held := has[i]; !held || augment(other) {
					has[i] = t
					return true
				}
			}
			return false
		}
		if augment(t) {
			continue
		}
		return &partition.InfeasibleError{Need: float64(len(open)), Have: float64(len(has)), Territories: ints(open),
			Why: fmt.Sprintf("%d territories need a unit each, and there are not as many different ones that they may have", len(open))}
	}
	units := make([]int32, 0, len(has))
	for i := range has {
		units = append(units, i)
	}
	slices.SortFunc(units, cmp.Compare)
	for _, i := range units {
		w.put(i, has[i])
	}
	return nil
}
