package cluster

import (
	"context"
	"slices"
	"time"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

// part is a node of the tree of cuts: the units lo..hi-1 in the order of every feature.
type part struct {
	lo, hi int
	depth  int
	tally  tally
	cut    cut
	limit  float64   // threshold of numbers
	date   time.Time // threshold of dates
	sides  [2]*part  // nil: a leaf

	// For pruning:
	above  *part
	number int   // in the order of pruning, after the parts within it
	agree  int64 // labelled units that the leaves below get right
	leaves int
}

func (p *part) isLeaf() bool { return p.sides[0] == nil }

// winner is the most frequent label of the part, the lowest of several.
func (p *part) winner() (label int, units int64) {
	for l, c := range p.tally.count {
		if c > units {
			label, units = l, c
		}
	}
	return label, units
}

// grow cuts level by level.
func (j *describing) grow(ctx context.Context) (*part, error) {
	parallel.For(len(j.features), func(f int) { j.features[f].sorted() })
	root := &part{hi: j.n, tally: newTally(len(j.used))}
	for _, l := range j.label {
		if l >= 0 {
			root.tally.add(l, 1)
		}
	}
	onFirst := make([]bool, j.n)
	for level := []*part{root}; len(level) > 0; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		level = slices.DeleteFunc(level, func(p *part) bool {
			return p.depth == j.Depth || p.tally.squares == p.tally.size*p.tally.size
		})
		found := make([]cut, len(level)*len(j.features))
		parallel.For(len(found), func(x int) {
			if ctx.Err() != nil {
				return
			}
			p, f := level[x/len(j.features)], j.features[x%len(j.features)]
			s := search{describing: j, f: f, units: f.order[p.lo:p.hi]}
			found[x] = s.run()
		})
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var next []*part
		for m, p := range level {
			for _, c := range found[m*len(j.features) : (m+1)*len(j.features)] {
				if c.feature != nil && (p.cut.feature == nil || c.score > p.cut.score) {
					p.cut = c
				}
			}
			if p.cut.feature != nil {
				j.divide(p, onFirst)
				next = append(next, p.sides[0], p.sides[1])
			}
		}
		parallel.For(len(j.features), func(f int) {
			scratch := make([]int32, 0, j.n)
			for _, p := range level {
				if !p.isLeaf() {
					separate(j.features[f].order[p.lo:p.hi], onFirst, scratch)
				}
			}
		})
		level = next
	}
	return root, nil
}

// divide makes the sides of a part from its cut, and marks the units of the first.
func (j *describing) divide(p *part, onFirst []bool) {
	f := p.cut.feature
	switch {
	case p.cut.apart:
	case f.kind == partition.Number:
		p.limit = readableNumber(keyNumber(p.cut.below), keyNumber(p.cut.above))
	case f.kind == partition.Date:
		p.date = readableDate(p.cut.below, p.cut.above)
	}
	test := p.test()
	for s := range p.sides {
		p.sides[s] = &part{above: p, depth: p.depth + 1, tally: newTally(len(j.used))}
	}
	units := f.order[p.lo:p.hi]
	count := func(only func(key int64) bool) (units1 int) {
		for _, i := range units {
			if !only(f.key[i]) {
				continue
			}
			onFirst[i] = test(f.key[i])
			s := p.sides[1]
			if onFirst[i] {
				s = p.sides[0]
				units1++
			}
			if l := j.label[i]; l >= 0 {
				s.tally.add(l, 1)
			}
		}
		return units1
	}
	// Those without a value may depend on how many there are of the others.
	middle := p.lo + count(func(key int64) bool { return key != missingKey })
	if p.cut.missing == larger {
		p.cut.missing = second
		if p.sides[0].tally.size >= p.sides[1].tally.size {
			p.cut.missing = first
		}
	}
	middle += count(func(key int64) bool { return key == missingKey })
	p.sides[0].lo, p.sides[0].hi = p.lo, middle
	p.sides[1].lo, p.sides[1].hi = middle, p.hi
}

// test says which keys are on the first side.
func (p *part) test() func(key int64) bool {
	c := &p.cut
	f := c.feature
	value := func(key int64) bool {
		at, ok := slices.BinarySearch(c.listed, int32(key))
		if ok || f.kind == partition.Category {
			return ok
		}
		return at > 0 && f.tree.Under(int(key), int(c.listed[at-1])) // they are disjoint
	}
	switch f.kind {
	case partition.Number:
		limit := numberKey(p.limit)
		value = func(key int64) bool { return key < limit }
	case partition.Date:
		limit := p.date.UnixMicro()
		value = func(key int64) bool { return key < limit }
	}
	return func(key int64) bool {
		switch {
		case key == missingKey:
			return c.apart || c.missing == first
		case c.apart || key == unknownKey && f.kind != partition.Number && f.kind != partition.Date:
			return false
		}
		return value(key)
	}
}

// separate moves those marked to the front, without another change of the order.
func separate(units []int32, onFirst []bool, scratch []int32) {
	m := 0
	for _, i := range units {
		if onFirst[i] {
			units[m] = i
			m++
		} else {
			scratch = append(scratch, i)
		}
	}
	copy(units[m:], scratch)
}
