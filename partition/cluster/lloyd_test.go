package cluster

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
)

// plain is Lloyd's algorithm as it is written in books, from the same centres.
func plain(x []float64, dim int, w, center []float64) (of []int32, rounds int) {
	n, k := len(w), len(center)/dim
	of = make([]int32, n)
	for {
		rounds++
		changed := false
		for i := range n {
			best, least := int32(0), math.Inf(1)
			for t := range k {
				d2 := 0.0
				for d := range dim {
					d2 += (x[i*dim+d] - center[t*dim+d]) * (x[i*dim+d] - center[t*dim+d])
				}
				if d2 < least {
					best, least = int32(t), d2
				}
			}
			changed = changed || best != of[i]
			of[i] = best
		}
		if !changed && rounds > 1 {
			return of, rounds
		}
		sum, weight := make([]float64, len(center)), make([]float64, k)
		for i, t := range of {
			weight[t] += w[i]
			for d := range dim {
				sum[int(t)*dim+d] += w[i] * x[i*dim+d]
			}
		}
		for t := range k {
			for d := range dim {
				center[t*dim+d] = sum[t*dim+d] / weight[t]
			}
		}
	}
}

func TestBoundsChangeNothing(t *testing.T) {
	for seed := range uint64(40) {
		rnd := splitmix.Source(seed)
		n, dim := 200+rnd.Below(3000), 1+rnd.Below(6)
		k := 2 + rnd.Below(n/20)
		x, w := make([]float64, n*dim), make([]float64, n)
		for i := range x {
			x[i] = 100 + rnd.Float()
		}
		for i := range w {
			w[i] = rnd.Float()
		}
		s := newLloyd(x, dim, w, k)
		s.left = 10_000
		require.Equal(t, k, s.seed(context.Background(), &rnd))
		if seed%2 == 0 {
			begun := newLloyd(x, dim, w, k) // which puts the points in another order
			begun.left = s.left
			begun.begin(s)
			s = begun
		}
		want, _ := plain(x, dim, w, append([]float64(nil), s.center...))
		s.descend(context.Background(), 0)
		require.Equal(t, want, s.labels(nil), "seed %d: n=%d dim=%d k=%d", seed, n, dim, k)
	}
}

func TestExactlyTheBoundsThatArePromised(t *testing.T) {
	rnd := splitmix.Source(5)
	const n, dim, k = 3000, 2, 70
	x := make([]float64, n*dim)
	for i := range x {
		x[i] = rnd.Float()
	}
	s := newLloyd(x, dim, nil, k)
	s.left = 10_000
	require.Equal(t, k, s.seed(context.Background(), &rnd))
	for round := range 25 {
		switch {
		case round%10 == 8:
			s.replace(s.candidates(&rnd)[0])
		case round%10 == 9:
			s.exchange()
		default:
			s.step()
			s.assign()
		}
		for g := range s.bunches { // a copy of what they put off
			s.disband(g)
			s.tighten(g)
		}
		for i := range int32(n) {
			nearest, next := math.Inf(1), math.Inf(1)
			for t := range int32(k) {
				if d := math.Sqrt(s.apart2(i, t)); t == s.of[i] {
					nearest = d
				} else {
					next = math.Min(next, d)
				}
			}
			require.False(t, nearest > s.upper[i] || next < s.lower[i], "point %d in round %d", i, round)
			require.LessOrEqual(t, nearest, next)
		}
	}
}
