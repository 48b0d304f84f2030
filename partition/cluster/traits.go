package cluster

import (
	"math"
	"time"

	"github.com/territory-go/territory/partition"
)

// trait is a column: the number or category at, and how to show it.
type trait struct {
	attribute *partition.Attribute
	at        int
	middle    float64 // of numbers: their mean, and
	scale     float64 // their standard deviation
	from      int64   // of dates: what they are counted from
	label     func(class int32) string
	column    []float64
	codes     []int32
	kinds     int
}

// column takes an attribute up.
func (s *mixture) column(book *partition.Table, a *partition.Attribute, faults *partition.Faults) {
	t := trait{attribute: a}
	switch a.Kind() {
	case partition.Number:
		t.column, _ = book.Numbers(a.Name())
		for i, x := range t.column {
			if math.Abs(x) > largestCoordinate {
				faults.Add(partition.InputError{Field: a.Name(), Index: i, Value: x,
					Why: "is beyond ±1e140: sums of squares would overflow"}, nil)
			}
		}
	case partition.Date:
		dates, _ := book.Dates(a.Name())
		t.column = make([]float64, len(dates))
		t.from = math.MaxInt64
		for _, d := range dates {
			if d != partition.MissingDate {
				t.from = min(t.from, d)
			}
		}
		for i, d := range dates {
			if t.column[i] = float64(d - t.from); d == partition.MissingDate {
				t.column[i] = math.NaN()
			}
		}
	case partition.Category:
		codes, names, _ := book.Categories(a.Name())
		t.codes, t.kinds = codes, len(names)
		t.label = func(c int32) string { return names[c] }
	case partition.Code:
		codes, tree, _ := book.Codes(a.Name())
		t.codes, t.kinds = codes, tree.Len()
		t.label = func(c int32) string { return tree.Node(int(c)).Code }
	}
	s.traitsOf = append(s.traitsOf, t)
}

// prepare standardises the numbers and makes room.
func (s *mixture) prepare() {
	for j := range s.traitsOf {
		t := &s.traitsOf[j]
		if t.codes != nil || t.column == nil {
			t.at = s.classes
			s.classes++
			s.offset = append(s.offset, s.names)
			s.names += t.kinds
			continue
		}
		t.at = s.numbers
		s.numbers++
		t.middle, t.scale = s.standard(t.column)
	}
	s.z, s.class = make([]float64, s.n*s.numbers), make([]int32, s.n*s.classes)
	for _, t := range s.traitsOf {
		for i := range s.n {
			if t.label != nil {
				s.class[i*s.classes+t.at] = t.codes[i]
				continue
			}
			z := math.NaN() // as are numbers that are all equal
			if t.scale > 0 {
				z = (t.column[i] - t.middle) / t.scale
			}
			s.z[i*s.numbers+t.at] = z
		}
	}
	s.furnish()
}

// furnish makes room for the search.
func (s *mixture) furnish() {
	s.of, s.far = make([]int32, s.n), make([]float64, s.n)
	s.count = make([]int32, s.k)
	s.weight, s.sum, s.mean = make([]float64, s.k*s.numbers), make([]float64, s.k*s.numbers), make([]float64, s.k*s.numbers)
	s.having = make([]float64, s.k*s.names)
	s.top, s.most, s.next = make([]int32, s.k*s.classes), make([]float64, s.k*s.classes), make([]float64, s.k*s.classes)
	s.parts, s.changed = make([]float64, blocks(s.n)), make([]int, blocks(s.n))
}

// standard is the weighted mean and standard deviation of what is not missing; the
// latter is 0 where all values are equal.
func (s *mixture) standard(column []float64) (middle, scale float64) {
	weight, low, high := 0.0, math.Inf(1), math.Inf(-1)
	for i, x := range column {
		if !math.IsNaN(x) && s.w[i] > 0 {
			weight += s.w[i]
			low, high = min(low, x), max(high, x)
		}
	}
	if !(low < high) {
		return 0, 0
	}
	for i, x := range column {
		if !math.IsNaN(x) {
			middle += float64(s.w[i] / weight * x)
		}
	}
	for i, x := range column {
		if !math.IsNaN(x) {
			scale += float64(s.w[i] / weight * float64((x-middle)*(x-middle)))
		}
	}
	return middle, math.Sqrt(scale)
}

// traits describes the clusters in the terms of the table.
func (s *mixture) traits() [][]Trait {
	all := make([][]Trait, s.k)
	for t := range all {
		for _, c := range s.traitsOf {
			a := Trait{Attribute: c.attribute.Name(), Kind: c.attribute.Kind()}
			switch {
			case c.label != nil:
				at := t*s.classes + c.at
				total := 0.0
				for _, w := range s.having[t*s.names+s.offset[c.at]:][:c.kinds] {
					total += w
				}
				if s.top[at] >= 0 {
					a.Name, a.Share = c.label(s.top[at]), s.most[at]/total
				}
			default:
				x := s.average(c, int32(t))
				if a.Kind == partition.Number {
					a.Mean = x
				} else if x == x {
					a.Date = time.UnixMicro(c.from + int64(math.Round(x))).UTC()
				}
			}
			all[t] = append(all[t], a)
		}
	}
	return all
}

// average is the mean of a column over a cluster.
func (s *mixture) average(c trait, t int32) float64 {
	weight, sum := 0.0, 0.0
	for i, x := range c.column {
		if s.of[i] == t && x == x {
			weight += s.w[i]
			sum += float64(s.w[i] * (x - c.middle))
		}
	}
	if !(weight > 0) {
		return math.NaN()
	}
	return c.middle + float64(sum/weight)
}
