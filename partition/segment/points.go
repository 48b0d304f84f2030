package segment

import (
	"cmp"
	"math"
	"slices"

	"github.com/territory-go/territory/partition"
)

// points are the different values of a column, ascending, each with the weight
// of all units that have it, which is above 0.
type points struct {
	value, weight []float64
	exponent      int // the weights are divided by 2^exponent
}

func (p points) len() int { return len(p.value) }

// checkValues reports what is wrong with the arguments of a Cutter.
func checkValues(faults *partition.Faults, value, weight []float64) {
	for i, v := range value {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			faults.Add(partition.InputError{Field: "value", Index: i, Value: v, Why: "is not finite"}, nil)
		}
	}
	for i, w := range weight {
		if !(w >= 0) || math.IsInf(w, 0) {
			faults.Add(partition.InputError{Field: "weight", Index: i, Value: w, Why: "is not a finite number ≥ 0"}, nil)
		}
	}
	if weight != nil && len(weight) != len(value) {
		faults.Add(partition.InputError{Field: "weight", Index: -1, Value: len(weight), Why: "is not the number of values"}, nil)
	}
}

// pointsOf sorts and merges the values; nil where there is a fault.
func pointsOf(faults *partition.Faults, value, weight []float64) points {
	before := faults.Len()
	checkValues(faults, value, weight)
	if faults.Len() > before {
		return points{}
	}
	heaviest := 1.0
	if len(weight) > 0 {
		heaviest = slices.Max(weight)
	}
	exponent := excess(heaviest)
	pairs := make([]pair, 0, len(value))
	for i, v := range value {
		w := 1.0
		if weight != nil {
			w = weight[i]
			if exponent != 0 {
				w = math.Ldexp(w, -exponent)
			}
		}
		if w > 0 {
			pairs = append(pairs, pair{ordered(v), w})
		}
	}
	pairs = sortPairs(pairs)
	different := 0
	for i := range pairs {
		if i == 0 || pairs[i].key != pairs[i-1].key {
			different++
		}
	}
	p := points{make([]float64, 0, different), make([]float64, 0, different), exponent}
	for from := 0; from < len(pairs); {
		to := from + 1
		for to < len(pairs) && pairs[to].key == pairs[from].key {
			to++
		}
		// A sum of weights in ascending order does not depend on the order of the units.
		if weight != nil && to-from > 2 {
			slices.SortFunc(pairs[from:to], func(a, b pair) int { return cmp.Compare(a.weight, b.weight) })
		}
		sum := 0.0
		for _, x := range pairs[from:to] {
			sum += x.weight
		}
		p.value = append(p.value, fromKey(pairs[from].key))
		p.weight = append(p.weight, sum)
		from = to
	}
	return p
}

// scaled are the points with their values divided by 2^exponent, so that
// squares neither overflow nor vanish; the points themselves wherever that is no
// danger.
func (p points) scaled() (_ points, exponent int) {
	if p.len() == 0 {
		return p, 0
	}
	exponent = excess(max(math.Abs(p.value[0]), math.Abs(p.value[p.len()-1])))
	if exponent == 0 {
		return p, 0
	}
	value := make([]float64, p.len())
	for i, v := range p.value {
		value[i] = math.Ldexp(v, -exponent)
	}
	return points{value, p.weight, p.exponent}, exponent
}

// excess is the binary exponent of x where sums of squares of numbers of that
// size are in danger, and otherwise 0.
func excess(x float64) int {
	_, exponent := math.Frexp(x)
	if exponent > -300 && exponent < 300 {
		return 0
	}
	return exponent
}

// pair is a value, as a key whose order as an integer is that of the numbers,
// with its weight.
type pair struct {
	key    uint64
	weight float64
}

const sign = 1 << 63

// ordered maps numbers to integers of the same order; -0 and 0 are the same.
func ordered(x float64) uint64 {
	bits := math.Float64bits(x + 0)
	if bits&sign != 0 {
		return ^bits
	}
	return bits | sign
}

func fromKey(key uint64) float64 {
	if key&sign != 0 {
		return math.Float64frombits(key &^ sign)
	}
	return math.Float64frombits(^key)
}

// sortPairs sorts by key; the order of equal keys is kept only where there are
// many pairs. It uses the slice, and gives that or another one. Many pairs are
// sorted digit by digit from the last one (radix sort), 11 bits a digit: six
// passes, less those in which all digits are equal.
func sortPairs(pairs []pair) []pair {
	const digit, digits = 11, 6
	if len(pairs) < 1<<digit {
		slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.key, b.key) })
		return pairs
	}
	var count [digits][1 << digit]int32
	for _, p := range pairs {
		key := p.key
		for d := range digits {
			count[d][key&(1<<digit-1)]++
			key >>= digit
		}
	}
	other := make([]pair, len(pairs))
	for d := range digits {
		shift := d * digit
		if int(count[d][pairs[0].key>>shift&(1<<digit-1)]) == len(pairs) {
			continue
		}
		at := int32(0)
		for i, c := range count[d] {
			count[d][i] = at
			at += c
		}
		for _, p := range pairs {
			c := &count[d][p.key>>shift&(1<<digit-1)]
			other[*c] = p
			*c++
		}
		pairs, other = other, pairs
	}
	return pairs
}
