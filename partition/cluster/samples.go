package cluster

import (
	"context"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// polishRounds is how often better medoids within the clusters are looked for.
const polishRounds = 3

// bySamples clusters samples of the units, each with the best medoids so far
// among them, and keeps the medoids that serve all units best.
func (m KMedoids) bySamples(ctx context.Context, d Distances, k int) (*Medoids, error) {
	n := d.Len()
	size := m.Sample
	if size == 0 {
		size = max(4_000, 40*k)
	}
	size = max(min(size, m.Limit), k)
	samples := m.Samples
	if samples == 0 {
		samples = 5
	}
	var best []int32
	for _, u := range m.From {
		best = append(best, int32(u))
	}
	var result *Medoids
	swaps := 0
	rnd := splitmix.Fork(m.Seed, math.MaxUint64)
	for sample := range samples {
		units := drawn(&rnd, n, size, best)
		var from []int32
		for _, u := range best {
			at, _ := slices.BinarySearch(units, u)
			from = append(from, int32(at))
		}
		if sample > 0 {
			from = nil // so that a sample finds its own
		}
		found, stop, more, err := m.search(ctx, d, units, from, k, uint64(sample))
		swaps += more
		if err != nil {
			if result != nil && ctx.Err() != nil {
				break
			}
			return nil, err
		}
		r, err := m.result(d, found, stop, swaps)
		if err != nil {
			return nil, err
		}
		if result == nil || r.Loss < result.Loss {
			result, best = r, found
		}
		if ctx.Err() != nil {
			break
		}
	}
	for round := range polishRounds {
		if ctx.Err() != nil {
			break
		}
		medoids, better := m.polish(d, result, m.Seed+uint64(round))
		if !better {
			break
		}
		r, err := m.result(d, medoids, partition.Converged, swaps)
		if err != nil {
			return nil, err
		}
		result = r
	}
	result.Iterations, result.Stop = swaps, partition.Converged
	if ctx.Err() != nil {
		result.Stop = partition.Interrupted
	}
	return result, nil
}

// drawn is a sample of the numbers below n, ascending, with these among them.
func drawn(rnd *splitmix.Source, n, size int, with []int32) []int32 {
	taken := make(map[int32]bool, size)
	all := slices.Clone(with)
	for _, u := range with {
		taken[u] = true
	}
	for len(all) < size {
		if u := int32(rnd.Below(n)); !taken[u] {
			taken[u] = true
			all = append(all, u)
		}
	}
	slices.Sort(all)
	return all
}

// result puts every unit with its nearest medoid, and numbers the clusters.
func (m KMedoids) result(d Distances, medoids []int32, stop partition.Stop, swaps int) (*Medoids, error) {
	n, k := d.Len(), len(medoids)
	medoids = slices.Clone(medoids)
	slices.Sort(medoids) // so that of equally near ones the first unit counts
	near, second := make([]int32, n), make([]int, n)
	const block = 1024
	blocks := (n + block - 1) / block
	losses := make([]float64, blocks)
	bad := make([]partition.Faults, blocks)
	parallel.For(blocks, func(b int) {
		for i := b * block; i < min(n, (b+1)*block); i++ {
			near[i], second[i] = -1, -1
			d1, d2 := math.Inf(1), math.Inf(1)
			for t, u := range medoids {
				var x float64
				if int(u) != i {
					// As in the search, the later unit first.
					x = d.Between(max(i, int(u)), min(i, int(u)))
				}
				if !(x >= 0 && x <= math.MaxFloat64) {
					bad[b].Add(badDistance(int32(i), u, x), nil)
					x = 0
				}
				// A medoid is in its own cluster, whoever else is where it is.
				if near[i] < 0 || x < d1 || int(u) == i {
					near[i], second[i], d1, d2 = int32(t), int(near[i]), x, d1
				} else if second[i] < 0 || x < d2 {
					second[i], d2 = t, x
				}
			}
			w := 1.0
			if m.Weight != nil {
				w = m.Weight[i]
			}
			losses[b] += float64(w * d1)
		}
	})
	for b := range bad {
		if err := bad[b].Err(); err != nil {
			return nil, err
		}
	}
	r := &Medoids{Iterations: swaps, Stop: stop, Second: second}
	for _, x := range losses {
		r.Loss += x
	}
	number := make([]int32, k) // per medoid its cluster and 1
	for i, t := range near {
		if number[t] == 0 {
			r.Units = append(r.Units, int(medoids[t]))
			number[t] = int32(len(r.Units))
		}
		near[i] = number[t] - 1
	}
	for i, t := range second {
		if t >= 0 {
			second[i] = int(number[t]) - 1
		}
	}
	var err error
	r.Plan, err = partition.NewPlan(k, near)
	return r, err
}
