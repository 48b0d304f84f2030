package overlay

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

func random(r *rand.Rand, span int64) point {
	return point{r.Int64N(2*span+1) - span, r.Int64N(2*span+1) - span}
}

// ordered are two different points, the lower one first.
func ordered(r *rand.Rand, span int64) (a, b point) {
	for a == b {
		a, b = random(r, span), random(r, span)
	}
	if a.compare(b) > 0 {
		a, b = b, a
	}
	return a, b
}

var everywhere = cell{math.MinInt64 / 4, math.MinInt64 / 4, math.MaxInt64 / 4, math.MaxInt64 / 4}

func rat(v int64) *big.Rat { return new(big.Rat).SetInt64(v) }

// det is the cross product of b-a and c-a.
func det(a, b, c [2]*big.Rat) *big.Rat {
	sub := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }
	l := sub(b[0], a[0])
	l.Mul(l, sub(c[1], a[1]))
	r := sub(b[1], a[1])
	return l.Sub(l, r.Mul(r, sub(c[0], a[0])))
}

func rats(p point) [2]*big.Rat { return [2]*big.Rat{rat(p.x), rat(p.y)} }

func TestSideIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, span := range []int64{2, 1000, 1 << 53} {
		for range 2000 {
			a, b, c := random(r, span), random(r, span), random(r, span)
			if span == 1<<53 && r.IntN(2) == 0 { // nearly on the line
				a, b = point{-span, -span + r.Int64N(3)}, point{span, span - r.Int64N(3)}
				x := r.Int64N(span)
				c = point{x, x + r.Int64N(3) - 1}
			}
			require.Equal(t, det(rats(a), rats(b), rats(c)).Sign(), side(a, b, c))
		}
	}
}

// The pixel of a crossing is that of the exact point, on the limit of the grid too.
func TestCrossingsAreRounded(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	half := big.NewRat(1, 2)
	round := func(v *big.Rat) int64 { // ⌊v + ½⌋
		v = new(big.Rat).Add(v, half)
		return new(big.Int).Div(v.Num(), v.Denom()).Int64()
	}
	found := 0
	for _, span := range []int64{3, 1000, 1 << 53} {
		for range 2000 {
			a, b := ordered(r, span)
			c, d := ordered(r, span)
			s, e := det(rats(a), rats(b), rats(c)), det(rats(a), rats(b), rats(d))
			u, v := det(rats(c), rats(d), rats(a)), det(rats(c), rats(d), rats(b))
			at, ok := everywhere.crossing(a, b, c, d)
			require.Equal(t, s.Sign()*e.Sign() < 0 && u.Sign()*v.Sign() < 0, ok)
			if !ok {
				continue
			}
			found++
			part := new(big.Rat).Quo(u, new(big.Rat).Sub(u, v))
			x, y := new(big.Rat).Mul(part, rat(b.x-a.x)), new(big.Rat).Mul(part, rat(b.y-a.y))
			require.Equal(t, point{round(x.Add(x, rat(a.x))), round(y.Add(y, rat(a.y)))}, at)
			require.Equal(t, through, passes(a, b, at))
			require.Equal(t, through, passes(c, d, at))
		}
	}
	require.Greater(t, found, 500)
}

