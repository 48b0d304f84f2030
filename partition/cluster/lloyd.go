package cluster

import (
	"context"
	"math"

	"github.com/territory-go/territory/internal/parallel"
)

// lloyd is k-means under way: a clustering, its centres, and bounds on distances
// that tell which points need not be looked at.
type lloyd struct {
	n, k, dim int
	x         []float64 // dim per point
	w         []float64

	id    []int32   // per point its number to the caller; nil: the same
	of    []int32   // per point its cluster
	upper []float64 // not less than the distance of the point from its own centre
	lower []float64 // not more than the distance of the point from any other centre

	center []float64 // dim per cluster
	sums
	gone []float64 // weight that has left since the sums were taken anew
	age  int       // rounds since then

	near  neighbors
	move  []float64 // how far each centre has moved, rounded up
	drift []drift   // per cluster, what the moves mean for its points

	bunches []bunched

	moved []int32   // points that changed in a round, block by block
	from  []int32   // and where they were
	parts []float64 // a sum per block
	ends  []int32   // per block, how many of moved

	slack float64 // 1 + a few roundings of a distance
	left  int     // rounds allowed
	total int     // rounds done
}

// block is the number of points that are dealt with together: fixed, so that the
// order of every summation is.
const block = 2048

func blocks(n int) int { return (n + block - 1) / block }

// newLloyd takes dim numbers of x per point and, where w is not nil, a weight.
func newLloyd(x []float64, dim int, w []float64, k int) *lloyd {
	n := len(x) / dim
	s := &lloyd{
		n: n, k: k, dim: dim, x: x, w: w,
		of: make([]int32, n), upper: make([]float64, n), lower: make([]float64, n),
		center: make([]float64, k*dim), sums: newSums(k, dim),
		gone: make([]float64, k),
		move: make([]float64, k), drift: make([]drift, k),
		bunches: make([]bunched, (n+bunch-1)/bunch),
		moved:   make([]int32, n), from: make([]int32, n),
		parts: make([]float64, blocks(n)), ends: make([]int32, blocks(n)),
		slack: 1 + float64(float64(dim+8)*0x1p-52),
	}
	if s.w == nil {
		s.w = make([]float64, n)
		for i := range s.w {
			s.w[i] = 1
		}
	}
	s.near.init(k, dim)
	return s
}

func (s *lloyd) at(i int32) []float64 { return s.x[int(i)*s.dim : (int(i)+1)*s.dim] }

func (s *lloyd) mid(t int32) []float64 { return s.center[int(t)*s.dim : (int(t)+1)*s.dim] }

// apart2 is the square of the distance of a point from a centre.
func (s *lloyd) apart2(i, t int32) float64 {
	if s.dim == 2 {
		a, b := s.x[2*i]-s.center[2*t], s.x[2*i+1]-s.center[2*t+1]
		return float64(a*a) + float64(b*b)
	}
	return square(s.at(i), s.mid(t))
}

// square is that of the distance of two points. It adds up in four parts, which do not
// wait for each other.
func square(a, b []float64) float64 {
	b = b[:len(a)]
	p, q, r, s, d := 0.0, 0.0, 0.0, 0.0, 0
	for ; d < len(a)-3; d += 4 {
		w, x, y, z := a[d]-b[d], a[d+1]-b[d+1], a[d+2]-b[d+2], a[d+3]-b[d+3]
		p += float64(w * w)
		q += float64(x * x)
		r += float64(y * y)
		s += float64(z * z)
	}
	for ; d < len(a); d++ {
		x := a[d] - b[d]
		p += float64(x * x)
	}
	return p + q + (r + s)
}

// descend is Lloyd's algorithm: rounds until no more than so many points change.
func (s *lloyd) descend(ctx context.Context, still int) {
	for s.left > 0 && ctx.Err() == nil {
		s.left--
		s.total++
		fresh := s.step()
		changed := s.assign()
		if changed <= still && (fresh || still > 0) {
			return
		}
		if changed == 0 {
			s.age = tallied // so that the means are exact when nothing moves any more
		}
	}
}

// tallied is the number of rounds that sums are kept up by differences.
const tallied = 32

// begin gives every point to the nearest of the centres of another one.
func (s *lloyd) begin(o *lloyd) {
	copy(s.center, o.center)
	clear(s.of)
	clear(s.lower)
	for i := range s.upper {
		s.upper[i] = math.Inf(1)
	}
	clear(s.move)
	s.forget()
	s.arrange()
	s.assign()
	if s.id == nil {
		s.group()
	}
	s.tally()
}

