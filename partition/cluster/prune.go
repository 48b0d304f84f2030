package cluster

import "container/heap"

// prune makes leaves of the parts whose cuts are worth least.
func (j *describing) prune(root *part) {
	var links weakest
	root.weigh(&links.parts)
	for _, p := range links.parts {
		links.gain = append(links.gain, p.gain())
	}
	heap.Init(&links)
	worth := j.Gain * float64(j.labelled)
	for links.Len() > 0 {
		p, known := links.parts[0], links.gain[0]
		gain := p.gain()
		switch {
		case p.isLeaf() || p.cutOff():
			heap.Pop(&links)
		case gain > known:
			// Something within it was pruned since. That was weaker than all
			// others, so that gains only grow.
			links.gain[0] = gain
			heap.Fix(&links, 0)
		case gain > 0 && gain >= worth && root.leaves <= j.Leaves:
			return
		default:
			heap.Pop(&links)
			p.fold()
		}
	}
}

// gain is how many more labelled units the parts within p get right than p would
// as one leaf, for each further leaf.
func (p *part) gain() float64 {
	if p.isLeaf() {
		return 0
	}
	_, alone := p.winner()
	return float64(p.agree-alone) / float64(p.leaves-1)
}

// cutOff reports whether a part is within one that has become a leaf.
func (p *part) cutOff() bool {
	for a := p.above; a != nil; a = a.above {
		if a.isLeaf() {
			return true
		}
	}
	return false
}

// fold makes a leaf of a part.
func (p *part) fold() {
	_, alone := p.winner()
	agree, leaves := p.agree-alone, p.leaves-1
	for a := p; a != nil; a = a.above {
		a.agree -= agree
		a.leaves -= leaves
	}
	p.sides = [2]*part{}
}

// weigh counts the leaves, and the units that they get right, and appends the
// parts that are cut, each after those within it.
func (p *part) weigh(inner *[]*part) {
	if p.isLeaf() {
		_, p.agree = p.winner()
		p.leaves = 1
		return
	}
	for _, s := range p.sides {
		s.weigh(inner)
		p.agree += s.agree
		p.leaves += s.leaves
	}
	p.number = len(*inner)
	*inner = append(*inner, p)
}

// weakest is a heap of parts by gain; of equal ones the first in its order, which
// is no part of another.
type weakest struct {
	parts []*part
	gain  []float64
}

func (w *weakest) Len() int { return len(w.parts) }
func (w *weakest) Less(a, b int) bool {
	return w.gain[a] < w.gain[b] || w.gain[a] == w.gain[b] && w.parts[a].number < w.parts[b].number
}
func (w *weakest) Swap(a, b int) {
	w.parts[a], w.parts[b] = w.parts[b], w.parts[a]
	w.gain[a], w.gain[b] = w.gain[b], w.gain[a]
}
func (w *weakest) Push(any) {} // nothing is added to it
func (w *weakest) Pop() any {
	n := len(w.parts) - 1
	p := w.parts[n]
	w.parts, w.gain = w.parts[:n], w.gain[:n]
	return p
}
