package allocate

import (
	"context"
	"math"
)

// portion is how many units of a list of Apart are looked at together by the
// bound: what that costs grows faster than their number.
const portion = 1024

// portions are the sets of units that the bound keeps apart: each unit is part of
// the first list that names it, and long lists are cut up. A part of a list is
// as much to be kept apart as the whole.
func (s *apartness) portions() [][]int32 {
	if s == nil {
		return nil
	}
	var all [][]int32
	for k, list := range s.lists {
		var own []int32
		for _, i := range list {
			if int(s.listsOf(int(i))[0]) == k {
				own = append(own, i)
			}
		}
		for len(own) > 1 {
			cut := min(len(own), portion)
			all = append(all, own[:cut])
			own = own[cut:]
		}
	}
	return all
}

// boundApart is what keeping units apart adds to the bound at the finder's
// prices. Of units that need agents of their own, the minima
//
//	Σ_i min_j p_ij   become   max_{w ≤ 0} Σ_i min_j (p_ij - w_j) + Σ_j w_j,
//
// the assignment problem's dual: a bound for any w ≤ 0, the price of being the
// only one there, so that its solver need not be trusted. The rounding of both
// sums is that of the bound itself, see there.
func (m *model) boundApart(f *finder) (gain sum, magnitude float64) {
	for _, units := range m.apart.portions() {
		d := m.distinct(f, units, nil)
		if d.simple() || !d.solve(context.Background()) {
			continue
		}
		var more sum
		size := 0.0
		for j, w := range d.price {
			d.price[j] = math.Min(w, 0) // as it is, but for rounding
			w = d.price[j]
			more.add(w)
			size += math.Abs(w)
		}
		for at, i := range units {
			alone, apart, reach := math.Inf(1), math.Inf(1), 0.0
			for j, p := range d.cost[at] {
				if math.IsInf(p, 1) {
					continue
				}
				alone = math.Min(alone, p)
				if j < m.m {
					steep := 0.0
					for r := range m.r {
						steep += math.Abs(float64(m.loadOf(r, int(i), j) * f.price[r][j]))
					}
					reach = math.Max(reach, steep)
					p -= d.price[j]
				}
				apart = math.Min(apart, p)
			}
			more.add(apart)
			more.add(-alone)
			size += math.Abs(alone) + math.Abs(apart) + float64(4*reach)
		}
		if more.total() > 0 {
			gain.merge(more)
			magnitude += size
		}
	}
	return gain, magnitude
}
