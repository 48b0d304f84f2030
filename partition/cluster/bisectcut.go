package cluster

import (
	"cmp"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/parallel"
)

// sectorCut is a line across a part.
type sectorCut struct {
	direction int
	flipped   bool    // the first territories get the far side
	key       float64 // of the last unit on the near side
	last      int32   // that unit
	low       int     // units on the near side; 0: there is no cut
	middle    int     // the first territory of the second side

	outside float64 // the limits, both sides together, in mean loads
	gain    float64 // by how much the sum of squares falls, less what narrows later cuts
	strain  float64 // which part of the room between targets and limits is used up
}

func (a *sectorCut) better(b *sectorCut) bool {
	switch {
	case b.low == 0 || a.low == 0:
		return a.low > 0
	case a.outside != b.outside:
		return a.outside < b.outside
	case a.gain != b.gain:
		return a.gain > b.gain
	}
	return a.strain < b.strain
}

// moments is how many sums tell where units lie: their mass, and the moments of
// first and second degree.
const moments = 6

// bulk sums up some units of a part.
type bulk struct {
	count int
	sum   []float64 // moments, then loads
}

func (h *bulk) take(o *bulk) {
	h.count += o.count
	for d, x := range o.sum {
		h.sum[d] += x
	}
}

// cutter looks for cuts of one part.
type cutter struct {
	s        *slicing
	f        *face
	from, to int
	all      bulk
}

