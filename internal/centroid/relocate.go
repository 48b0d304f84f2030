package centroid

import (
	"math"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/splitmix"
)

// relocate dissolves one cluster and splits another: the step of the random swap
// k-means of Fränti (2018), which takes a centre from where there are too many to
// where there are too few, past all the small steps in between that would make
// things worse. of may leave the limits.
func (p *Problem) relocate(of []int32, members [][]int32, rnd *splitmix.Source) bool {
	centers := make([]float64, p.K*p.Dim)
	for t := range p.K {
		p.center(members[t], centers[t*p.Dim:(t+1)*p.Dim])
	}
	gone, split, where := p.draw(members, centers, 1+rnd.Below(4), rnd)
	if gone < 0 {
		return false
	}
	places, _ := p.dissolve(members[gone], gone, centers)
	for k, i := range members[gone] {
		of[i] = places[k]
	}
	for _, i := range members[split] {
		if nearest.Distance2(p.at(i), where[1]) < nearest.Distance2(p.at(i), where[0]) && p.free(i, gone) {
			of[i] = gone
		}
	}
	return true
}

// free reports whether the point may leave its cluster for this one.
func (p *Problem) free(i, to int32) bool {
	return !p.locked(i) && (p.Allowed == nil || p.Allowed(i, to))
}

// draw chooses a cluster to dissolve and one to split, of some clusters drawn
// those that lose least and gain most, and the two centres of the latter; gone < 0:
// there are none.
func (p *Problem) draw(members [][]int32, centers []float64, draws int, rnd *splitmix.Source) (gone, split int32, where [2][]float64) {
	gone, split = -1, -1
	gain, loss := math.Inf(-1), math.Inf(1)
	for range draws {
		b := int32(rnd.Below(p.K))
		if w, g := p.halve(members[b], rnd); w[0] != nil && g > gain {
			split, gain, where = b, g, w
		}
	}
	if split < 0 {
		return -1, -1, where
	}
	for range draws {
		a := int32(rnd.Below(p.K))
		if a == split {
			continue
		}
		if to, l := p.dissolve(members[a], a, centers); to != nil && l < loss {
			gone, loss = a, l
		}
	}
	return gone, split, where
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
		return float64(float64(p.Weight[i]*radius2) * nearest.Distance2(p.at(i), center))
	}
	return float64(p.Weight[i] * nearest.Distance2(p.at(i), center))
}

// dissolve finds the nearest other cluster of each point of cluster a, and what
// going there costs. It is nil where a point may not leave.
func (p *Problem) dissolve(points []int32, a int32, centers []float64) ([]int32, float64) {
	to, loss := make([]int32, len(points)), 0.0
	for k, i := range points {
		if p.locked(i) {
			return nil, 0
		}
		at := p.closest(i, centers, func(t int32) bool { return t != a })
		if at < 0 {
			return nil, 0
		}
		to[k] = at
		loss += p.price(i, centers[int(at)*p.Dim:][:p.Dim]) - p.price(i, centers[int(a)*p.Dim:][:p.Dim])
	}
	return to, loss
}

// halve finds two centres for the points and says how much less they cost then;
// there are none where there is nothing to divide.
func (p *Problem) halve(points []int32, rnd *splitmix.Source) (centers [2][]float64, gain float64) {
	if len(points) < 2 {
		return centers, 0
	}
	whole := make([]float64, p.Dim)
	p.center(points, whole)
	for _, i := range points {
		gain += p.price(i, whole)
	}
	// From a point, the one farthest from it, and the one farthest from that.
	farthest := func(from int32) int32 {
		best, at := -1.0, from
		for _, i := range points {
			if d := nearest.Distance2(p.at(i), p.at(from)); d > best {
				best, at = d, i
			}
		}
		return at
	}
	one := farthest(points[rnd.Below(len(points))])
	two := farthest(one)
	if nearest.Distance2(p.at(one), p.at(two)) == 0 {
		return centers, 0
	}
	trial := [2][]float64{append([]float64(nil), p.at(one)...), append([]float64(nil), p.at(two)...)}
	var parts [2][]int32
	for range 6 {
		parts[0], parts[1] = parts[0][:0], parts[1][:0]
		for _, i := range points {
			g := 0
			if nearest.Distance2(p.at(i), trial[1]) < nearest.Distance2(p.at(i), trial[0]) {
				g = 1
			}
			parts[g] = append(parts[g], i)
		}
		if len(parts[0]) == 0 || len(parts[1]) == 0 {
			return centers, 0
		}
		p.center(parts[0], trial[0])
		p.center(parts[1], trial[1])
	}
	for g := range parts {
		for _, i := range parts[g] {
			gain -= p.price(i, trial[g])
		}
	}
	return trial, gain
}