// within clips a segment to the square of the given half width around p, with all
// its sides or without the upper and the right one.
func within(a, b, p point, half *big.Rat, halfOpen bool) bool {
	lo, hi := rat(0), rat(1)
	loOpen, hiOpen := false, false
	for axis := range 2 {
		from, delta, at := a.x, b.x-a.x, p.x
		if axis == 1 {
			from, delta, at = a.y, b.y-a.y, p.y
		}
		low, high := new(big.Rat).Sub(rat(at), half), new(big.Rat).Add(rat(at), half)
		if delta == 0 {
			if v := rat(from); v.Cmp(low) < 0 || v.Cmp(high) > 0 || halfOpen && v.Cmp(high) == 0 {
				return false
			}
			continue
		}
		enter := new(big.Rat).Quo(low.Sub(low, rat(from)), rat(delta))
		leave := new(big.Rat).Quo(high.Sub(high, rat(from)), rat(delta))
		enterOpen, leaveOpen := false, halfOpen
		if delta < 0 {
			enter, leave, enterOpen, leaveOpen = leave, enter, leaveOpen, enterOpen
		}
		if c := enter.Cmp(lo); c > 0 || c == 0 && enterOpen {
			lo, loOpen = enter, enterOpen
		}
		if c := leave.Cmp(hi); c < 0 || c == 0 && leaveOpen {
			hi, hiOpen = leave, leaveOpen
		}
	}
	c := lo.Cmp(hi)
	return c < 0 || c == 0 && !loOpen && !hiOpen
}

func TestPassesClipsToPixels(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	count := [3]int{}
	for range 6000 {
		a, b := ordered(r, 9)
		p := random(r, 12)
		want := far
		if within(a, b, p, big.NewRat(1, 2), true) {
			want = through
		} else if within(a, b, p, rat(near), false) {
			want = close
		}
		count[want]++
		require.Equal(t, want, passes(a, b, p), "%v %v %v", a, b, p)
	}
	require.Greater(t, min(count[far], count[close], count[through]), 100)
}

// scattered is rings of random vertices.
func scattered(r *rand.Rand, rings, corners int, place func() orb.Point) []orb.MultiPolygon {
	var areas []orb.MultiPolygon
	for range rings {
		var ring orb.Ring
		for range corners {
			ring = append(ring, place())
		}
		areas = append(areas, orb.MultiPolygon{{ring}})
	}
	return areas
}

// Whatever falls together on the grid, the edges meet in their ends only, and
// both sides of each are told by the edges below.
func TestEdgesMeetInEnds(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for round := range 60 {
		size := 3 + r.IntN(60)
		areas := scattered(r, 1+r.IntN(6), 3+r.IntN(12), func() orb.Point {
			p := orb.Point{float64(r.IntN(size)), float64(r.IntN(size))}
			if round%2 == 0 { // where steps are 1
				p[0], p[1] = p[0]+0x1p52, p[1]+0x1p52
			}
			return p
		})
		a := New(areas)
		for i, e := range a.edges {
			p, q := a.nodes[e.a], a.nodes[e.b]
			require.Negative(t, p.compare(q))
			require.NotEqual(t, a.left[i], a.right[i])
			for _, f := range a.edges[:i] {
				if _, cross := everywhere.crossing(p, q, a.nodes[f.a], a.nodes[f.b]); cross || e == f {
					t.Fatalf("edges from %v to %v and from %v to %v", p, q, a.nodes[f.a], a.nodes[f.b])
				}
			}
			for _, f := range a.edges {
				for _, at := range []point{a.nodes[f.a], a.nodes[f.b]} {
					on := side(p, q, at) == 0 && p.compare(at) < 0 && at.compare(q) < 0
					if on {
						t.Fatalf("%v is on the edge from %v to %v", at, p, q)
					}
				}
			}
		}
	}
}

// Nothing that is passed over or falls together leaves a trace.
func TestNothing(t *testing.T) {
	for _, areas := range [][]orb.MultiPolygon{
		nil, {nil}, {{nil}}, {{{nil}}}, {{{{}}}},
		{{{{{1, 2}}}}}, {{{{{1, 2}, {3, 4}}}}}, {{{{{1, 2}, {3, 4}, {5, 6}, {1, 2}}}}}, {{{{{0, 0}, {1, 1}, {0, 0}, {1, 1}}}}},
		{{{{}, {{0, 0}, {1, 0}, {1, 1}}}}}, // a hole in nothing
	} {
		a := New(areas)
		require.Empty(t, a.Region(func(in []int32) bool { return len(in) > 0 }), areas)
		require.Empty(t, a.Overlaps(), areas)
	}
}
