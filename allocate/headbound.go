package allocate

import (
	"cmp"
	"math"
	"slices"
)

// islands numbers the parts of the problem that have nothing to do with each
// other: no unit of one is in reach of a site of another. It returns the number
// of each unit and of each site; sites that are in reach of nobody have -1.
func (m *headModel) islands() (units, sites []int32, count int) {
	units, sites = slices.Repeat([]int32{noSlot}, m.n), slices.Repeat([]int32{noSlot}, m.sites)
	served := make([][]int32, m.sites)
	for i := range m.n {
		for _, c := range m.near(i) {
			served[c] = append(served[c], int32(i))
		}
	}
	var queue []int32
	for first := range m.n {
		if units[first] != noSlot {
			continue
		}
		units[first] = int32(count)
		for queue = append(queue[:0], int32(first)); len(queue) > 0; {
			i := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, c := range m.near(int(i)) {
				if sites[c] != noSlot {
					continue
				}
				sites[c] = int32(count)
				for _, j := range served[c] {
					if units[j] == noSlot {
						units[j] = int32(count)
						queue = append(queue, j)
					}
				}
			}
		}
		count++
	}
	return units, sites, count
}

// capacityBound is the fewest territories that can take all units wherever
// they are on their island: by the total, and by the heavy units, of which no
// two go together.
func (m *headModel) capacityBound() int {
	unitPart, sitePart, count := make([]int32, m.n), make([]int32, m.sites), 1
	if m.whole {
		unitPart, sitePart, count = m.islands()
	}
	units, sites := make([][]int32, count), make([][]int32, count)
	for i, part := range unitPart {
		units[part] = append(units[part], int32(i))
	}
	for c, part := range sitePart {
		if part != noSlot {
			sites[part] = append(sites[part], int32(c))
		}
	}
	bound := 0
	for part := range count {
		bound += m.capacityOf(units[part], sites[part])
	}
	return bound
}

// capacityOf is the bound of one island.
func (m *headModel) capacityOf(units, sites []int32) int {
	bound := 1
	for r := range m.value {
		value, room := make([]float64, len(units)), make([]float64, len(sites))
		var total, have sum
		for k, i := range units {
			value[k] = m.value[r][i]
			total.add(value[k])
		}
		for k, c := range sites {
			room[k] = m.room[r][c]
		}
		slices.SortFunc(room, func(a, b float64) int { return cmp.Compare(b, a) })
		if math.IsInf(room[0], 1) {
			continue
		}
		need, k := total.total(), 0
		for k < len(room) && have.total() < need-slackOf(need) {
			have.add(room[k])
			k++
		}
		bound = max(bound, k, binBound(value, room[0]))
	}
	return bound
}

// binBound is the bound L2 of Martello and Toth for bins that all have the given
// size: for any a ≤ size/2, items above size-a have a bin of their own, those
// above size/2 one each, and those from a to size/2 fill what is left and
// further bins.
func binBound(value []float64, size float64) int {
	x := slices.Clone(value)
	slices.Sort(x)
	n := len(x)
	upTo := make([]float64, n+1) // sums of the lightest
	for k, v := range x {
		upTo[k+1] = upTo[k] + v
	}
	tolerance := slackOf(upTo[n])
	above := func(v float64) int { // how many are not above v
		k, _ := slices.BinarySearchFunc(x, v, func(a, v float64) int {
			if a > v+tolerance {
				return 1
			}
			return -1
		})
		return k
	}
	half := above(size / 2)
	best := 0
	for k := 0; k <= half; k++ {
		if k > 0 && k < half && x[k] == x[k-1] {
			continue
		}
		a := 0.0
		if k < half {
			a = x[k]
		}
		alone := max(half, above(size-a))
		heavy := upTo[alone] - upTo[half]
		bins := n - half
		if rest := upTo[half] - upTo[k] - (float64(float64(alone-half)*size) - heavy) - tolerance; rest > 0 && size > 0 {
			bins += int(math.Ceil(rest/size - 1e-9))
		}
		best = max(best, bins)
	}
	return best
}

// spread lists units of which no two have a site in common, few sites first.
func (m *headModel) spread() []int32 {
	order := make([]int32, m.n)
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(len(m.near(int(a))), len(m.near(int(b)))) })
	taken := make([]bool, m.sites)
	var apart []int32
	for _, i := range order {
		if !slices.ContainsFunc(m.near(int(i)), func(c int32) bool { return taken[c] }) {
			apart = append(apart, i)
			for _, c := range m.near(int(i)) {
				taken[c] = true
			}
		}
	}
	return apart
}
