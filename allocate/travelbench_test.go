package allocate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
)

// benchmarkTravel scatters units and agents around towns of uneven size.
func benchmarkTravel(metric Metric, n, m int) (t *Travel, load []float64, price []float64) {
	rng := rand.New(rand.NewPCG(1, 2))
	towns := make([]orb.Point, 120)
	for k := range towns {
		towns[k] = orb.Point{rng.Float64() * 10, rng.Float64() * 10}
	}
	scatter := func(n int) []orb.Point {
		points := make([]orb.Point, n)
		for i := range points {
			c := towns[int(math.Pow(rng.Float64(), 2)*120)]
			points[i] = orb.Point{c[0] + 0.1*rng.NormFloat64(), c[1] + 0.1*rng.NormFloat64()}
			if rng.IntN(8) == 0 {
				points[i] = orb.Point{rng.Float64() * 10, rng.Float64() * 10}
			}
		}
		return points
	}
	t = &Travel{Units: scatter(n), Agents: scatter(m), Metric: metric}
	spacing := 10 / math.Sqrt(float64(m))
	if metric == GreatCircle {
		spacing *= 111
	}
	for range n {
		load = append(load, float64(1+rng.IntN(100)))
	}
	for range m {
		price = append(price, spacing*rng.NormFloat64())
	}
	t.UnitFactor = load
	return t, load, price
}

// BenchmarkFind asks for the best agent of one unit after the other: in the
// order in which they come, without knowing anything, and along the curve with
// the last answer as a hint.
func BenchmarkFind(b *testing.B) {
	for _, metric := range []Metric{Planar, GreatCircle} {
		for _, m := range []int{100, 1000} {
			const n = 1_000_000
			t, load, price := benchmarkTravel(metric, n, m)
			p := newPreparedTravel(t)
			index := p.index([][]float64{price})
			order := t.localOrder()
			name := fmt.Sprintf("metric=%s/n=%d/m=%d", map[Metric]string{Planar: "planar", GreatCircle: "sphere"}[metric], n, m)
			b.Run(name+"/mode=plain", func(b *testing.B) {
				b.ReportAllocs()
				var dst []Candidate
				l := []float64{0}
				for k := 0; b.Loop(); k++ {
					i := k % n
					l[0] = load[i]
					dst = index.Find(dst[:0], i, l, 0, nil)
				}
			})
			b.Run(name+"/mode=local", func(b *testing.B) {
				b.ReportAllocs()
				l := []float64{0}
				hint := -1
				for k := 0; b.Loop(); k++ {
					i := int(order[k%n])
					l[0] = load[i]
					hint = index.findBest(i, l, hint, nil).Agent
				}
			})
			b.Run(name+"/mode=slack", func(b *testing.B) {
				b.ReportAllocs()
				l := []float64{0}
				var dst []Candidate
				hint, found := -1, 0
				slack := 5 / math.Sqrt(float64(m))
				if metric == GreatCircle {
					slack *= 111
				}
				for k := 0; b.Loop(); k++ {
					i := int(order[k%n])
					l[0] = load[i]
					dst = index.findInto(dst[:0], i, l, slack*load[i], hint, nil)
					hint = dst[0].Agent
					found += len(dst)
				}
				b.ReportMetric(float64(found)/float64(b.N), "found/op")
			})
		}
	}
}

func BenchmarkTravelIndex(b *testing.B) {
	t, _, price := benchmarkTravel(Planar, 10, 1000)
	p := newPreparedTravel(t)
	b.ReportAllocs()
	for b.Loop() {
		p.index([][]float64{price})
	}
}

func BenchmarkTravelPrepare(b *testing.B) {
	for _, metric := range []Metric{Planar, GreatCircle} {
		t, _, _ := benchmarkTravel(metric, 1_000_000, 1000)
		b.Run(fmt.Sprintf("metric=%d", metric), func(b *testing.B) {
			for b.Loop() {
				newPreparedTravel(t)
			}
		})
	}
}

func BenchmarkLocalOrder(b *testing.B) {
	t, _, _ := benchmarkTravel(Planar, 1_000_000, 1)
	b.ReportAllocs()
	for b.Loop() {
		t.localOrder()
	}
}
