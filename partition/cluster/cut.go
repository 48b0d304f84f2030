package cluster

import "github.com/territory-go/territory/partition"

// cut divides the units of a part in two. Of an ordered attribute those below
// the threshold are on the first side; of another one those whose name or code
// is listed. Unknown values are never listed.
type cut struct {
	score   float64 // Σ of the sides of Σ_l count_l² / size; less impurity is more
	feature *feature
	below   int64 // the neighbouring keys of the threshold
	above   int64
	listed  []int32 // classes, or nodes of the tree, ascending
	missing side
	apart   bool // only units without a value are on the first side
}

type side uint8

const (
	first side = iota
	second
	larger // no unit of the part decides: the side with more units, the first of equal ones
)

// tally counts labels, and keeps the sum of the squares of its counts.
type tally struct {
	count   []int64
	size    int64
	squares int64
}

func newTally(labels int) tally { return tally{count: make([]int64, labels)} }

// add c units of label l; c may be negative.
func (t *tally) add(l int32, c int64) {
	t.squares += c * (2*t.count[l] + c)
	t.count[l] += c
	t.size += c
}

func (t *tally) purity() float64 {
	if t.size == 0 {
		return 0
	}
	return float64(t.squares) / float64(t.size)
}

// search is the best cut of one part by one attribute.
type search struct {
	*describing
	f     *feature
	units []int32 // of the part, by key
	whole tally
	best  cut

	// What the atoms are made of: labels, ascending within each, and how often they occur.
	labels []int32
	counts []int64
}

// better keeps a cut unless it is no better than the best so far, or a side is too small.
func (s *search) better(a, b *tally) (float64, bool) {
	if min(a.size, b.size) < int64(s.MinUnits) {
		return 0, false
	}
	score := a.purity() + b.purity()
	return score, score > s.best.score
}

// run finds the best cut; one with a nil feature where there is none.
func (s *search) run() cut {
	s.whole = newTally(len(s.used))
	for _, i := range s.units {
		if l := s.label[i]; l >= 0 {
			s.whole.add(l, 1)
		}
	}
	// What does not raise the purity by more than rounding is no cut.
	s.best.score = s.whole.purity() * (1 + 1e-12)
	switch s.f.kind {
	case partition.Number, partition.Date:
		s.byThreshold()
	case partition.Category:
		s.byNames(s.runs(func(key int64) (atom int32, end int64) { return int32(key), key + 1 }))
	case partition.Code:
		s.byLevels()
	}
	return s.best
}

// byThreshold moves the units one by one from the second side to the first.
func (s *search) byThreshold() {
	f, rest := s.f, s.units
	none := newTally(len(s.used)) // without a value
	for len(rest) > 0 && f.key[rest[0]] == missingKey {
		if l := s.label[rest[0]]; l >= 0 {
			none.add(l, 1)
		}
		rest = rest[1:]
	}
	low, high := newTally(len(s.used)), newTally(len(s.used))
	for _, i := range rest {
		if l := s.label[i]; l >= 0 {
			high.add(l, 1)
		}
	}
	if none.size > 0 {
		if score, ok := s.better(&none, &high); ok {
			s.best = cut{score: score, feature: f, apart: true}
		}
	}
	// Products of the counts of units without a value and of each side, so that
	// both of their sides can be judged at once.
	var withLow, withHigh int64
	for l, c := range none.count {
		withHigh += c * high.count[l]
	}
	before, known := int64(0), false // the key of the last labelled unit
	for _, i := range rest {
		l := s.label[i]
		if l < 0 {
			continue
		}
		if key := f.key[i]; key != before && known {
			s.threshold(before, key, low, high, none, withLow, withHigh)
		}
		before, known = f.key[i], true
		low.add(l, 1)
		high.add(l, -1)
		withLow += none.count[l]
		withHigh -= none.count[l]
	}
}

// threshold judges the cut between two neighbouring keys. The tallies are copies,
// whose counts are shared: only sizes and squares are changed.
func (s *search) threshold(below, above int64, low, high, none tally, withLow, withHigh int64) {
	try := func(a, b tally, missing side) {
		if score, ok := s.better(&a, &b); ok {
			s.best = cut{score: score, feature: s.f, below: below, above: above, missing: missing}
		}
	}
	join := func(t tally, products int64) tally {
		t.size += none.size
		t.squares += 2*products + none.squares
		return t
	}
	if none.size == 0 {
		try(low, high, larger)
		return
	}
	try(join(low, withLow), high, first)
	try(low, join(high, withHigh), second)
}
