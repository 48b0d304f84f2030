package allocate

import "math"

// vertex makes the flow a vertex: as long as the split units and the agents
// that share them contain a cycle, load is pushed around it in the direction
// that does not cost, until a share vanishes. The shares then form a forest on
// s split units and m agents; each split unit has degree ≥ 2, so that
// 2s ≤ s + m - 1: at most m - 1 units are split (m where the dummy takes part).
func (nw *network) vertex() {
	for nw.cancelCycle() {
	}
}

// link is an edge of the forest: the row that both agents share.
type link struct {
	to          int32
	mine, other int32 // entries at this end and at the other
}

func (nw *network) cancelCycle() bool {
	forest := make([][]link, nw.hub+1)
	for _, row := range nw.split() {
		first := int32(-1)
		for e := int32(nw.start[row]); e < int32(nw.start[row+1]); e++ {
			if nw.flow[e] <= 0 {
				continue
			}
			if first < 0 {
				first = e
				continue
			}
			a, b := nw.agent[first], nw.agent[e]
			if path := connect(forest, b, a); path != nil {
				nw.rotate(append(path, link{to: b, mine: first, other: e}))
				return true
			}
			forest[a] = append(forest[a], link{b, first, e})
			forest[b] = append(forest[b], link{a, e, first})
		}
	}
	return false
}

// split lists the rows that several agents serve, ascending.
func (nw *network) split() []int {
	var rows []int
	for row := range nw.unit {
		shares := 0
		for e := nw.start[row]; e < nw.start[row+1]; e++ {
			if nw.flow[e] > 0 {
				shares++
			}
		}
		if shares > 1 {
			rows = append(rows, row)
		}
	}
	return rows
}

// connect is the path from a to b in the forest, nil if there is none.
func connect(forest [][]link, a, b int32) []link {
	type visit struct {
		node, parent int32
		by           link
	}
	queue := []visit{{node: a, parent: -1}}
	came := map[int32]int{a: 0}
	for k := 0; k < len(queue); k++ {
		if v := queue[k]; v.node == b {
			var path []link
			for q := k; queue[q].parent >= 0; q = int(queue[q].parent) {
				path = append(path, queue[q].by)
			}
			for l, r := 0, len(path)-1; l < r; l, r = l+1, r-1 {
				path[l], path[r] = path[r], path[l]
			}
			return path
		}
		for _, l := range forest[queue[k].node] {
			if _, ok := came[l.to]; !ok {
				came[l.to] = len(queue)
				queue = append(queue, visit{l.to, int32(k), l})
			}
		}
	}
	return nil
}

// rotate pushes load around a closed walk of links, each from entry mine to
// entry other, in the cheaper direction and as far as it goes.
func (nw *network) rotate(cycle []link) {
	var entries []int32 // in order of first use, so that sums have one order
	change := map[int32]float64{}
	add := func(e int32, x float64) {
		if _, ok := change[e]; !ok {
			entries = append(entries, e)
		}
		change[e] += x
	}
	for _, l := range cycle {
		add(l.mine, -1)
		add(l.other, 1)
	}
	row := func(e int32) int { // rows are few and long lists rare: search
		lo, hi := 0, len(nw.unit)
		for hi-lo > 1 {
			if mid := (lo + hi) / 2; nw.start[mid] <= int(e) {
				lo = mid
			} else {
				hi = mid
			}
		}
		return lo
	}
	cost := 0.0
	for _, e := range entries {
		cost += float64(change[e] * nw.cost[e] / nw.load[row(e)])
	}
	sign := 1.0
	if cost > 0 {
		sign = -1
	}
	amount, least := math.Inf(1), int32(-1)
	for _, e := range entries {
		if x := sign * change[e]; x < 0 && nw.flow[e]/-x < amount {
			amount, least = nw.flow[e]/-x, e
		}
	}
	for _, e := range entries {
		if change[e] == 0 {
			continue
		}
		had := nw.flow[e] > 0
		if nw.flow[e] += float64(sign * change[e] * amount); e == least || nw.flow[e] < 0 {
			nw.flow[e] = 0
			nw.doubt(nw.agent[e])
		}
		if !had && nw.flow[e] > 0 {
			nw.offer(row(e), int(e), true)
		}
	}
}
