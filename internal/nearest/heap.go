package nearest

import (
	"cmp"
	"math"
	"slices"
)

// Heap keeps the nearest few of the points that it is offered, the farthest of
// them on top; of equally distant ones those of lower number.
type Heap struct {
	Found []Hit // in the order of the heap, until Sorted

	room int
	out  []int32
}

// Hit is a point and how far it is.
type Hit struct {
	Distance float64
	Point    int32
}

func (a Hit) after(b Hit) bool {
	return a.Distance > b.Distance || a.Distance == b.Distance && a.Point > b.Point
}

// Reset forgets all points. There is room for so many from now on, at least one
// if any will be offered.
func (q *Heap) Reset(room int) { q.room, q.Found = room, q.Found[:0] }

// Worst is the distance up to which a point may still be taken.
func (q *Heap) Worst() float64 {
	if len(q.Found) < q.room {
		return math.Inf(1)
	}
	return q.Found[0].Distance
}

// Add offers a point and reports whether it was taken.
func (q *Heap) Add(distance float64, point int32) bool {
	u := Hit{distance, point}
	if len(q.Found) < q.room {
		q.Found = append(q.Found, u)
		for k := len(q.Found) - 1; k > 0; {
			up := (k - 1) / 2
			if !q.Found[k].after(q.Found[up]) {
				break
			}
			q.Found[k], q.Found[up] = q.Found[up], q.Found[k]
			k = up
		}
		return true
	}
	if !q.Found[0].after(u) {
		return false
	}
	q.Found[0] = u
	for k := 0; ; {
		down := 2*k + 1
		if down >= len(q.Found) {
			break
		}
		if down+1 < len(q.Found) && q.Found[down+1].after(q.Found[down]) {
			down++
		}
		if !q.Found[down].after(q.Found[k]) {
			break
		}
		q.Found[k], q.Found[down] = q.Found[down], q.Found[k]
		k = down
	}
	return true
}

// Sorted is what was kept, nearest first, until the next Reset.
func (q *Heap) Sorted() []int32 {
	slices.SortFunc(q.Found, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Point, b.Point))
	})
	q.out = q.out[:0]
	for _, u := range q.Found {
		q.out = append(q.out, u.Point)
	}
	return q.out
}
