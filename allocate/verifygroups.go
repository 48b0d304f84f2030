package allocate

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// families joins the lists of Together that have units in common, and finds
// the families that can only stay unassigned because Apart names two of them.
func (v *verifier) families() {
	var joined [][]int // nil: has become part of another one
	in := map[int]int{}
	for _, list := range v.p.Together {
		if len(list) < 2 {
			continue
		}
		to := len(joined)
		joined = append(joined, nil)
		for _, i := range list {
			from, known := in[i]
			switch {
			case !known:
				joined[to] = append(joined[to], i)
				in[i] = to
			case from != to:
				if len(joined[from]) > len(joined[to]) { // the shorter list moves
					from, to = to, from
				}
				for _, h := range joined[from] {
					joined[to] = append(joined[to], h)
					in[h] = to
				}
				joined[from] = nil
			}
		}
	}
	apart := make([]bool, len(joined)) // no agent may serve them all
	for _, list := range v.p.Apart {
		there := map[int]bool{}
		for _, i := range list {
			if k, ok := in[i]; ok {
				apart[k] = apart[k] || there[k]
				there[k] = true
			}
		}
	}
	for k, units := range joined {
		if units == nil {
			continue
		}
		if v.inFamily == nil {
			v.inFamily = make([]bool, v.n)
		}
		v.family = append(v.family, units)
		v.apart = append(v.apart, apart[k])
		for _, i := range units {
			v.inFamily[i] = true
		}
	}
}

// groups is by how much units are not together, or not apart.
func (v *verifier) groups(shares func(i int) []Share) float64 {
	var broken exact
	for _, family := range v.family {
		broken.add(scattered(family, shares))
	}
	for _, list := range v.p.Apart {
		sum := map[int]float64{} // agent → shares of it
		var agents []int
		for _, i := range list {
			for _, s := range shares(i) {
				if s.Agent == partition.Unassigned {
					continue
				}
				if _, ok := sum[s.Agent]; !ok {
					agents = append(agents, s.Agent)
				}
				sum[s.Agent] += s.Fraction
			}
		}
		for _, j := range agents {
			broken.add(math.Max(0, sum[j]-1))
		}
	}
	return broken.value()
}

// scattered is how much of a family is not where the member is that most are
// like: the least Σ_i ½·Σ_j |x(i,j) - x(h,j)| over the members h. Members with
// the same shares are looked at once.
func scattered(family []int, shares func(i int) []Share) float64 {
	type kind struct {
		parts []Share
		count int
	}
	var kinds []kind
	whole := map[int]int{} // agent → the kind of the whole units that are there
members:
	for _, i := range family {
		parts := shares(i)
		if len(parts) == 1 {
			if k, ok := whole[parts[0].Agent]; ok {
				kinds[k].count++
				continue
			}
			whole[parts[0].Agent] = len(kinds)
		} else {
			for k := range kinds {
				if apartFrom(kinds[k].parts, parts) == 0 {
					kinds[k].count++
					continue members
				}
			}
		}
		kinds = append(kinds, kind{parts, 1})
	}
	least := math.Inf(1)
	for _, h := range kinds {
		all := 0.0
		for _, k := range kinds {
			all += float64(float64(k.count) * apartFrom(h.parts, k.parts))
		}
		least = math.Min(least, all)
	}
	return least
}

// apartFrom is ½·Σ_j |x_j - y_j|.
func apartFrom(x, y []Share) float64 {
	total := 0.0
	at := func(parts []Share, j int) (sum float64) {
		for _, s := range parts {
			if s.Agent == j {
				sum += s.Fraction
			}
		}
		return sum
	}
	for _, s := range x {
		total += math.Abs(s.Fraction - at(y, s.Agent))
	}
	for _, s := range y {
		if at(x, s.Agent) == 0 {
			total += s.Fraction
		}
	}
	return total / 2
}
