package allocate

import (
	"context"
	"math"
	"slices"
)

// dive turns the split optimum into a plan: again and again it gives the
// heaviest split unit to the agent with its largest share, for good, and lets
// the lighter units settle around it at least cost. Heavy units are placed
// while everything else can still make room; the light ones then fill what is
// left, so that the loads end close to their limits even where single units are
// heavier than the width of the band.
func (nw *network) dive(ctx context.Context) {
	var shared []int
	for ctx.Err() == nil {
		if shared = nw.split(); len(shared) == 0 {
			return
		}
		slices.SortFunc(shared, func(a, b int) int {
			switch {
			case nw.load[a] > nw.load[b]:
				return -1
			case nw.load[a] < nw.load[b]:
				return 1
			}
			return a - b
		})
		// Every row at least half as heavy as the heaviest split one stays
		// where it is from now on: it could not fill the room of a heavy unit
		// without needing to be split itself.
		heavy := nw.load[shared[0]]
		for row, a := range nw.load {
			if a > 0.5*heavy && !nw.fixed[row] && nw.whole(row) {
				nw.place(row)
			}
		}
		for _, row := range shared {
			if nw.load[row] <= 0.5*heavy {
				break
			}
			nw.place(row)
			clear(nw.stuck)
			nw.settle(ctx)
		}
	}
	for _, row := range nw.split() {
		nw.place(row)
	}
}

func (nw *network) whole(row int) bool {
	for e := nw.start[row]; e < nw.start[row+1]; e++ {
		if nw.flow[e] > 0 && nw.flow[e] < nw.load[row] {
			return false
		}
	}
	return true
}

// place gives the whole row, for good, to the agent that has most of it among
// those that have room for it beside what is placed there already; if none of
// its agents has room, to the cheapest candidate that has.
func (nw *network) place(row int) {
	lo, hi := nw.start[row], nw.start[row+1]
	best, bestPriced := -1, math.Inf(1)
	for e := lo; e < hi; e++ {
		if nw.flow[e] > 0 && nw.room(row, e) && (best < 0 || nw.flow[e] > nw.flow[best]) {
			best = e
		}
	}
	if best < 0 {
		for e := lo; e < hi; e++ {
			if q := nw.priced(row, e); q < bestPriced && nw.room(row, e) {
				best, bestPriced = e, q
			}
		}
	}
	if best < 0 {
		best = lo
		for e := lo; e < hi; e++ {
			if nw.flow[e] > nw.flow[best] {
				best = e
			}
		}
	}
	nw.placed[nw.agent[best]] += nw.load[row]
	for e := nw.start[row]; e < nw.start[row+1]; e++ {
		to := 0.0
		if e == best {
			to = nw.load[row]
		}
		nw.excess[nw.agent[e]] += to - nw.flow[e]
		if nw.flow[e] > 0 {
			nw.doubt(nw.agent[e])
		}
		nw.flow[e] = to
	}
	nw.fixed[row] = true
}

// room reports whether the agent of entry e can take the row beside what is placed there.
func (nw *network) room(row, e int) bool {
	j := int(nw.agent[e])
	return j == nw.hub || nw.placed[j]+nw.load[row] <= nw.hi[j]
}

func (nw *network) priced(row, e int) float64 {
	return nw.cost[e] + float64(nw.load[row]*nw.price[nw.agent[e]])
}
