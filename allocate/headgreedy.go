package allocate

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// siteWorth is a site and the weight that a territory around it would take.
type siteWorth struct {
	worth float64
	site  int32
}

// greedy opens the sites one by one, each the one whose territory can hold the
// most weight of what is left over, and returns the units that fit nowhere.
// The weight of a site only falls as units are placed, so that most sites need
// not be weighed again.
func (m *headModel) greedy(ctx context.Context, weight []float64) (*crew, []int32) {
	t := m.crew()
	cover := m.cover(weight)
	q := queue[siteWorth]{less: func(a, b siteWorth) bool {
		return a.worth > b.worth || a.worth == b.worth && a.site < b.site
	}}
	for c := range m.sites {
		if x := t.worth(cover[c], int32(c), weight); x > 0 {
			q.items = append(q.items, siteWorth{x, int32(c)})
		}
	}
	q.heapify()
	for len(q.items) > 0 && ctx.Err() == nil {
		top := q.pop()
		if now := t.worth(cover[top.site], top.site, weight); now < top.worth {
			if now > 0 {
				q.push(siteWorth{now, top.site})
			}
			continue
		}
		s := t.open(top.site)
		for _, i := range cover[top.site] {
			if t.of[i] == noSlot && t.fits(i, s, noSlot) {
				t.put(i, s)
			}
		}
	}
	var left []int32
	for i, s := range t.of {
		if s == noSlot {
			if s = t.home(int32(i), noSlot); s != noSlot {
				t.put(int32(i), s)
			} else {
				left = append(left, int32(i))
			}
		}
	}
	return t, left
}

// cover lists the units in reach of each site, the most weight for the load first.
func (m *headModel) cover(weight []float64) [][]int32 {
	largest := make([]float64, len(m.room))
	for r, room := range m.room {
		largest[r] = slices.Max(room)
	}
	order := make([]int32, m.n)
	density := make([]float64, m.n)
	for i := range order {
		order[i] = int32(i)
		size := 0.0
		for r, value := range m.value {
			if largest[r] > 0 {
				size = math.Max(size, value[i]/largest[r])
			}
		}
		density[i] = weight[i] / (size + 1e-9)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(density[b], density[a]), cmp.Compare(a, b)) })
	count := make([]int, m.sites)
	for _, c := range m.site {
		count[c]++
	}
	all := make([]int32, len(m.site))
	cover := make([][]int32, m.sites)
	for c, k := range count {
		cover[c], all = all[:0:k], all[k:]
	}
	for _, i := range order {
		for _, c := range m.near(int(i)) {
			cover[c] = append(cover[c], i)
		}
	}
	return cover
}

// worth is the weight of what a territory around the site would take.
func (t *crew) worth(cover []int32, site int32, weight []float64) float64 {
	total := 0.0
	load := make([]float64, len(t.value))
	for _, i := range cover {
		if t.of[i] != noSlot {
			continue
		}
		fits := true
		for r := range load {
			fits = fits && load[r]+t.value[r][i] <= t.room[r][site]+t.slack
		}
		if fits {
			total += weight[i]
			for r := range load {
				load[r] += t.value[r][i]
			}
		}
	}
	return total
}
