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
			if len(rows) == 1024 || k == len(first)-1 {
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
// last one being free for all, than to give it its cheapest. Rows enter one by
// one, each along the cheapest chain of replacements, by Dijkstra's algorithm with
// the potentials of Edmonds and Karp. It is 0 where there are not enough columns,
// and where numbers are too large to be added up.
func ownColumns(rows [][]float64) (more, mass float64) {
	if len(rows) < 2 {
		return 0, 0
	}
	for _, row := range rows {
		for _, c := range row {
			if math.Abs(c) > 1e290 && !math.IsInf(c, 1) || math.IsNaN(c) {
				return 0, 0
			}
		}
	}
	last := len(rows[0]) - 1
	holder, potential := slices.Repeat([]int{-1}, last), make([]float64, last)
	at, own := make([]int, len(rows)), make([]float64, len(rows))
	for enter := range rows {
		// reach[c] is the least reduced cost with which column c can be had by
		// moving rows along, from[c] the column that is given up before.
		reach, from := slices.Repeat([]float64{math.Inf(1)}, last), slices.Repeat([]int{-1}, last)
		closed := make([]bool, last)
		free, before := math.Inf(1), -1 // the same for the last column
		row, column, far := enter, -1, 0.0
		var passed []int
		for {
			if x := far + (rows[row][last] - own[row]); x < free {
				free, before = x, column
			}
			next, least := -1, math.Inf(1)
			for c := range last {
				if closed[c] {
					continue
				}
				if x := far + (rows[row][c] - own[row] - potential[c]); x < reach[c] {
					reach[c], from[c] = x, column
				}
				if reach[c] < least {
					next, least = c, reach[c]
				}
			}
			if math.IsInf(least, 1) && math.IsInf(free, 1) {
				return 0, 0
			}
			if free <= least {
				column, far = last, free
				break
			}
			column, far = next, least
			if holder[next] < 0 {
				break
			}
			closed[next], row = true, holder[next]
			passed = append(passed, next)
		}
		own[enter] += far
		for _, c := range passed {
			own[holder[c]] += far - reach[c]
			potential[c] -= far - reach[c]
		}
		for c := column; c >= 0; {
			back := before
			if c < last {
				back = from[c]
			}
			who := enter
			if back >= 0 {
				who = holder[back]
			}
			if at[who] = c; c < last {
				holder[c] = who
			}
			c = back
		}
	}
	var total exact
	for k, row := range rows {
		least := slices.Min(row)
		total.add(row[at[k]])
		total.add(-least)
		mass += math.Abs(row[at[k]]) + math.Abs(least)
	}
	return math.Max(0, total.value()), mass
}
