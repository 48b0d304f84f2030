package partitiontest

import (
	"strconv"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// drawn are problems drawn at random, once and for all: some dozens of units with
// limits around a hidden plan, and smaller ones with everything.
func (b *bench) drawn() {
	b.add("districts around a plan", yes, "48 units, four territories of twelve, two measures", func() *partition.Problem {
		return hidden(8, 6, 4, 3, 0.2, 1)
	})
	b.add("districts around a plan, no neighbours", yes, "the same without a map", func() *partition.Problem {
		p := hidden(8, 6, 4, 3, 0.2, 1)
		p.Contiguity = nil
		return p
	})
	b.add("duplicates", yes, "sixty units in twenty places, values of heavy tails", func() *partition.Problem {
		random := splitmix.Fork(5, 0)
		p := &partition.Problem{K: 5}
		me := partition.Measure{Name: "revenue", Tolerance: 0.9}
		for i := range 60 {
			if i < 20 {
				p.Points = append(p.Points, orb.Point{float64(random.Below(40)) / 8, float64(random.Below(40)) / 8})
			} else {
				p.Points = append(p.Points, p.Points[i-20])
			}
			me.Value = append(me.Value, 1/(0.05+random.Float()))
		}
		p.Measures = []partition.Measure{me}
		return p
	})
	for draw := range 4 {
		b.add("drawn "+strconv.Itoa(draw), yes, "seven units in a space of two dimensions, two measures with limits around a plan", func() *partition.Problem {
			random := splitmix.Fork(11, uint64(draw))
			p := &partition.Problem{K: 2 + draw%2}
			of := []int{0, 1, p.K - 1}
			for i := range 7 {
				p.Features = append(p.Features, []float64{random.Float(), float64(random.Below(3))})
				if i >= len(of) {
					of = append(of, random.Below(p.K))
				}
			}
			for r := range 2 {
				me := partition.Measure{Name: "measure " + strconv.Itoa(r), Lower: make([]float64, p.K), Upper: make([]float64, p.K)}
				for i := range of {
					me.Value = append(me.Value, float64(1+random.Below(9)))
					me.Lower[of[i]] += me.Value[i]
					me.Upper[of[i]] += me.Value[i]
				}
				for t := range p.K {
					me.Lower[t] = max(0, me.Lower[t]-3)
					me.Upper[t] += 3
				}
				p.Measures = append(p.Measures, me)
			}
			return p
		})
	}
}

// hidden is a grid of columns × rows units that falls into blocks of width × height
// units; the limits leave the blocks within the tolerance.
func hidden(columns, rows, width, height int, tolerance float64, seed uint64) *partition.Problem {
	random := splitmix.Fork(seed, 0)
	k := columns / width * (rows / height)
	p := &partition.Problem{K: k, Points: gridPoints(columns, rows), Contiguity: grid(columns, rows)}
	for r := range 2 {
		me := partition.Measure{Name: "measure " + strconv.Itoa(r), Target: make([]float64, k), Tolerance: tolerance}
		for u := range columns * rows {
			block := u/columns/height*(columns/width) + u%columns/width
			me.Value = append(me.Value, float64(1+random.Below(9)))
			me.Target[block] += me.Value[u]
		}
		p.Measures = append(p.Measures, me)
	}
	return p
}
