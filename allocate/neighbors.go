package allocate

import (
	"cmp"
	"slices"
)

// neighbor is an agent with which another one could exchange units, and how
// promising that is: the sum over the units of both that have the other one
// as a candidate of 1 / (1 + regret/scale).
type neighbor struct {
	agent  int32
	weight float64
}

// neighbors lists for each agent the others, most promising first. scale is
// the regret that counts half. Agents without a common unit are not listed.
// Time and memory are linear in the number of candidates.
func (a *arrangement) neighbors(scale float64) [][]neighbor {
	m := a.m.m
	out := make([][]neighbor, m)
	sum := make([]float64, a.m.agents())
	var touched []int32
	count := func(j int32, units []int32) {
		for _, i := range units {
			now := a.pricedNow(int(i))
			for e := a.c.start[i]; e < a.c.start[i+1]; e++ {
				k := a.c.agent[e]
				if k == j || int(k) == a.m.dummy {
					continue
				}
				if sum[k] == 0 {
					touched = append(touched, k)
				}
				sum[k] += 1 / (1 + max(0, a.priced(int(i), e)-now)/scale)
			}
		}
	}
	for j := range int32(m) {
		touched = touched[:0]
		count(j, a.members[j])
		if a.m.dummy >= 0 {
			count(j, a.waiting[j])
		}
		slices.Sort(touched)
		for _, k := range touched {
			out[j] = append(out[j], neighbor{k, sum[k]})
			sum[k] = 0
		}
	}
	// Make it symmetric: what j could give to k counts for k as well.
	back := make([][]neighbor, m)
	for j := range out {
		for _, e := range out[j] {
			back[e.agent] = append(back[e.agent], neighbor{int32(j), e.weight})
		}
	}
	for j := range out {
		out[j] = mergeNeighbors(out[j], back[j])
		slices.SortFunc(out[j], func(x, y neighbor) int {
			return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.agent, y.agent))
		})
	}
	return out
}

// mergeNeighbors adds two lists that ascend in agent.
func mergeNeighbors(x, y []neighbor) []neighbor {
	out := make([]neighbor, 0, len(x)+len(y))
	for len(x) > 0 || len(y) > 0 {
		switch {
		case len(y) == 0 || len(x) > 0 && x[0].agent < y[0].agent:
			out, x = append(out, x[0]), x[1:]
		case len(x) == 0 || y[0].agent < x[0].agent:
			out, y = append(out, y[0]), y[1:]
		default:
			out = append(out, neighbor{x[0].agent, x[0].weight + y[0].weight})
			x, y = x[1:], y[1:]
		}
	}
	return out
}

// splitMix is the generator of Sebastiano Vigna's SplitMix64, public domain.
type splitMix uint64

func (s *splitMix) next() uint64 {
	*s += 0x9E3779B97F4A7C15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// float is uniform in [0, 1).
func (s *splitMix) float() float64 { return float64(s.next()>>11) / (1 << 53) }
