package segment

import (
	"math"
	"strconv"
)

// check finds what shows without a book.
func (g *Grid) check(names []string, faults *schemeFaults) {
	if len(g.Order) == 0 {
		faults.add("grid.order", "has no steps")
	}
	last := make(map[string]int) // the step at which a dimension came last
	for i, s := range g.Order {
		at := path("grid.order", i)
		checkStep(at, "dimension", s.Dimension, s.Level, s.Join, names, faults)
		if before, again := last[s.Dimension]; again {
			if above := g.Order[before].Level; above == 0 || s.Level != 0 && s.Level <= above {
				faults.value(at+".level", s.Level, "is not deeper than that of "+path("grid.order", before)+", which is "+strconv.Itoa(above)+" (0 is the deepest)")
			}
		}
		last[s.Dimension] = i
	}
}

// gridDimension is what a grid asks of one dimension of each unit.
type gridDimension struct {
	of      func(unit int) int
	to      []int32 // the class at the deepest level that counts
	ordinal int     // of the dimension
}

// grid makes keys of the classes of all dimensions that count, one digit each.
func (p *program) grid(g *Grid, names []string, faults *schemeFaults) {
	type step struct {
		digit int     // which of the dimensions that count
		to    []int32 // the class at the step's level
	}
	var dims []gridDimension
	steps := make([]step, len(g.Order))
	digit := make(map[int]int)
	for i, s := range g.Order {
		sp, d := p.by(path("grid.order", i), s.Dimension, s.Level, s.Join, names, faults)
		if d < 0 {
			continue
		}
		p.splits = append(p.splits, sp)
		k, known := digit[d]
		if !known {
			k = len(dims)
			digit[d] = k
			dims = append(dims, gridDimension{of: p.classes[d].Of, ordinal: d})
		}
		steps[i] = step{k, p.lift(d, s.Level)}
		dims[k].to = steps[i].to // levels deepen from step to step
	}
	product := 1.0
	for _, d := range dims {
		product *= float64(max(len(d.to), 1))
	}
	if product >= math.MaxInt64 {
		faults.add("grid.order", "makes more than 2^63 combinations of classes")
	}
	p.code = func(unit int) int64 {
		key := int64(0)
		for i := range dims {
			d := &dims[i]
			c := d.of(unit)
			if uint(c) >= uint(len(d.to)) {
				return strayed(d.ordinal)
			}
			key = key*int64(len(d.to)) + int64(d.to[c])
		}
		return key
	}
	p.route = func(way []hop, key int64) []hop {
		var room [16]int32
		class := digits(dims, room[:0], key)
		for i, s := range steps {
			way = append(way, hop{int32(i), s.to[class[s.digit]]})
		}
		return way
	}
	product = 1
	for _, s := range steps {
		product *= float64(max(len(s.to), 1))
	}
	if product < math.MaxInt64 {
		p.rank = func(key int64) (rank int64) {
			var room [16]int32
			class := digits(dims, room[:0], key)
			for _, s := range steps {
				rank = rank*int64(len(s.to)) + int64(s.to[class[s.digit]])
			}
			return rank
		}
	}
}

// digits appends the classes that a key is made of.
func digits(dims []gridDimension, class []int32, key int64) []int32 {
	for range dims {
		class = append(class, 0)
	}
	for i := len(dims) - 1; i >= 0; i-- {
		n := int64(len(dims[i].to))
		class[i] = int32(key % n)
		key /= n
	}
	return class
}