// cuts are the best few cuts of a part, in different directions where that is
// possible, the best first. There are more units than territories, or as many.
func (s *slicing) cuts(f *face, from, to, width int) []sectorCut {
	c := &cutter{s: s, f: f, from: from, to: to}
	c.all = c.empty()
	for at := range f.units {
		c.add(&c.all, at)
	}
	found := make([][2]sectorCut, len(s.directions))
	if len(f.units) < parallelUnits {
		for d := range found {
			found[d] = c.along(d)
		}
	} else {
		parallel.For(len(found), func(d int) { found[d] = c.along(d) })
	}
	var all []sectorCut
	for _, pair := range found {
		for _, cut := range pair {
			if cut.low > 0 {
				all = append(all, cut)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b sectorCut) int {
		return cmp.Or(cmp.Compare(a.outside, b.outside), cmp.Compare(b.gain, a.gain), cmp.Compare(a.strain, b.strain))
	})
	if to-from == 2 {
		width = 1
	}
	return spreadOut(all, width, len(s.directions))
}

// parallelUnits is how many units are worth goroutines.
const parallelUnits = 1 << 13

// spreadOut picks cuts from the best on, such that those of one direction and its
// neighbours come late.
func spreadOut(all []sectorCut, width, directions int) []sectorCut {
	var picked []sectorCut
	taken := make([]bool, len(all))
	for apart := max(1, directions/(2*width)); ; apart /= 2 {
		for at, cut := range all {
			if len(picked) == width {
				return picked
			}
			near := slices.ContainsFunc(picked, func(other sectorCut) bool {
				gap := cut.direction - other.direction
				gap = max(gap, -gap)
				return cut.flipped == other.flipped && min(gap, directions-gap) < apart
			})
			if !taken[at] && !near {
				taken[at] = true
				picked = append(picked, cut)
			}
		}
		if apart == 0 {
			return picked
		}
	}
}

func (c *cutter) empty() bulk {
	return bulk{sum: make([]float64, moments+len(c.s.limits))}
}

// add puts unit f.units[at] to a bulk.
func (c *cutter) add(h *bulk, at int) {
	i := c.f.units[at]
	w := c.s.g.weigh(i)
	h.count++
	sum := h.sum[:moments+len(c.s.limits)]
	u, v := c.f.u[at], c.f.v[at]
	wu, wv := float64(w*u), float64(w*v)
	sum[0] += w
	sum[1] += wu
	sum[2] += wv
	sum[3] += float64(wu * u)
	sum[4] += float64(wu * v)
	sum[5] += float64(wv * v)
	for r := range c.s.limits {
		sum[moments+r] += c.s.limits[r].value[i]
	}
}

// buckets is into how many slices a large part is sorted first, and fewSorted
// how many units are sorted at once.
const (
	buckets   = 1024
	fewSorted = 512
)

// along is the best cut across one direction, either way around.
func (c *cutter) along(direction int) [2]sectorCut {
	best := [2]sectorCut{{direction: direction}, {direction: direction, flipped: true}}
	d := c.s.directions[direction]
	if len(c.f.units) <= fewSorted {
		all := make([]int32, len(c.f.units))
		for at := range all {
			all[at] = int32(at)
		}
		before := c.empty()
		c.scan(&best, d, all, &before)
		return best
	}

	keys := make([]float64, len(c.f.units))
	low, high := math.Inf(1), math.Inf(-1)
	for at := range keys {
		k := c.f.key(at, d)
		keys[at] = k
		low, high = min(low, k), max(high, k)
	}
	per := buckets / (high - low)
	if !(per < math.Inf(1)) { // all on one line: by number, whichever the direction
		all := make([]int32, len(c.f.units))
		for at := range all {
			all[at] = int32(at)
		}
		before := c.empty()
		c.scan(&best, d, all, &before)
		return best
	}
	bucket := func(at int) int { return min(buckets-1, int(float64((keys[at]-low)*per))) }
	slot := c.slots(bucket)
	rough := best
	near := [2]int{-1, -1}
	before, swapped := c.empty(), c.empty()
	for b := range buckets - 1 {
		before.take(&slot[b])
		for way := range rough {
			cut := rough[way]
			if c.weigh(&cut, &before, &swapped) && cut.better(&rough[way]) {
				rough[way], near[way] = cut, b
			}
		}
	}
	// The line itself is somewhere in the two slices beside the best of the rough cuts.
	seen := -1
	for way := range rough {
		b := near[way]
		if b < 0 {
			b = c.crossing(slot) // no slice ends where both sides get units enough
		}
		if b == seen {
			continue
		}
		seen = b
		c.refine(&best, d, slot, bucket, b)
	}
	return best
}

// slots are the sums of the units of each bucket.
func (c *cutter) slots(bucket func(at int) int) []bulk {
	wide := len(c.all.sum)
	store := make([]float64, buckets*wide)
	slot := make([]bulk, buckets)
	for b := range slot {
		slot[b].sum = store[b*wide:][:wide:wide]
	}
	for at := range c.f.units {
		c.add(&slot[bucket(at)], at)
	}
	return slot
}

// crossing is the slice in which one half of the units ends.
func (c *cutter) crossing(slot []bulk) int {
	count := 0
	for b := range slot {
		if count += slot[b].count; 2*count >= c.all.count {
			return b
		}
	}
	return len(slot) - 1
}

// refine looks at all lines within the slices b and b+1.
func (c *cutter) refine(best *[2]sectorCut, d [2]float64, slot []bulk, bucket func(at int) int, b int) {
	before := c.empty()
	for i := range b {
		before.take(&slot[i])
	}
	count := slot[b].count
	if b+1 < len(slot) {
		count += slot[b+1].count
	}
	within := make([]int32, 0, count)
	for at := range c.f.units {
		if i := bucket(at); i == b || i == b+1 {
			within = append(within, int32(at))
		}
	}
	c.scan(best, d, within, &before)
}

// scan tries every line behind one of the given units, before which there are
// others.
func (c *cutter) scan(best *[2]sectorCut, d [2]float64, within []int32, before *bulk) {
	type keyed struct {
		key float64
		at  int32
	}
	sorted := make([]keyed, len(within))
	for i, at := range within {
		sorted[i] = keyed{c.f.key(int(at), d), at}
	}
	slices.SortFunc(sorted, func(a, b keyed) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at)) })
	swapped := c.empty()
	for _, u := range sorted {
		c.add(before, int(u.at))
		for way := range best {
			cut := sectorCut{direction: best[way].direction, flipped: best[way].flipped, key: u.key, last: c.f.units[u.at]}
			if c.weigh(&cut, before, &swapped) && cut.better(&best[way]) {
				best[way] = cut
			}
		}
	}
}

// weigh judges a cut with the given units on its near side. It returns false
// where one side has fewer units than territories, or where the other way around
// makes no difference.
func (c *cutter) weigh(cut *sectorCut, near, swapped *bulk) bool {
	first := near
	if cut.flipped {
		if c.s.g.alike {
			return false
		}
		first = swapped
		first.count = c.all.count - near.count
		for d := range first.sum {
			first.sum[d] = c.all.sum[d] - near.sum[d]
		}
	}
	if !c.share(cut, first) {
		return false
	}
	cut.low = near.count
	cut.outside = 0
	cut.strain = 0
	for r := range c.s.limits {
		out, s := c.balance(cut.middle, r, first.sum[moments+r])
		cut.outside += out
		cut.strain = math.Max(cut.strain, s)
	}
	if c.s.soft {
		// Nothing is broken; but what is far from even is no choice.
		cut.outside = math.Max(0, cut.strain-1)
	}
	if c.to-c.from == 2 && !c.s.soft {
		cut.strain = 0 // no later cut
	}
	used := math.Min(cut.strain, 1)
	cut.gain = float64(c.gain(cut.middle, first) * (1 - float64(used*used)))
	return true
}

