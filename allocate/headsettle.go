package allocate

import (
	"context"
	"math"
)

// settle shortens the distances with the number of territories as it is: units
// change hands or places as long as that helps, and every centre moves to the
// best place in its territory.
func (s *staffing) settle(ctx context.Context) {
	const rounds = 10
	for range rounds {
		if ctx.Err() != nil || !s.share(ctx) && !s.recenter() {
			break
		}
	}
	s.best = s.best.trimmed()
}

// distant is the weighted distance of unit i from the site.
func (m *headModel) distant(i, site int32) float64 {
	d := m.distance(int(i), int(site))
	if m.p.Weight != nil {
		d = float64(d * m.p.Weight[i])
	}
	return d
}

// share lets units change to nearer sites, alone or in exchange for another
// unit, and reports whether any did.
func (s *staffing) share(ctx context.Context) bool {
	const passes = 20
	t := s.best
	changed := false
	var slots []int32
	for range passes {
		better := false
		for i := range int32(s.n) {
			if i&63 == 0 && ctx.Err() != nil {
				return changed
			}
			slots = t.reachable(slots[:0], i)
			for _, to := range slots {
				if t.approach(i, to) {
					better = true
				}
			}
		}
		changed = changed || better
		if !better {
			break
		}
	}
	return changed
}

// approach moves unit i to slot to where that is nearer, if need be in exchange
// for the unit whose way is lengthened least.
func (t *crew) approach(i, to int32) bool {
	from := t.of[i]
	if from == to {
		return false
	}
	gain := t.distant(i, t.site[from]) - t.distant(i, t.site[to])
	least := float64(1e-9 * t.distant(i, t.site[from])) // rounding is no gain
	if !(gain > least) {
		return false
	}
	if t.fits(i, to, noSlot) {
		t.take(i)
		t.put(i, to)
		return true
	}
	best := int32(noSlot)
	for _, j := range t.members[to] {
		back := gain + t.distant(j, t.site[to]) - t.distant(j, t.site[from])
		if back > least && t.fits(i, to, j) && t.fits(j, from, i) && t.inReach(int(j), int(t.site[from])) {
			best, least = j, back
		}
	}
	if best == noSlot {
		return false
	}
	t.take(i)
	t.take(best)
	t.put(i, to)
	t.put(best, from)
	return true
}

// recenter moves each centre, step by step, to the nearby site from which its
// units are least far, and reports whether any moved.
func (s *staffing) recenter() bool {
	const tried = 32
	if s.p.Homes != nil {
		return false // people do not move
	}
	t := s.best
	changed := false
	for at := range t.site {
		least := t.reached(at, t.site[at])
		for moved := true; moved; {
			moved = false
			sites := t.near(int(t.site[at]))
			for _, c := range sites[:min(tried, len(sites))] {
				if t.slot[c] != noSlot || !t.takes(at, c) {
					continue
				}
				if x := t.reached(at, c); x < least-float64(1e-9*least) {
					t.slot[t.site[at]], t.slot[c], t.site[at] = noSlot, int32(at), c
					least, moved, changed = x, true, true
				}
			}
		}
	}
	return changed
}

// reached is the weighted distance of all units of a territory from the site,
// +Inf where one is out of reach.
func (t *crew) reached(at int, site int32) float64 {
	total := 0.0
	for _, i := range t.members[at] {
		if d := t.distance(int(i), int(site)); d > t.reach || math.IsInf(d, 1) {
			return math.Inf(1)
		}
		total += t.distant(i, site)
	}
	return total
}

// takes reports whether a territory around the site has room for what slot at holds.
func (t *crew) takes(at int, site int32) bool {
	for r := range t.value {
		if t.load[at][r] > t.room[r][site]+t.slack {
			return false
		}
	}
	return true
}
