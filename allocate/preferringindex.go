package allocate

import (
	"math"
	"slices"
)

// preferredIndex searches costs with wishes at fixed prices. A wish touches few
// agents of a unit, which are looked at one by one; all others have the same
// addition, so that the costs' own search finds the best of them.
type preferredIndex struct {
	w     *indexedPreferred
	index Index
	price [][]float64
	steep []float64 // largest |price| per measure
}

// Find appends the agents within slack of the best; see [Index].
func (x *preferredIndex) Find(
	dst []Candidate, unit int, load []float64, slack float64, allowed func(agent int) bool,
) []Candidate {
	special, _ := x.w.term.row(unit)
	o := x.w.incumbent(unit)
	from := len(dst)
	usual := func(j int) bool {
		_, is := slices.BinarySearch(special, int32(j))
		return !is && j != o && (allowed == nil || allowed(j))
	}
	if len(special) == 0 && o < 0 {
		return x.index.Find(dst, unit, load, slack, allowed)
	}
	// The addition is rounded: the search reaches a little farther than it must,
	// and what it finds is computed anew.
	dst = x.index.Find(dst, unit, load, 0, usual)
	if len(dst) > from {
		reach := slack + x.margin(dst[from], slack, unit, load)
		dst = x.index.Find(dst[:from], unit, load, reach, usual)
	}
	found := from
	for _, c := range dst[from:] {
		if c = x.candidate(c.Agent, c.Cost, unit, load); !math.IsInf(c.Cost, 1) {
			dst[found] = c
			found++
		}
	}
	dst = dst[:found]
	one := func(j int) {
		if allowed != nil && !allowed(j) {
			return
		}
		if c := x.candidate(j, x.w.inner.At(unit, j), unit, load); !math.IsInf(c.Cost, 1) {
			dst = append(dst, c)
		}
	}
	for _, j := range special {
		one(int(j))
	}
	if _, is := slices.BinarySearch(special, int32(o)); o >= 0 && !is {
		one(o)
	}
	best := math.Inf(1)
	for _, c := range dst[from:] {
		best = math.Min(best, c.Priced)
	}
	kept := sortWithin(dst[from:], best+math.Max(slack, 0))
	return dst[:from+len(kept)]
}

// candidate is the agent with the wish added to its cost.
func (x *preferredIndex) candidate(j int, cost float64, unit int, load []float64) Candidate {
	c := Candidate{Agent: j, Cost: x.w.wish(cost, unit, j)}
	c.Priced = c.Cost
	for r, a := range load {
		c.Priced += float64(a * x.price[r][j])
	}
	return c
}

// margin is more than rounding can change the difference of two priced costs by,
// when the same number is added to both.
func (x *preferredIndex) margin(best Candidate, slack float64, unit int, load []float64) float64 {
	size := math.Abs(best.Cost) + math.Abs(slack)
	for r, a := range load {
		size += 2 * float64(a*x.steep[r])
	}
	if s := x.w.p.Switching; x.w.incumbent(unit) >= 0 && !math.IsInf(s[unit], 1) {
		size += s[unit]
	}
	return 1e-14 * size * float64(4+len(load))
}
