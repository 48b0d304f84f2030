package lap

import "math"

// firstList is how many columns a row lists at first.
const firstList = 24

// near is a column and its cost minus price.
type near struct {
	reduced float64
	column  int32
}

// refresh lists the cheapest columns of row i at the current prices, twice as many as
// before, and raises the floor accordingly. It reports whether it could.
func (s *solver) refresh(i int) {
	was := &s.lists[i]
	k := max(firstList, 2*len(was.arcs))
	row := s.row(i)
	v := s.v[:len(row)]
	kept, ceiling := s.near[:0], math.Inf(1)
	for j, c := range row {
		if r := c - v[j]; r < ceiling {
			kept = append(kept, near{r, int32(j)})
			if len(kept) == 2*k {
				kept = smallest(kept, k)
				ceiling = greatest(kept)
			}
		}
	}
	if len(kept) > k {
		kept = smallest(kept, k)
		ceiling = greatest(kept)
	}
	s.near = kept
	if cap(was.arcs) < len(kept) {
		was.arcs = make([]Arc, 0, len(kept))
	}
	was.arcs, was.floor = was.arcs[:0], ceiling
	for _, e := range kept {
		was.arcs = append(was.arcs, Arc{row[e.column], e.column})
	}
}

func greatest(x []near) float64 {
	most := math.Inf(-1)
	for _, e := range x {
		most = max(most, e.reduced)
	}
	return most
}

// smallest is the k smallest elements of x, in the order in which Hoare's
// selection happens to leave them. It permutes x.
func smallest(x []near, k int) []near {
	lo, hi := 0, len(x)-1
	for lo < hi {
		pivot := x[(lo+hi)/2].reduced
		a, b := lo, hi
		for a <= b {
			for x[a].reduced < pivot {
				a++
			}
			for x[b].reduced > pivot {
				b--
			}
			if a <= b {
				x[a], x[b] = x[b], x[a]
				a++
				b--
			}
		}
		switch { // x[lo..b] ≤ pivot ≤ x[a..hi]
		case k-1 <= b:
			hi = b
		case k-1 >= a:
			lo = a
		default:
			return x[:k]
		}
	}
	return x[:k]
}

// twoBest finds the two columns of row i with the smallest cost minus price;
// +Inf and none where there are not so many.
func (s *solver) twoBest(i int) (best float64, column int32, second float64, next int32) {
	for {
		best, second = math.Inf(1), math.Inf(1)
		column, next = none, none
		l := &s.lists[i]
		for _, a := range l.arcs {
			if r := a.Cost - s.v[a.Column]; r < second {
				if r < best {
					second, next = best, column
					best, column = r, a.Column
				} else {
					second, next = r, a.Column
				}
			}
		}
		if second <= l.floor {
			return best, column, second, next
		}
		s.refresh(i)
	}
}
