package cluster

import (
	"cmp"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
)

// polish looks for a better medoid within each cluster, of whose units a sample
// may have held a few only, and reports whether it found any. The candidates, up
// to 2,000 units, are compared by 32 units of the cluster, the better half of them
// by 64, and so on; who is left takes the medoid's place if it serves all units of
// the cluster better.
func (m KMedoids) polish(d Distances, r *Medoids, seed uint64) (medoids []int32, better bool) {
	weight := func(i int32) float64 {
		if m.Weight == nil {
			return 1
		}
		return m.Weight[i]
	}
	cost := func(c int32, units []int32) float64 {
		sum := 0.0
		for _, i := range units {
			if i != c {
				sum += float64(weight(i) * d.Between(int(max(c, i)), int(min(c, i))))
			}
		}
		return sum
	}
	medoids = make([]int32, len(r.Units))
	parallel.For(len(medoids), func(t int) {
		units := make([]int32, 0, r.Plan.Count(t))
		for i := range r.Plan.Units(t) {
			units = append(units, int32(i))
		}
		rnd := splitmix.Fork(seed, uint64(t))
		shuffled := slices.Clone(units)
		for i := range shuffled {
			j := i + rnd.Below(len(shuffled)-i)
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		}
		type candidate struct {
			unit int32
			cost float64
		}
		var candidates []candidate
		for _, c := range shuffled[:min(2000, len(shuffled))] {
			candidates = append(candidates, candidate{unit: c})
		}
		for judges := 32; len(candidates) > 1; judges *= 2 {
			all := judges >= len(units)
			by := shuffled[:min(judges, len(units))]
			for k := range candidates {
				candidates[k].cost = cost(candidates[k].unit, by)
			}
			slices.SortFunc(candidates, func(a, b candidate) int {
				if a.cost != b.cost {
					return cmp.Compare(a.cost, b.cost)
				}
				return cmp.Compare(a.unit, b.unit)
			})
			if all {
				break
			}
			candidates = candidates[:(len(candidates)+1)/2]
		}
		was, now := int32(r.Units[t]), candidates[0].unit
		medoids[t] = was
		if now != was && cost(now, units) < cost(was, units)*(1-1e-12) {
			medoids[t] = now
		}
	})
	for t, u := range medoids {
		better = better || int(u) != r.Units[t]
	}
	return medoids, better
}
