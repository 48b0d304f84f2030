package cluster

import (
	"cmp"
	"math"
	"slices"

	"github.com/territory-go/territory/internal/sphere"
)

// face is a part seen from where its lines are drawn: in a plane, or on the
// sphere from above its middle.
type face struct {
	units []int32
	u, v  []float64 // in the plane
	up    []float64 // on the sphere: towards the middle of the part; else nil
}

// allAround are unit vectors that divide the half circle evenly.
func allAround(count int) [][2]float64 {
	d := make([][2]float64, count)
	for j := range d {
		d[j][1], d[j][0] = sphere.SinCos(180 * float64(j) / float64(count))
	}
	return d
}

// key orders the units of a face along a direction. On the sphere it grows with
// the angle at which the unit is seen about the axis across the direction, so
// that a line, all units of one key, is half a great circle.
func (f *face) key(at int, direction [2]float64) float64 {
	s := float64(f.u[at]*direction[0]) + float64(f.v[at]*direction[1])
	if f.up == nil {
		return s
	}
	c := f.up[at]
	size := math.Abs(s) + math.Abs(c)
	switch {
	case size == 0:
		return 0
	case c >= 0:
		return s / size // -1..1, as the angle goes from -90 to 90 degrees
	case s >= 0:
		return 2 - s/size
	}
	return -2 - s/size
}

// sides are the units before and behind a cut, ascending; those first that the
// first territories get.
func (f *face) sides(c sectorCut, direction [2]float64) (first, second []int32) {
	low, high := make([]int32, 0, c.low), make([]int32, 0, len(f.units)-c.low)
	for at, i := range f.units {
		if k := f.key(at, direction); k < c.key || k == c.key && i <= c.last {
			low = append(low, i)
		} else {
			high = append(high, i)
		}
	}
	if c.flipped {
		return high, low
	}
	return low, high
}

// face is the view of a part.
func (g *terrain) face(units []int32) *face {
	f := &face{units: units, u: make([]float64, len(units)), v: make([]float64, len(units))}
	switch {
	case g.sphere:
		g.above(f)
	case g.dim == 1:
		for at, i := range units {
			f.u[at] = g.x[i]
		}
	case g.dim == 2:
		for at, i := range units {
			f.u[at], f.v[at] = g.x[2*i], g.x[2*i+1]
		}
	default:
		first, second := g.principal(units)
		for at, i := range units {
			f.u[at], f.v[at] = dot(g.coordinates(i), first), dot(g.coordinates(i), second)
		}
	}
	return f
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for d, x := range a {
		sum += float64(x * b[d])
	}
	return sum
}

// above sees a part of the sphere from above its middle.
func (g *terrain) above(f *face) {
	var m [3]float64
	for _, i := range f.units {
		for d, x := range g.coordinates(i) {
			m[d] += x
		}
	}
	up, ok := normal(m)
	if !ok {
		up = [3]float64{1, 0, 0} // the units face each other: anywhere will do
	}
	flat := 0 // the axis most across
	for d := range up {
		if math.Abs(up[d]) < math.Abs(up[flat]) {
			flat = d
		}
	}
	var axis [3]float64
	axis[flat] = 1
	east, _ := normal(vector(axis, up))
	north := vector(up, east)
	f.up = make([]float64, len(f.units))
	for at, i := range f.units {
		x := g.coordinates(i)
		f.u[at], f.v[at], f.up[at] = dot(x, east[:]), dot(x, north[:]), dot(x, up[:])
	}
}

func normal(a [3]float64) ([3]float64, bool) {
	length := math.Sqrt(dot(a[:], a[:]))
	if !(length > 1e-9) {
		return a, false
	}
	return [3]float64{a[0] / length, a[1] / length, a[2] / length}, true
}

// vector is the vector product.
func vector(a, b [3]float64) [3]float64 {
	return [3]float64{
		float64(a[1]*b[2]) - float64(a[2]*b[1]),
		float64(a[2]*b[0]) - float64(a[0]*b[2]),
		float64(a[0]*b[1]) - float64(a[1]*b[0]),
	}
}

const (
	principalSample = 4096 // units that principal axes are taken of
	principalRounds = 24
)

// principal are the two axes along which a part is widest, about: orthogonal
// iteration on the covariance of evenly spaced units.
func (g *terrain) principal(units []int32) (first, second []float64) {
	step := max(1, len(units)/principalSample)
	mean := make([]float64, g.dim)
	sampled := 0
	for at := 0; at < len(units); at += step {
		sampled++
		for d, x := range g.coordinates(units[at]) {
			mean[d] += x
		}
	}
	for d := range mean {
		mean[d] /= float64(sampled)
	}
	spread := make([]float64, g.dim)
	order := make([]int, g.dim)
	for at := 0; at < len(units); at += step {
		for d, x := range g.coordinates(units[at]) {
			spread[d] += float64((x - mean[d]) * (x - mean[d]))
		}
	}
	for d := range order {
		order[d] = d
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(spread[b], spread[a]) })
	// The axes of the coordinates that spread most are a start, and remain where
	// there is nothing else.
	axes := [2][]float64{make([]float64, g.dim), make([]float64, g.dim)}
	axes[0][order[0]], axes[1][order[1]] = 1, 1
	next := [2][]float64{make([]float64, g.dim), make([]float64, g.dim)}
	gap := make([]float64, g.dim)
	for range principalRounds {
		clear(next[0])
		clear(next[1])
		for at := 0; at < len(units); at += step {
			for d, x := range g.coordinates(units[at]) {
				gap[d] = x - mean[d]
			}
			for a := range axes {
				along := dot(gap, axes[a])
				for d, x := range gap {
					next[a][d] += float64(along * x)
				}
			}
		}
		if !unitLength(next[0]) {
			break
		}
		back := dot(next[0], next[1])
		for d := range next[1] {
			next[1][d] -= float64(back * next[0][d])
		}
		if !unitLength(next[1]) {
			break
		}
		axes, next = next, axes
	}
	return axes[0], axes[1]
}

// unitLength scales a vector to 1, unless it has no direction.
func unitLength(a []float64) bool {
	most := 0.0
	for _, x := range a {
		most = math.Max(most, math.Abs(x))
	}
	if !(most > 0) {
		return false
	}
	for d := range a {
		a[d] /= most
	}
	length := math.Sqrt(dot(a, a))
	for d := range a {
		a[d] /= length
	}
	return true
}
