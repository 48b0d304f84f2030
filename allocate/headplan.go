package allocate

import (
	"math"
	"slices"
)

// crew is a plan under construction: open sites, one per slot, and the units
// that their territories hold.
type crew struct {
	*headModel
	site    []int32 // per slot
	slot    []int32 // per site, or none
	of      []int32 // per unit its slot, or none
	at      []int32 // per unit its position among the members of its slot
	members [][]int32
	load    [][]float64 // [slot][measure]
	looks   int         // pairs looked at
	scratch []int32
}

// noSlot is no slot, and no island.
const noSlot = -1

func (m *headModel) crew() *crew {
	t := &crew{headModel: m, slot: make([]int32, m.sites), of: make([]int32, m.n), at: make([]int32, m.n)}
	for c := range t.slot {
		t.slot[c] = noSlot
	}
	for i := range t.of {
		t.of[i] = noSlot
	}
	return t
}

func (t *crew) clone() *crew {
	u := *t
	u.site, u.slot, u.of, u.at = slices.Clone(t.site), slices.Clone(t.slot), slices.Clone(t.of), slices.Clone(t.at)
	u.members, u.load = make([][]int32, len(t.members)), make([][]float64, len(t.load))
	for s := range u.members {
		u.members[s], u.load[s] = slices.Clone(t.members[s]), slices.Clone(t.load[s])
	}
	u.scratch = nil
	return &u
}

// open adds a territory around the site.
func (t *crew) open(site int32) int32 {
	s := int32(len(t.site))
	t.site, t.slot[site] = append(t.site, site), s
	t.members, t.load = append(t.members, nil), append(t.load, make([]float64, len(t.value)))
	return s
}

// shut removes slot s and returns its units, ascending.
func (t *crew) shut(s int32) []int32 {
	units := t.members[s]
	for _, i := range units {
		t.of[i] = noSlot
	}
	slices.Sort(units)
	last := int32(len(t.site) - 1)
	t.slot[t.site[s]] = noSlot
	if s != last {
		t.site[s], t.members[s], t.load[s] = t.site[last], t.members[last], t.load[last]
		t.slot[t.site[s]] = s
		for _, i := range t.members[s] {
			t.of[i] = s
		}
	}
	t.site, t.members, t.load = t.site[:last], t.members[:last], t.load[:last]
	return units
}

func (t *crew) put(i, s int32) {
	t.of[i], t.at[i] = s, int32(len(t.members[s]))
	t.members[s] = append(t.members[s], i)
	for r := range t.value {
		t.load[s][r] += t.value[r][i]
	}
}

// take takes unit i out of its territory. The load is added up again, lest
// rounding adds up instead.
func (t *crew) take(i int32) {
	s := t.of[i]
	units := t.members[s]
	last := units[len(units)-1]
	units[t.at[i]], t.at[last] = last, t.at[i]
	t.members[s] = units[:len(units)-1]
	t.of[i] = noSlot
	for r := range t.value {
		load := 0.0
		for _, j := range t.members[s] {
			load += t.value[r][j]
		}
		t.load[s][r] = load
	}
}

// fits reports whether slot s has room for unit i, once less is gone.
func (t *crew) fits(i, s int32, less int32) bool {
	for r := range t.value {
		load := t.load[s][r] + t.value[r][i]
		if less != noSlot {
			load -= t.value[r][less]
		}
		if load > t.room[r][t.site[s]]+t.slack {
			return false
		}
	}
	return true
}

// tightness is how full slot s is, by its fullest measure: 1 is full.
func (t *crew) tightness(s int32) float64 {
	full := 0.0
	for r := range t.value {
		if room := t.room[r][t.site[s]]; room > 0 {
			full = math.Max(full, t.load[s][r]/room)
		}
	}
	return full
}

// reachable appends to dst the slots that can hold unit i as far as reach goes.
func (t *crew) reachable(dst []int32, i int32) []int32 {
	near := t.near(int(i))
	if t.whole && len(near) < 4*len(t.site) {
		t.looks += len(near)
		for _, c := range near {
			if s := t.slot[c]; s != noSlot {
				dst = append(dst, s)
			}
		}
		return dst
	}
	t.looks += 4 * len(t.site)
	for s, c := range t.site {
		if t.inReach(int(i), int(c)) {
			dst = append(dst, int32(s))
		}
	}
	return dst
}

// home is the fullest slot but one with room for unit i, or none: what is left
// of the others is of more use together. Without limits it is the first.
func (t *crew) home(i, but int32) int32 {
	best, full := int32(noSlot), -1.0
	t.scratch = t.reachable(t.scratch[:0], i)
	for _, s := range t.scratch {
		if s != but && t.fits(i, s, noSlot) {
			if x := t.tightness(s); x > full {
				best, full = s, x
			}
		}
	}
	return best
}
