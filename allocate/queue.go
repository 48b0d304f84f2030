package allocate

// queue is a binary heap. Items that less does not order leave in an order that
// depends on the history, so less must order all that matters.
type queue[T any] struct {
	less  func(a, b T) bool
	items []T
}

// heapify orders the items in O(len).
func (q *queue[T]) heapify() {
	for k := len(q.items)/2 - 1; k >= 0; k-- {
		q.down(k)
	}
}

func (q *queue[T]) push(x T) {
	q.items = append(q.items, x)
	k := len(q.items) - 1
	for k > 0 {
		parent := (k - 1) / 2
		if !q.less(x, q.items[parent]) {
			break
		}
		q.items[k] = q.items[parent]
		k = parent
	}
	q.items[k] = x
}

// pop removes and returns the first item; there must be one.
func (q *queue[T]) pop() T {
	first := q.items[0]
	last := len(q.items) - 1
	q.items[0] = q.items[last]
	q.items = q.items[:last]
	if last > 0 {
		q.down(0)
	}
	return first
}

func (q *queue[T]) down(k int) {
	x := q.items[k]
	for {
		child := 2*k + 1
		if child >= len(q.items) {
			break
		}
		if child+1 < len(q.items) && q.less(q.items[child+1], q.items[child]) {
			child++
		}
		if !q.less(q.items[child], x) {
			break
		}
		q.items[k] = q.items[child]
		k = child
	}
	q.items[k] = x
}
