package allocate

import (
	"cmp"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
)

// patch is a part of the map whose territories are drawn anew while all others
// stay as they are.
type patch struct {
	territories []int32
	units       []int32
	a           annealer

	cost, outside float64 // before
}

// better reports whether something was found.
func (p *patch) better() bool {
	return worth(p.a.leastOutside, p.a.best, p.outside, p.cost-float64(1e-12*p.cost)) < 0
}

// grow takes the territories around the one of unit i that are not taken yet,
// nearest first, up to the given numbers of territories and units.
func (s *medianSearch) grow(i int, territories, units int, taken []bool) []int32 {
	m := s.m
	from := int(s.plan.med[s.plan.of[i]])
	var order nearest.Heap
	order.Reset(territories)
	for t, c := range s.plan.med {
		if !taken[t] {
			d := m.distance(int(c), from)
			if math.IsNaN(d) {
				d = math.Inf(1)
			}
			order.Add(d, int32(t))
		}
	}
	var out []int32
	count := 0
	for _, t := range order.Sorted() {
		count += len(s.members[t])
		if count > units && len(out) >= 2 {
			break
		}
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// cut makes a patch of the territories.
func (s *medianSearch) cut(territories []int32, seed uint64) *patch {
	m := s.m
	p := &patch{territories: territories}
	for _, t := range territories {
		p.units = append(p.units, s.members[t]...)
	}
	slices.Sort(p.units)
	a := &p.a
	a.n, a.k = len(p.units), len(territories)
	n, k := a.n, a.k
	a.moving = uint32(min(24, max(2, 240*k/n)))
	a.q, a.lots, a.rows = make([]float64, n), s.lots, make([][]float64, k)
	a.of, a.med, a.bestOf, a.bestMed = make([]int32, n), make([]int32, k), make([]int32, n), make([]int32, k)
	a.pos, a.members = make([]int32, n), make([][]int32, k)
	a.load, a.out = make([]float64, k), make([]float64, k)
	a.upper, a.lower = make([]float64, k), make([]float64, k)
	a.still, a.pinned, a.anchored = make([]bool, n), make([]bool, k), make([]bool, k)
	a.best, a.leastOutside = math.Inf(1), math.Inf(1)
	a.rng, a.named = seed|1, m.named
	if m.room != nil {
		a.room = make([]float64, n)
	}
	if m.forbidden != nil {
		a.barred = make([]bool, n*k)
	}
	s.price(p)
	for l, t := range territories {
		a.upper[l], a.lower[l] = m.upper[t], m.lower[t]
		at, _ := slices.BinarySearch(p.units, s.plan.med[t])
		a.med[l] = int32(at)
		a.pinned[l] = m.seeds != nil
		for _, i := range s.members[t] {
			s.local[i] = int32(l)
		}
	}
	for c, i := range p.units {
		a.of[c] = s.local[i]
	}
	for c, i := range p.units {
		s.local[i] = int32(c)
	}
	flat := make([]int32, 0, n*m.reach)
	a.near = make([][]int32, n)
	for c, i := range p.units {
		a.q[c] = m.value[i]
		if m.room != nil {
			a.room[c] = m.room[i]
		}
		if m.fixed != nil && m.fixed[i] >= 0 {
			a.still[c] = true
			a.anchored[a.of[c]] = true
		}
		if m.forbidden != nil {
			for l, t := range territories {
				a.barred[c*k+l] = !m.allowed(int(i), int(t))
			}
		}
		from := len(flat)
		for _, j := range m.neighbors(int(i)) {
			// The local number of a unit of another patch, or of an older one, names somebody else.
			if at := s.local[j]; int(at) < n && p.units[at] == j {
				flat = append(flat, at)
			}
		}
		a.near[c] = flat[from:len(flat):len(flat)]
	}
	return p
}

// price computes what units cost at centres. Out of reach is far away, so that
// the search has numbers to compare.
func (s *medianSearch) price(p *patch) {
	a, m, largest := &p.a, s.m, 0.0
	if a.n > patchMatrix {
		for t := range a.rows {
			a.rows[t] = make([]float64, a.n)
		}
		for c := range min(a.n, 64) {
			for _, i := range p.units {
				if d := m.cost(int(i), int(p.units[c])); d > largest && !math.IsInf(d, 1) {
					largest = d
				}
			}
		}
		a.pair = func(i, c int32) float64 {
			return finite(m.cost(int(p.units[i]), int(p.units[c])), largest)
		}
		return
	}
	a.d = make([]float64, a.n*a.n)
	for c, uc := range p.units {
		row := a.d[c*a.n : (c+1)*a.n]
		for i, ui := range p.units {
			row[i] = m.cost(int(ui), int(uc))
			if row[i] > largest && !math.IsInf(row[i], 1) {
				largest = row[i]
			}
		}
	}
	for e, d := range a.d {
		a.d[e] = finite(d, largest)
	}
}

// finite is d, or something much larger than largest where d is infinite or no number.
func finite(d, largest float64) float64 {
	if d <= math.MaxFloat64 {
		return d
	}
	return 1e4 * (1 + largest)
}

// worth compares plans: fewer outside the limits first, then cheaper.
func worth(outsideA, costA, outsideB, costB float64) int {
	if a, b := math.Max(0, outsideA-outsideNoise), math.Max(0, outsideB-outsideNoise); a != b {
		return cmp.Compare(a, b)
	}
	return cmp.Compare(costA, costB)
}
