package geo

import (
	"math"
	"math/big"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/nearest"
)

// power makes the cells of a power diagram within a box, each by itself: the box
// is cut by the borders to other sites, chosen by asking for each corner which site
// is nearest by weight. As all questions are answered exactly, the cells fit
// together although none knows the others.
//
// By weight the nearest site is the nearest one in space to the corner, where site
// j stands at the height √(w_j - min w).
type power struct {
	sites   []orb.Point
	weights []float64
	box     orb.Bound

	scale    int // of numbers in the tree: a power of two
	lowest   float64
	tree     *nearest.Tree
	doubtful float64 // squares of distances in the tree closer than this may be in either order

	// Coordinates times 2^unit, and weights times 4^unit, are whole numbers.
	unit int
	x, y []*big.Int // of the sites
	norm []*big.Int // |s_j|² + w_j
	side [4]line
}

// line is {a·x + b·y + c = 0}, in whole units; what it bounds is where that is ≥ 0.
type line struct{ a, b, c *big.Int }

// corner is where two lines cross: (x/d, y/d) in units, d > 0. next is the line
// along which the cell goes on, counter-clockwise.
type corner struct {
	x, y, d *big.Int
	at      orb.Point
	next    line
	settled bool // no site is nearer by weight
}

func newPower(sites []orb.Point, weights []float64, box orb.Bound) *power {
	p := &power{sites: sites, weights: weights, box: box, lowest: math.Inf(1)}
	most, highest := 0.0, math.Inf(-1)
	least := math.MaxInt // exponent of the last binary digit
	digit := func(v float64, part int) {
		if v != 0 {
			_, e := math.Frexp(v)
			e -= 53
			if part == 2 {
				e = int(math.Floor(float64(e) / 2))
			}
			least = min(least, e)
		}
	}
	for _, s := range append([]orb.Point{box.Min, box.Max}, sites...) {
		for _, v := range s {
			most = max(most, math.Abs(v))
			digit(v, 1)
		}
	}
	for _, w := range weights {
		p.lowest, highest = min(p.lowest, w), max(highest, w)
		digit(w, 2)
	}
	p.unit = -min(least, 0)

	// Half of the difference of weights, which might overflow.
	_, p.scale = math.Frexp(max(most, math.Sqrt(float64(highest/2)-float64(p.lowest/2))))
	p.scale = -p.scale - 1
	x := make([]float64, 0, 3*len(sites))
	for j, s := range sites {
		height := math.Sqrt(float64(2 * p.scaled(p.scaled(float64(weights[j]/2)-float64(p.lowest/2)))))
		x = append(x, p.scaled(s[0]), p.scaled(s[1]), height)
	}
	p.tree = nearest.NewTree(x, 3)
	p.doubtful = 0x1p-44 // all coordinates are below 1

	for j, s := range sites {
		x, y := p.whole(s[0], 1), p.whole(s[1], 1)
		p.x, p.y = append(p.x, x), append(p.y, y)
		norm := p.whole(weights[j], 2)
		norm.Add(norm, new(big.Int).Mul(x, x))
		p.norm = append(p.norm, norm.Add(norm, new(big.Int).Mul(y, y)))
	}
	zero, one, minus := new(big.Int), big.NewInt(1), big.NewInt(-1)
	negative := func(v float64) *big.Int { n := p.whole(v, 1); return n.Neg(n) }
	p.side = [4]line{ // below, right, above, left
		{zero, one, negative(box.Min[1])},
		{minus, zero, p.whole(box.Max[0], 1)},
		{zero, minus, p.whole(box.Max[1], 1)},
		{one, zero, negative(box.Min[0])},
	}
	return p
}

func (p *power) scaled(v float64) float64 { return math.Ldexp(v, p.scale) }

// whole is v times the power of the unit.
func (p *power) whole(v float64, power int) *big.Int {
	i := new(big.Int)
	if v == 0 {
		return i
	}
	f, e := math.Frexp(v)
	i.SetInt64(int64(math.Ldexp(f, 53)))
	if e += power*p.unit - 53; e < 0 {
		return i.Rsh(i, uint(-e)) // nothing but zeros
	}
	return i.Lsh(i, uint(e))
}

// border is the line on whose positive side the location is nearer by weight to i than to j.
func (p *power) border(i, j int) line {
	a := new(big.Int).Sub(p.x[i], p.x[j])
	b := new(big.Int).Sub(p.y[i], p.y[j])
	return line{a.Lsh(a, 1), b.Lsh(b, 1), new(big.Int).Sub(p.norm[j], p.norm[i])}
}