// step moves the centres to the means. It reports whether their sums were taken anew.
func (s *lloyd) step() (fresh bool) {
	stale := s.age >= tallied
	for t := range s.k {
		// What is left of a difference of large numbers is mostly their roundings.
		stale = stale || s.gone[t] > 1000*s.weight[t]
	}
	if stale {
		s.tally()
	}
	for t := int32(0); int(t) < s.k; t++ {
		if s.count[t] == 0 {
			s.revive(t)
		}
	}
	s.age++
	for t := range int32(s.k) {
		c, sum, d2 := s.mid(t), s.sum[int(t)*s.dim:], 0.0
		for d := range c {
			to := sum[d] / s.weight[t]
			gap := to - c[d]
			d2 += float64(gap * gap)
			c[d] = to
		}
		s.move[t] = math.Sqrt(d2) * s.slack
	}
	s.arrange()
	return s.age == 1
}

// sums is what the means of clusters are made of.
type sums struct {
	sum    []float64 // of the weighted points, dim per cluster
	weight []float64 // per cluster
	count  []int32   // points of positive weight per cluster
}

func newSums(k, dim int) sums {
	return sums{sum: make([]float64, k*dim), weight: make([]float64, k), count: make([]int32, k)}
}

// tally takes the sums of all clusters anew: those of some stretches of the points, as many
// as pay, and of these.
func (s *lloyd) tally() {
	clear(s.sum)
	clear(s.weight)
	clear(s.count)
	clear(s.gone)
	s.age = 0
	stretches := max(1, min(16, s.n/max(block, 8*s.k)))
	if stretches == 1 {
		for i, t := range s.of {
			s.join(int32(i), t)
		}
		return
	}
	part := make([]sums, stretches)
	parallel.For(stretches, func(b int) {
		part[b] = newSums(s.k, s.dim)
		for i := s.n / stretches * b; i < s.n && (i < s.n/stretches*(b+1) || b+1 == stretches); i++ {
			s.add(&part[b], int32(i), s.of[i])
		}
	})
	for _, p := range part {
		for t := range s.k {
			s.weight[t] += p.weight[t]
			s.count[t] += p.count[t]
		}
		for d, x := range p.sum {
			s.sum[d] += x
		}
	}
}

func (s *lloyd) join(i, t int32) { s.add(&s.sums, i, t) }

func (s *lloyd) add(to *sums, i, t int32) {
	w := s.w[i]
	if w == 0 {
		return
	}
	to.count[t]++
	to.weight[t] += w
	sum := to.sum[int(t)*s.dim : (int(t)+1)*s.dim]
	for d, x := range s.at(i) {
		sum[d] += float64(w * x)
	}
}

func (s *lloyd) leave(i, t int32) {
	w := s.w[i]
	if w == 0 {
		return
	}
	s.count[t]--
	s.weight[t] -= w
	s.gone[t] += w
	sum := s.sum[int(t)*s.dim:]
	for d, x := range s.at(i) {
		sum[d] -= float64(w * x)
	}
}

// revive gives an empty cluster the point that costs most where it is.
func (s *lloyd) revive(t int32) {
	worst, most := int32(-1), -1.0
	for i := range int32(s.n) {
		if cost := float64(s.w[i] * s.apart2(i, s.of[i])); s.w[i] > 0 && s.count[s.of[i]] > 1 && cost > most {
			worst, most = i, cost
		}
	}
	s.disband(int(worst) / bunch)
	s.of[worst], s.upper[worst], s.lower[worst] = t, math.Inf(1), 0
	s.tally()
}

// cost is the sum of squares about the centres as they are, and makes the upper bounds
// exact.
func (s *lloyd) cost() float64 {
	parallel.For(blocks(s.n), func(b int) {
		sum := 0.0
		for g := b * block / bunch; g*bunch < min(s.n, (b+1)*block); g++ {
			s.disband(g)
			for i := int32(g * bunch); i < int32(min(s.n, (g+1)*bunch)); i++ {
				d2 := s.apart2(i, s.of[i])
				s.upper[i] = math.Sqrt(d2) * s.slack
				sum += float64(s.w[i] * d2)
			}
			s.tighten(g)
		}
		s.parts[b] = sum
	})
	cost := 0.0
	for _, c := range s.parts {
		cost += c
	}
	return cost
}

// means are the means of a clustering and the sum of squares about them.
func (s *lloyd) means(of []int32) (centers [][]float64, squares float64) {
	copy(s.of, of)
	for at, i := range s.id {
		s.of[at] = of[i]
	}
	s.tally()
	centers = make([][]float64, s.k)
	for t := range centers {
		if centers[t] = s.mid(int32(t)); s.count[t] == 0 {
			s.plain(int32(t))
			continue
		}
		for d := range centers[t] {
			centers[t][d] = s.sum[t*s.dim+d] / s.weight[t]
		}
	}
	return centers, s.cost()
}

// plain puts the centre of a cluster without weight where its points are on average.
func (s *lloyd) plain(t int32) {
	c, n := s.mid(t), 0
	clear(c)
	for i, of := range s.of {
		if of == t {
			n++
			for d, x := range s.at(int32(i)) {
				c[d] += (x - c[d]) / float64(n)
			}
		}
	}
}
