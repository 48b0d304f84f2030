package centroid

import (
	"cmp"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/splitmix"
)

// start is an assignment to begin with: centres spread over the points, then a
// few rounds in which every point goes to the nearest centre that has room and
// every centre to its mean. It keeps locks and what is allowed; limits as far as
// that is easy. of holds the locked points, whatever else is in it.
func (p *Problem) start(rnd *splitmix.Source, locked []int32, cancelled func() bool) []int32 {
	n := p.Len()
	centers := p.layout(rnd, cancelled)
	p.pin(centers, locked)
	of := make([]int32, n)
	members := make([][]int32, p.K)
	for round := 0; ; round++ {
		p.settle(of, locked, centers)
		p.fill(of, centers)
		if round == startRounds || cancelled() {
			return of
		}
		for t := range members {
			members[t] = members[t][:0]
		}
		for i, t := range of {
			members[t] = append(members[t], int32(i))
		}
		for t := range p.K {
			p.center(members[t], centers[t*p.Dim:(t+1)*p.Dim])
		}
	}
}

// startRounds is the number of times that centres move to their means.
const startRounds = 8

// pin lets every cluster that has locked points begin at their mean.
func (p *Problem) pin(centers []float64, locked []int32) {
	if p.Locked == nil {
		return
	}
	held := make([][]int32, p.K)
	for i, t := range locked {
		if p.Locked[i] {
			held[t] = append(held[t], int32(i))
		}
	}
	for t := range p.K {
		if len(held[t]) > 0 {
			p.center(held[t], centers[t*p.Dim:(t+1)*p.Dim])
		}
	}
}

// wish is a point that would have to leave a cluster, and what that costs for
// each unit of its load.
type wish struct {
	point, to int32
	cost      float64
}

// settle gives every point to its nearest centre; then, measure by measure, the
// clusters that are too full give away points to others with room, the cheapest
// ones first.
func (p *Problem) settle(of, locked []int32, centers []float64) {
	n := p.Len()
	p.assign(of, centers, nil)
	for i := range int32(n) {
		switch {
		case p.locked(i):
			of[i] = locked[i]
		case p.Allowed != nil && !p.Allowed(i, of[i]):
			of[i] = p.closest(i, centers, nil)
		}
	}
	r := len(p.Value)
	load := make([]float64, p.K*r)
	for q, value := range p.Value {
		for i, t := range of {
			load[int(t)*r+q] += value[i]
		}
	}
	take := func(i, to int32) {
		for q, value := range p.Value {
			load[int(of[i])*r+q] -= value[i]
			load[int(to)*r+q] += value[i]
		}
		of[i] = to
	}
	// fits says that the point can join the cluster without breaking an upper limit.
	fits := func(i, to int32) bool {
		for q, value := range p.Value {
			if load[int(to)*r+q]+value[i] > p.Upper[q][to]+rounding {
				return false
			}
		}
		return true
	}
	for q, value := range p.Value {
		var wishes []wish
		for i := range int32(n) {
			t := of[i]
			if load[int(t)*r+q] <= p.Upper[q][t]+rounding || value[i] <= 0 || p.locked(i) {
				continue
			}
			if to := p.closest(i, centers, func(o int32) bool { return o != t && fits(i, o) }); to >= 0 {
				more := p.price(i, centers[int(to)*p.Dim:][:p.Dim]) - p.price(i, centers[int(t)*p.Dim:][:p.Dim])
				wishes = append(wishes, wish{i, to, more / value[i]})
			}
		}
		slices.SortFunc(wishes, func(a, b wish) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.point, b.point)) })
		for _, w := range wishes {
			t := of[w.point]
			if load[int(t)*r+q] <= p.Upper[q][t]+rounding {
				continue
			}
			if !fits(w.point, w.to) {
				if w.to = p.closest(w.point, centers, func(o int32) bool { return o != t && fits(w.point, o) }); w.to < 0 {
					continue
				}
			}
			take(w.point, w.to)
		}
	}
}

// closest is the allowed cluster whose centre is nearest to the point, among those
// that ok accepts; -1: none.
func (p *Problem) closest(i int32, centers []float64, ok func(t int32) bool) int32 {
	best, at := math.Inf(1), int32(-1)
	x := p.at(i)
	if p.Dim == 2 && ok == nil && p.Allowed == nil {
		for t := range p.K {
			dx, dy := x[0]-centers[2*t], x[1]-centers[2*t+1]
			if d := float64(dx*dx) + float64(dy*dy); d < best {
				best, at = d, int32(t)
			}
		}
		return at
	}
	for t := range int32(p.K) {
		d := nearest.Distance2(x, centers[int(t)*p.Dim:][:p.Dim])
		if d < best && (p.Allowed == nil || p.Allowed(i, t)) && (ok == nil || ok(t)) {
			best, at = d, t
		}
	}
	return at
}

// fill gives every empty cluster a point of another one: the dearest that may go.
func (p *Problem) fill(of []int32, centers []float64) {
	size := make([]int, p.K)
	for _, t := range of {
		size[t]++
	}
	for t := range int32(p.K) {
		if size[t] > 0 {
			continue
		}
		best, at := -1.0, int32(-1)
		for i, from := range of {
			i := int32(i)
			if size[from] < 2 || !p.free(i, t) {
				continue
			}
			if c := p.price(i, centers[int(from)*p.Dim:][:p.Dim]); c > best {
				best, at = c, i
			}
		}
		if at >= 0 {
			size[of[at]]--
			size[t]++
			of[at] = t
		}
	}
}