// cross is the corner between two lines.
func (p *power) cross(l, m line) corner {
	minor := func(a, b, c, d *big.Int) *big.Int {
		x := new(big.Int).Mul(a, d)
		return x.Sub(x, new(big.Int).Mul(b, c))
	}
	c := corner{x: minor(l.b, l.c, m.b, m.c), y: minor(l.c, l.a, m.c, m.a), d: minor(l.a, l.b, m.a, m.b), next: m}
	if c.d.Sign() < 0 {
		c.x.Neg(c.x)
		c.y.Neg(c.y)
		c.d.Neg(c.d)
	}
	c.at = orb.Point{p.number(c.x, c.d), p.number(c.y, c.d)}
	return c
}

// number is n/d as a coordinate: the nearest floating-point number.
func (p *power) number(n, d *big.Int) float64 {
	if n.Sign() == 0 {
		return 0
	}
	// Enough binary digits that a second rounding does nothing, unless the number lies
	// midway between two; then it is the same for every cell all the same.
	q := new(big.Float).SetPrec(200).Quo(new(big.Float).SetInt(n), new(big.Float).SetInt(d))
	v, _ := q.SetMantExp(q, -p.unit).Float64()
	return v
}

// beyond reports whether the corner lies on the negative side of the line.
func (c *corner) beyond(l line) bool {
	sum := new(big.Int).Mul(l.a, c.x)
	sum.Add(sum, new(big.Int).Mul(l.b, c.y))
	return sum.Add(sum, new(big.Int).Mul(l.c, c.d)).Sign() < 0
}

// cell is the cell of site i within the box; nil where it is empty.
func (p *power) cell(i int) orb.Ring {
	var heap nearest.Heap
	corners := make([]corner, 4)
	for k := range corners {
		corners[k] = p.cross(p.side[(k+3)%4], p.side[k])
	}
	for k := 0; k < len(corners); k++ {
		if corners[k].settled {
			continue
		}
		clipped := false
		for _, j := range p.rivals(&heap, corners[k].at) {
			if int(j) == i {
				continue
			}
			l := p.border(i, int(j))
			if l.a.Sign() == 0 && l.b.Sign() == 0 {
				if l.c.Sign() < 0 || l.c.Sign() == 0 && int(j) < i {
					return nil // in the same place
				}
				continue
			}
			if corners[k].beyond(l) {
				if corners = p.clip(corners, l); corners == nil {
					return nil
				}
				clipped = true
				break
			}
		}
		if clipped {
			k = -1 // corners have new places; those that are settled stay so
		} else {
			corners[k].settled = true
		}
	}
	points := make([]orb.Point, len(corners))
	for k, c := range corners {
		points[k] = c.at
	}
	return ringOf(points)
}

// rivals lists the sites of which one may be nearest by weight to the location:
// the nearest few, or all if these do not tell.
func (p *power) rivals(heap *nearest.Heap, at orb.Point) []int32 {
	const few = 8
	heap.Reset(few)
	x := [3]float64{p.scaled(at[0]), p.scaled(at[1]), 0}
	p.tree.Search(heap, x[:], -1, math.MaxInt)
	near := heap.Sorted()
	found := heap.Found
	if len(found) < few || found[few-1].Distance > found[0].Distance+p.doubtful {
		return near
	}
	all := make([]int32, len(p.sites))
	for j := range all {
		all[j] = int32(j)
	}
	return all
}

// clip cuts off what lies beyond a line. The corners beyond it follow each other,
// as the cell is convex; at least one lies beyond. nil: all do.
func (p *power) clip(corners []corner, l line) []corner {
	n := len(corners)
	beyond := make([]bool, n)
	first := -1 // the first corner beyond the line after one that is not
	for k := range corners {
		beyond[k] = corners[k].beyond(l)
	}
	for k := range corners {
		if beyond[k] && !beyond[(k+n-1)%n] {
			first = k
		}
	}
	if first < 0 {
		return nil
	}
	last := first
	for beyond[(last+1)%n] {
		last = (last + 1) % n
	}
	kept := []corner{p.cross(corners[(first+n-1)%n].next, l), p.cross(l, corners[last].next)}
	for k := (last + 1) % n; k != first; k = (k + 1) % n {
		kept = append(kept, corners[k])
	}
	return kept
}
