package allocate

import (
	"math"
	"slices"
)

// apartGain is what keeping units apart adds to the sum of the least priced
// costs: for each list of Apart, without the units of former lists and with a
// family as one unit, the least priced cost with different agents minus that
// without. Long lists are cut up as Bound says.
func (v *verifier) apartGain(prices [][]float64, steep []float64) (gain, mass float64) {
	type family struct {
		units  []int
		agents int // those who may serve it are among the first so many
	}
	joined := map[int]family{} // by unit
	for k, units := range v.family {
		f := family{slices.Sorted(slices.Values(units)), v.m}
		if v.apart[k] {
			f.agents = 0
		}
		for _, i := range units {
			joined[i] = f
		}
	}
	used := map[int]bool{}
	var total exact
	for _, list := range v.p.Apart {
		first := make([]int, len(list)) // a family goes by its first unit
		for k, i := range list {
			if first[k] = i; joined[i].units != nil {
				first[k] = joined[i].units[0]
			}
		}
		slices.Sort(first)
		if first = slices.Compact(first); len(first) < 2 {
			continue
		}
		var rows [][]float64
		for k, i := range first {
			if !used[i] {
				used[i] = true
				f, ok := joined[i]
				if !ok {
					f = family{[]int{i}, v.m}
				}
				row := make([]float64, v.m+1)
				row[v.m], _ = v.cheapest(f.units, 0, prices, steep) // unassigned
				for j := range v.m {
					row[j] = math.Inf(1)
					if j < f.agents {
						row[j], _ = v.priced(f.units, j, prices, steep)
					}
				}
				rows = append(rows, row)
			}
			if len(rows) == 256 || k == len(first)-1 {
				more, size := ownColumns(rows)
				total.add(more)
				mass += size
				rows = nil
			}
		}
	}
	return total.value(), mass
}

// ownColumns is by how much it costs more to give every row a column of its own, the
// last one being free for all, than to give it its cheapest. Rows enter one by one,
// each along the cheapest chain of replacements, found by Bellman and Ford's
// algorithm. It is 0 where there are not enough columns.
func ownColumns(rows [][]float64) (more, mass float64) {
	if len(rows) < 2 {
		return 0, 0
	}
	last := len(rows[0]) - 1
	holder := slices.Repeat([]int{-1}, last)
	at := make([]int, len(rows))
	var total exact
	for enter := range rows {
		// reach[c] is the least change of cost with which column c can be had by
		// moving rows along, from[c] the column that is given up before.
		reach, from := slices.Clone(rows[enter]), slices.Repeat([]int{-1}, last+1)
		queue := make([]int, 0, last)
		waiting := make([]bool, last+1)
		for c := range last {
			queue, waiting[c] = append(queue, c), true
		}
		for len(queue) > 0 {
			c := queue[0]
			queue, waiting[c] = queue[1:], false
			h := holder[c]
			if h < 0 || math.IsInf(reach[c], 1) {
				continue
			}
			for to, cost := range rows[h] {
				x := reach[c] + (cost - rows[h][c])
				if to != c && x < reach[to]-float64(1e-12*(math.Abs(x)+math.Abs(reach[c]))) {
					reach[to], from[to] = x, c
					if to != last && !waiting[to] {
						queue, waiting[to] = append(queue, to), true
					}
				}
			}
		}
		best := -1
		for c := range reach {
			if (c == last || holder[c] < 0) && !math.IsInf(reach[c], 1) && (best < 0 || reach[c] < reach[best]) {
				best = c
			}
		}
		if best < 0 {
			return 0, 0
		}
		for c, steps := best, 0; ; c, steps = from[c], steps+1 {
			if steps > len(rows) {
				return 0, 0 // rounding has closed a circle
			}
			who := enter
			if from[c] >= 0 {
				who = holder[from[c]]
			}
			at[who] = c
			if c != last {
				holder[c] = who
			}
			if from[c] < 0 {
				break
			}
		}
	}
	for k, row := range rows {
		least := slices.Min(row)
		total.add(row[at[k]])
		total.add(-least)
		mass += math.Abs(row[at[k]]) + math.Abs(least)
	}
	return math.Max(0, total.value()), mass
}