// share chooses how many territories the first side gets: those whose targets of
// the first measure come nearest to its load, a third of all at least.
func (c *cutter) share(cut *sectorCut, first *bulk) bool {
	q := c.to - c.from
	third := max(1, q/3)
	low := max(c.from+third, c.to-(c.all.count-first.count))
	high := min(c.to-third, c.from+first.count)
	if low > high {
		return false
	}
	target := c.s.sums[2]
	all, whole := c.all.sum[moments], target[c.to]-target[c.from]
	if !(all > 0 && whole > 0) {
		cut.middle = max(low, min(c.from+q/2, high))
		return true
	}
	goal := target[c.from] + float64(whole*(first.sum[moments]/all))
	at, _ := slices.BinarySearch(target[low:high+1], goal)
	cut.middle = min(low+at, high)
	if at > 0 && goal-target[cut.middle-1] <= target[cut.middle]-goal {
		cut.middle--
	}
	return true
}

// gain is by how much the sum of squares is expected to fall with this cut and
// those that follow.
func (c *cutter) gain(middle int, first *bulk) float64 {
	var a, b, all [moments]float64
	copy(a[:], first.sum)
	copy(all[:], c.all.sum)
	for d := range a {
		b[d] = all[d] - a[d]
	}
	return math.Max(0, squaresOf(all, 1)-squaresOf(a, float64(middle-c.from))-squaresOf(b, float64(c.to-middle)))
}

// squaresOf is what remains of the sum of squares of a part of mass M, with
// variances σ² ≥ τ² along its principal axes, in q territories: a·b = q pieces of
// equal size, a along and b across, leave
//
//	M·(σ²/a² + τ²/b²),
//
// least for a/b = σ/τ, and a long part has b = 1.
func squaresOf(m [moments]float64, q float64) float64 {
	mass := m[0]
	if !(mass > 0) {
		return 0
	}
	mu, mv := m[1]/mass, m[2]/mass
	uu := math.Max(0, m[3]/mass-float64(mu*mu))
	uv := m[4]/mass - float64(mu*mv)
	vv := math.Max(0, m[5]/mass-float64(mv*mv))
	half, gap := float64(0.5*(uu+vv)), float64(0.5*(uu-vv))
	swing := math.Sqrt(float64(gap*gap) + float64(uv*uv))
	long, across := half+swing, math.Max(0, half-swing)
	if long <= float64(across*float64(q*q)) {
		return float64(2 * mass * (math.Sqrt(float64(long*across)) / q))
	}
	return float64(mass * (long/float64(q*q) + across))
}

// balance judges the load of limit r that the first territories get: by how much
// both sides are outside their limits, in mean loads, and which part is used up of
// the room between the target and the limit, 0..1 where nothing is outside.
func (c *cutter) balance(middle, r int, first float64) (outside, strain float64) {
	lower, upper, target := c.s.sums[3*r], c.s.sums[3*r+1], c.s.sums[3*r+2]
	all := c.all.sum[moments+r]
	low, high := lower[middle]-lower[c.from], upper[middle]-upper[c.from]
	restLow, restHigh := lower[c.to]-lower[middle], upper[c.to]-upper[middle]
	if math.IsInf(upper[c.to], 1) { // a difference of infinities is none
		high, restHigh = c.most(r, c.from, middle), c.most(r, middle, c.to)
	}
	rest := all - first
	size := c.s.limits[r].size
	outside = slight(math.Max(0, math.Max(first-high, low-first))/size) +
		slight(math.Max(0, math.Max(rest-restHigh, restLow-rest))/size)

	goal := float64(all * (float64(middle-c.from) / float64(c.to-c.from)))
	if whole := target[c.to] - target[c.from]; whole > 0 {
		goal = float64(all * ((target[middle] - target[c.from]) / whole))
	}
	least, most := math.Max(low, all-restHigh), math.Min(high, all-restLow)
	if least > most { // the part as a whole cannot keep its limits
		return outside, math.Abs(first-goal) / size
	}
	goal = math.Max(least, math.Min(goal, most))
	room := most - goal
	if first < goal {
		room = goal - least
	}
	gap := math.Abs(first - goal)
	if gap <= float64(1e-9*size) {
		return outside, 0
	}
	return outside, gap / math.Max(room, float64(1e-9*size))
}

// most is the sum of some upper limits.
func (c *cutter) most(r, from, to int) float64 {
	sum := 0.0
	for _, u := range c.s.limits[r].upper[from:to] {
		sum += u
	}
	return sum
}
