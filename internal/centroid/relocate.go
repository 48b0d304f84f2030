package centroid

import "math"

// relocate dissolves one cluster and splits another: the step of the random swap
// k-means of Fränti (2018), which takes a centre from where there are too many to
// where there are too few, past all the small steps in between that would make
// things worse. Of some clusters drawn it takes the ones that lose least and gain
// most. of may leave the limits.
func (p *Problem) relocate(of []int32, members [][]int32, rnd *random) bool {
	if p.K < 2 {
		return false
	}
	centers := make([]float64, p.K*p.Dim)
	for t := range p.K {
		p.center(members[t], centers[t*p.Dim:(t+1)*p.Dim])
	}
	const draws = 3
	split, gain, halves := int32(-1), math.Inf(-1), []bool(nil)
	for range draws {
		b := int32(rnd.below(p.K))
		if half, g := p.halve(members[b], rnd); half != nil && g > gain {
			split, gain, halves = b, g, half
		}
	}
	if split < 0 {
		return false
	}
	gone, loss, places := int32(-1), math.Inf(1), []int32(nil)
	for range draws {
		a := int32(rnd.below(p.K))
		if a == split {
			continue
		}
		if to, l := p.dissolve(members[a], a, centers); to != nil && l < loss {
			gone, loss, places = a, l, to
		}
	}
	if gone < 0 {
		return false
	}
	for k, i := range members[gone] {
		of[i] = places[k]
	}
	for k, i := range members[split] {
		if halves[k] {
			of[i] = gone
		}
	}
	return true
}

// center is the mean of the points, on the sphere the nearest point of the sphere.
func (p *Problem) center(points []int32, dst []float64) {
	if weight := meanOf(p, points, dst); p.Sphere {
		centerOf(p, dst, weight)
	}
}

// price is the cost of a point at a centre.
func (p *Problem) price(i int32, center []float64) float64 {
	switch {
	case !p.Squared:
		return float64(p.Weight[i] * far(p, i, center))
	case p.Sphere:
		return float64(float64(p.Weight[i]*radius2) * distance2(p.at(i), center))
	}
	return float64(p.Weight[i] * distance2(p.at(i), center))
}

// dissolve finds the nearest other cluster of each point of cluster a, and what
// going there costs. It is nil where a point may not leave.
func (p *Problem) dissolve(points []int32, a int32, centers []float64) ([]int32, float64) {
	to, loss := make([]int32, len(points)), 0.0
	for k, i := range points {
		if p.Locked != nil && p.Locked[i] {
			return nil, 0
		}
		best, at := math.Inf(1), int32(-1)
		for t := range int32(p.K) {
			if t == a || p.Allowed != nil && !p.Allowed(i, t) {
				continue
			}
			if c := distance2(p.at(i), centers[int(t)*p.Dim:][:p.Dim]); c < best {
				best, at = c, t
			}
		}
		if at < 0 {
			return nil, 0
		}
		to[k] = at
		loss += p.price(i, centers[int(at)*p.Dim:][:p.Dim]) - p.price(i, centers[int(a)*p.Dim:][:p.Dim])
	}
	return to, loss
}

// halve divides points by two centres and says how much less they cost then. It
// is nil where there is nothing to divide.
func (p *Problem) halve(points []int32, rnd *random) ([]bool, float64) {
	if len(points) < 2 {
		return nil, 0
	}
	whole := make([]float64, p.Dim)
	p.center(points, whole)
	before := 0.0
	for _, i := range points {
		before += p.price(i, whole)
	}
	// From a point, the one farthest from it, and the one farthest from that.
	farthest := func(from int32) int32 {
		best, at := -1.0, from
		for _, i := range points {
			if d := distance2(p.at(i), p.at(from)); d > best {
				best, at = d, i
			}
		}
		return at
	}
	one := farthest(points[rnd.below(len(points))])
	two := farthest(one)
	if one == two {
		return nil, 0
	}
	centers := [2][]float64{append([]float64(nil), p.at(one)...), append([]float64(nil), p.at(two)...)}
	half := make([]bool, len(points))
	var parts [2][]int32
	for range 6 {
		parts[0], parts[1] = parts[0][:0], parts[1][:0]
		for k, i := range points {
			half[k] = distance2(p.at(i), centers[1]) < distance2(p.at(i), centers[0]) && !(p.Locked != nil && p.Locked[i])
			g := 0
			if half[k] {
				g = 1
			}
			parts[g] = append(parts[g], i)
		}
		if len(parts[0]) == 0 || len(parts[1]) == 0 {
			return nil, 0
		}
		p.center(parts[0], centers[0])
		p.center(parts[1], centers[1])
	}
	after := 0.0
	for k, i := range points {
		if half[k] {
			after += p.price(i, centers[1])
		} else {
			after += p.price(i, centers[0])
		}
	}
	return half, before - after
}
