package boxes

// Near calls visit for the boxes whose bound is at most limit, by rising bound;
// visit returns the limit from there on. bound must not be larger for a box than
// for one within it, as is any distance from something. The order only depends
// on the boxes and the bounds.
func (t *Tree) Near(limit float64, bound func(b *Box) float64, visit func(i int) float64) {
	if len(t.item) == 0 {
		return
	}
	var room [64]ahead
	queue := append(room[:0], ahead{bound(&t.boxes[len(t.boxes)-1]), int32(len(t.level) - 2), 0})
	for len(queue) > 0 && queue[0].bound <= limit {
		next := queue[0]
		queue = pop(queue)
		if next.level == 0 {
			limit = visit(int(t.item[next.at]))
			continue
		}
		first := t.level[next.level-1]
		below := t.level[next.level] - first
		for c := int(next.at) * fan; c < min(int(next.at)*fan+fan, below); c++ {
			if d := bound(&t.boxes[first+c]); d <= limit {
				queue = push(queue, ahead{d, next.level - 1, int32(c)})
			}
		}
	}
}

// ahead is a box or node that is still to be visited.
type ahead struct {
	bound     float64
	level, at int32
}

func (a *ahead) before(b *ahead) bool {
	if a.bound != b.bound {
		return a.bound < b.bound
	}
	if a.level != b.level {
		return a.level < b.level
	}
	return a.at < b.at
}

// push adds to a binary heap with the first at 0.
func push(heap []ahead, a ahead) []ahead {
	i := len(heap)
	heap = append(heap, a)
	for i > 0 && a.before(&heap[(i-1)/2]) {
		heap[i] = heap[(i-1)/2]
		i = (i - 1) / 2
	}
	heap[i] = a
	return heap
}

// pop takes the first out of the heap.
func pop(heap []ahead) []ahead {
	n := len(heap) - 1
	last := heap[n]
	i := 0
	for {
		c := 2*i + 1
		if c >= n {
			break
		}
		if c+1 < n && heap[c+1].before(&heap[c]) {
			c++
		}
		if !heap[c].before(&last) {
			break
		}
		heap[i] = heap[c]
		i = c
	}
	heap[i] = last
	return heap[:n]
}
