package centroid

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/nearest"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/internal/splitmix"
)

// sample is a random problem of the kind, with limits that are somewhat tight.
func sample(kind string, n, k int, rnd *splitmix.Source) *Problem {
	p := &Problem{K: k, Dim: 2, Weight: make([]float64, n)}
	switch kind {
	case "plane":
	case "space":
		p.Dim = 3
	case "squares":
		p.Squared = true
	case "sphere":
		p.Dim, p.Sphere = 3, true
	case "chords":
		p.Dim, p.Sphere, p.Squared = 3, true, true
	}
	value := make([]float64, n)
	total := 0.0
	for i := range n {
		if p.Sphere {
			v := sphere.At(10+20*rnd.Float(), 40+10*rnd.Float())
			p.X = append(p.X, v.X, v.Y, v.Z)
		} else {
			for range p.Dim {
				p.X = append(p.X, rnd.Float())
			}
		}
		p.Weight[i] = float64(rnd.Below(4))
		value[i] = float64(1 + rnd.Below(9))
		total += value[i]
	}
	lower, upper := make([]float64, k), make([]float64, k)
	for t := range k {
		lower[t], upper[t] = 0.8*total/float64(k), 1.2*total/float64(k)
	}
	p.Value, p.Lower, p.Upper = [][]float64{value}, [][]float64{lower}, [][]float64{upper}
	return p
}

// plain is what points cost together, computed in the plainest way.
func plain(p *Problem, points []int32) float64 {
	mean, weight := make([]float64, p.Dim), 0.0
	for _, i := range points {
		for d := range mean {
			mean[d] += p.Weight[i] * p.X[int(i)*p.Dim+d]
		}
		weight += p.Weight[i]
	}
	if weight == 0 {
		return 0
	}
	length := 0.0
	for d := range mean {
		mean[d] /= weight
		length += mean[d] * mean[d]
	}
	cost := 0.0
	for _, i := range points {
		away := 0.0
		for d, c := range mean {
			if p.Sphere {
				c /= math.Sqrt(length)
			}
			away += math.Pow(p.X[int(i)*p.Dim+d]-c, 2)
		}
		switch {
		case p.Sphere && p.Squared:
			away *= sphere.Radius * sphere.Radius
		case p.Sphere:
			away = 2 * sphere.Radius * math.Asin(math.Sqrt(away)/2)
		case !p.Squared:
			away = math.Sqrt(away)
		}
		cost += p.Weight[i] * away
	}
	return cost
}

func TestCostsFollowEveryExchange(t *testing.T) {
	for _, kind := range []string{"plane", "space", "squares", "sphere", "chords"} {
		for _, n := range []int{12, 60, 700} { // counted, confirmed, estimated
			rnd := splitmix.Source(7)
			p := sample(kind, n, 3, &rnd)
			of := make([]int32, n)
			for i := range of {
				of[i] = int32(i % 3)
			}
			s := newState(p, of)
			estimates, gaps := 0.0, 0.0
			for range 400 {
				i := int32(rnd.Below(n))
				a, b := of[i], int32(rnd.Below(3))
				j := int32(-1)
				if rnd.Below(2) == 0 {
					j = s.members[b][rnd.Below(len(s.members[b]))]
				}
				if a == b || len(s.members[a]) < 2 {
					continue
				}
				before := s.costs.cost(a) + s.costs.cost(b)
				exact := s.costs.exact(a, i, j) + s.costs.exact(b, j, i)
				estimate := s.costs.after(a, i, j) + s.costs.after(b, j, i)
				s.exchange(i, a, j, b)
				truth := plain(p, s.members[a]) + plain(p, s.members[b])
				estimates += math.Abs(truth - before)
				gaps += math.Abs(truth - estimate)
				scale := math.Max(truth, 1e-3)
				require.InEpsilon(t, 1, 1+(exact-truth)/scale, 1e-3, kind)
				require.InEpsilon(t, 1, 1+(s.costs.cost(a)+s.costs.cost(b)-truth)/scale, 1e-3, kind)
			}
			require.LessOrEqual(t, gaps, 0.1*estimates, "%s of %d: an estimate must be of use", kind, n)

			total, violation := 0.0, 0.0
			for c := range int32(3) {
				total += plain(p, s.members[c])
				load := 0.0
				for _, i := range s.members[c] {
					require.Equal(t, c, of[i])
					load += p.Value[0][i]
				}
				violation += math.Max(0, math.Max(load-p.Upper[0][c], p.Lower[0][c]-load))
			}
			require.InDelta(t, violation, s.violation, 1e-9, kind)
			require.InEpsilon(t, total, s.total, 1e-3, kind)
			s.refresh()
			require.InEpsilon(t, total, s.total, 1e-9, kind)
		}
	}
}

func TestNeighborsAreTheNearest(t *testing.T) {
	rnd := splitmix.Source(3)
	for _, dim := range []int{1, 2, 5} {
		const n, count = 300, 7
		x := make([]float64, n*dim)
		for i := range x {
			x[i] = math.Floor(20 * rnd.Float()) // with many ties
		}
		for i, near := range neighbors(x, dim, count) {
			require.Len(t, near, count)
			last := 0.0
			seen := map[int32]bool{int32(i): true}
			for _, o := range near {
				d := nearest.Distance2(x[i*dim:(i+1)*dim], x[int(o)*dim:(int(o)+1)*dim])
				require.GreaterOrEqual(t, d, last)
				require.False(t, seen[o])
				seen[o], last = true, d
			}
			closer := 0
			for o := range n {
				if d := nearest.Distance2(x[i*dim:(i+1)*dim], x[o*dim:(o+1)*dim]); o != i && d < last {
					closer++
				}
			}
			require.Less(t, closer, count, "dimension %d: all that are closer are listed", dim)
		}
	}
}

func TestRelocationsKeepLocks(t *testing.T) {
	rnd := splitmix.Source(5)
	p := sample("plane", 200, 8, &rnd)
	p.Locked = make([]bool, 200)
	of := make([]int32, 200)
	for i := range of {
		of[i] = int32(rnd.Below(8))
		p.Locked[i] = i < 20
	}
	p.Allowed = func(point, cluster int32) bool { return point%8 != cluster }
	for i := range of {
		if int32(i)%8 == of[i] {
			of[i] = (of[i] + 1) % 8
		}
	}
	changed := 0
	for range 200 {
		s := newState(p, append([]int32(nil), of...))
		if !p.relocate(s.of, s.members, &rnd) {
			continue
		}
		for i := range of {
			if s.of[i] != of[i] {
				changed++
				require.False(t, p.Locked[i])
				require.True(t, p.Allowed(int32(i), s.of[i]))
			}
		}
	}
	require.Positive(t, changed)
}
