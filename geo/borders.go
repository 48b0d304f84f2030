package geo

import "github.com/territory-go/territory/partition"

// border is an edge of a territory's outline, run along with the territory on
// the left.
type border struct {
	half  int32 // as in Coverage.halves
	rough bool  // areas of the territory overlap here, or the edge crosses others
}

func (b border) edge() int32 { return b.half >> 1 }

// borders lists the edges of the outlines of territories 0..k-1, edge by edge in
// ascending order; of gives the territory of an area, negative for none.
func (c *Coverage) borders(k int, of func(area int32) int32) [][]border {
	all := make([][]border, k)
	for e := range int32(len(c.ends)) {
		uses := c.along(e)
		if len(uses) == 2 && (uses[0]^uses[1])&1 == 1 { // one area on either side: nearly every edge inland
			t, u := of(uses[0]>>1), of(uses[1]>>1)
			if t == u {
				continue
			}
			rough := c.crossed(e)
			if t >= 0 {
				all[t] = append(all[t], border{e<<1 | uses[0]&1, rough})
			}
			if u >= 0 {
				all[u] = append(all[u], border{e<<1 | uses[1]&1, rough})
			}
			continue
		}
		c.crowd(e, uses, of, func(t int32, left, right int) {
			if left == right {
				return
			}
			half := e << 1
			if left < right {
				half++
			}
			all[t] = append(all[t], border{half, c.crossed(e) || left > 1 || right > 1})
		})
	}
	return all
}

// crowd calls visit for each territory along an edge with the number of its
// areas on the left and on the right. Of an area that runs along the edge
// several times, in both directions, only the surplus counts.
func (c *Coverage) crowd(e int32, uses []int32, of func(int32) int32, visit func(t int32, left, right int)) {
	for i, use := range uses {
		t := of(use >> 1)
		if t < 0 {
			continue
		}
		known := false
		for _, earlier := range uses[:i] {
			known = known || of(earlier>>1) == t
		}
		if known {
			continue
		}
		left, right := 0, 0
		for j := i; j < len(uses); {
			area, surplus := uses[j]>>1, 0
			for ; j < len(uses) && uses[j]>>1 == area; j++ {
				surplus += 1 - 2*int(uses[j]&1)
			}
			switch {
			case of(area) != t:
			case surplus > 0:
				left += surplus
			case surplus < 0:
				right -= surplus
			}
		}
		visit(t, left, right)
	}
}

// Perimeters is the length of the outline of every territory of a plan, holes
// included, as metric measures it (nil: [Geodesic]), without making its shape.
// Where areas of one territory overlap, parts of their borders that lie within
// the territory count as well. Unless metric is a [Plane], the cut at the
// antimeridian through a territory does not.
//
// The errors are those of [Coverage.Dissolve]. O(n) for n edges.
func (c *Coverage) Perimeters(plan partition.Assignment, metric Metric) ([]float64, error) {
	of, err := c.territories(plan)
	if err != nil {
		return nil, err
	}
	metric = orGeodesic(metric)
	length := make([]float64, plan.K())
	for t, borders := range c.borders(plan.K(), of) {
		for _, b := range borders {
			p, q := c.segment(b.edge())
			length[t] += metric.Distance(p, q)
		}
	}
	if degrees(metric) {
		for _, s := range c.seams() {
			east, west := c.along(s.east), c.along(s.west)
			if len(east) != 1 || len(west) != 1 {
				continue
			}
			if t := of(east[0] >> 1); t >= 0 && t == of(west[0]>>1) {
				length[t] = max(0, length[t]-2*s.length(metric))
			}
		}
	}
	return length, nil
}

// territories checks a plan and returns the territory of each area.
func (c *Coverage) territories(plan partition.Assignment) (func(area int32) int32, error) {
	var faults partition.Faults
	if plan == nil {
		faults.Add(partition.InputError{Field: "plan", Index: -1, Why: "is missing"}, nil)
		return nil, faults.Err()
	}
	if plan.Len() != c.Len() {
		faults.Add(partition.InputError{Field: "plan", Index: -1, Value: plan.Len(), Why: "is for another number of areas"}, nil)
		return nil, faults.Err()
	}
	of := make([]int32, plan.Len())
	for i := range of {
		t := plan.Of(i)
		if t < partition.Unassigned || t >= plan.K() {
			faults.Add(partition.InputError{Field: "plan", Index: i, Value: t, Why: "is no territory of the plan"}, nil)
		}
		of[i] = int32(t)
	}
	return func(area int32) int32 { return of[area] }, faults.Err()
}
