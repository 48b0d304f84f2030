package cluster

import (
	"context"
	"math"
)

// settle lets single points change where that lowers the sum of squares, each change
// with what it does to the two means, and rounds of Lloyd follow; until there are none.
//
// A point of weight w costs w·d²·W/(W-w) in its cluster, of weight W, and
// w·d²·W/(W+w) where it would join, d being its distance from the means as they are.
func (s *lloyd) settle(ctx context.Context) {
	for before := s.cost(); s.left > 0 && ctx.Err() == nil && s.exchange(); {
		s.descend(ctx, 0)
		now := s.cost()
		if !(now < before) {
			return // rounding
		}
		before = now
	}
}

// exchange goes through all points once, and reports whether any has changed.
func (s *lloyd) exchange() bool {
	clear(s.move) // how far the centres have moved since the bounds held
	moved, farthest := false, 0.0
	lightest := math.Inf(1)
	for g := range s.bunches {
		s.disband(g)
	}
	for _, w := range s.weight {
		lightest = min(lightest, w)
	}
	for i := range int32(s.n) {
		a, w := s.of[i], s.w[i]
		if w == 0 || s.count[a] == 1 {
			continue
		}
		out, in := s.weight[a]/(s.weight[a]-w), lightest/(lightest+w)
		upper, lower := s.upper[i]+s.move[a], max(0, s.lower[i]-farthest)
		if float64(out*upper)*upper <= float64(in*lower)*lower {
			continue
		}
		own2 := s.apart2(i, a)
		upper = math.Sqrt(own2) * s.slack
		cost := out * own2
		if cost <= float64(in*lower)*lower {
			continue
		}
		to := s.cheapest(i, cost*(1-1e-12), upper, in, s.move[a]+farthest)
		if to < 0 {
			continue
		}
		s.leave(i, a)
		s.join(i, to)
		s.of[i], s.lower[i], moved = to, 0, true
		for _, t := range [2]int32{a, to} {
			c, d2 := s.mid(t), 0.0
			for d := range c {
				mean := s.sum[int(t)*s.dim+d] / s.weight[t]
				gap := mean - c[d]
				d2 += float64(gap * gap)
				c[d] = mean
			}
			s.move[t] += float64(math.Sqrt(d2) * s.slack)
			farthest = max(farthest, s.move[t])
			lightest = min(lightest, s.weight[t])
		}
		s.upper[i] = math.Sqrt(s.apart2(i, to)) * s.slack
	}
	if moved {
		s.arrange()
		s.assign()
	}
	return moved
}

// cheapest is the cluster that the point would cost least in, if that is less than
// most; else -1. In is the least factor of a square there, and the centres have
// moved by no more than drift since their neighbours were found.
func (s *lloyd) cheapest(i int32, most, upper, in, drift float64) int32 {
	best := int32(-1)
	w := s.w[i]
	try := func(t int32) {
		if t == s.of[i] || s.count[t] == 0 {
			return
		}
		if c := s.weight[t] / (s.weight[t] + w) * s.apart2(i, t); c < most || c == most && best >= 0 && t < best {
			best, most = t, c
		}
	}
	list := s.near.of(s.of[i])
	for _, u := range list {
		if least := u.distance - drift - upper; least > 0 && float64(in*least)*least > most {
			return best
		}
		try(u.center)
	}
	if least := s.near.rest[s.of[i]] - drift - upper; !(least > 0 && float64(in*least)*least > most) {
		for t := range int32(s.k) {
			try(t)
		}
	}
	return best
}
