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
	for range n {
		load = append(load, float64(1+rng.IntN(100)))
	}
	for _, a := range t.Agents {
		// Shadow prices are smooth on the map, with some noise.
		smooth := math.Sin(a[0]) * math.Cos(1.5*a[1])
		price = append(price, spacing(metric, m)*(smooth+0.3*rng.NormFloat64()))
	}
	t.UnitFactor = load
	return t, load, price
}

// BenchmarkFind finds the best agents of a million units, a chunk per
// operation: one unit after the other in the order in which they come, by
// blocks along the curve, and by blocks with all agents within a quarter of the
// mean spacing between agents.
func BenchmarkFind(b *testing.B) {
	const n, chunk = 1_000_000, 10_000
	for _, metric := range []Metric{Planar, GreatCircle} {
		for _, m := range []int{100, 1000} {
			t, load, price := benchmarkTravel(metric, n, m)
			index := newPreparedTravel(t).index([][]float64{price})
			order := t.localOrder()
			slack := make([]float64, n)
			for k, i := range order {
				slack[k] = 0.25 * load[i] * spacing(metric, m)
			}
			for _, mode := range []struct {
				name string
				find func(from, to int) (found int)
			}{
				{"single", func(from, to int) (found int) {
					var near []Candidate
					one := make([]float64, 1)
					for i := from; i < to; i++ {
						one[0] = load[i]
						near = index.Find(near[:0], i, one, 0, nil)
						found += len(near)
					}
					return found
				}},
				{"block", func(from, to int) (found int) {
					index.findEach(order[from:to], [][]float64{load}, nil, nil, func(_ int, near []Candidate) { found += len(near) })
					return found
				}},
				{"slack", func(from, to int) (found int) {
					index.findEach(order[from:to], [][]float64{load}, slack[from:to], nil, func(_ int, near []Candidate) { found += len(near) })
					return found
				}},
			} {
				name := map[Metric]string{Planar: "planar", GreatCircle: "sphere"}[metric]
				b.Run(fmt.Sprintf("metric=%s/n=%d/m=%d/mode=%s", name, n, m, mode.name), func(b *testing.B) {
					b.ReportAllocs()
					found, from := 0, 0
					for b.Loop() {
						found += mode.find(from, from+chunk)
						from = (from + chunk) % n
					}
					units := float64(b.N) * chunk
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/units, "ns/unit")
					b.ReportMetric(float64(found)/units, "found/unit")
				})
			}
		}
	}
}

// spacing is the mean distance between agents, and the scale of the prices.
func spacing(metric Metric, m int) float64 {
	s := 10 / math.Sqrt(float64(m))
	if metric == GreatCircle {
		s *= 111
	}
	return s
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
