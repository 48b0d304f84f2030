package segment

import (
	"math"
	"math/big"

	"github.com/territory-go/territory/internal/detmath"
	"github.com/territory-go/territory/partition"
)

// psi is the population stability index; it also sets its terms.
func (d *Drift) psi() float64 {
	before, after := 0, 0
	for c := range d.Classes {
		before += d.Classes[c].Before.Units
		after += d.Classes[c].After.Units
	}
	sum := 0.0
	for c := range d.Classes {
		k := &d.Classes[c]
		if k.Before.Units == 0 && k.After.Units == 0 {
			continue
		}
		p := max(float64(k.Before.Units), 0.5) / float64(before)
		q := max(float64(k.After.Units), 0.5) / float64(after)
		if before == 0 || after == 0 {
			k.PSI = math.NaN()
		} else {
			k.PSI = (q - p) * detmath.Log(q/p)
		}
		sum += k.PSI
	}
	if before == 0 || after == 0 {
		return math.NaN()
	}
	return sum
}

// rand is the adjusted Rand index. With S, A and B the sums of pairs and T those
// of all units,
//
//	R = 2(S·T - A·B) / ((A + B)·T - 2·A·B);
//
// a million units have 10^11 pairs, whose products do not fit into 64 bits.
func (d *Drift) rand() float64 {
	var s, a, b, t int64
	rows, columns := make([]int64, len(d.Labels)), make([]int64, len(d.Labels))
	n := int64(0)
	for _, f := range d.Flows {
		if f.From == partition.Unassigned || f.To == partition.Unassigned {
			continue
		}
		units := int64(f.Units)
		s += pairs(units)
		rows[f.From] += units
		columns[f.To] += units
		n += units
	}
	for c := range rows {
		a += pairs(rows[c])
		b += pairs(columns[c])
	}
	t = pairs(n)
	product := func(x, y int64) *big.Int { return new(big.Int).Mul(big.NewInt(x), big.NewInt(y)) }
	ab := product(a, b)
	num := new(big.Int).Sub(product(s, t), ab)
	num.Lsh(num, 1)
	den := new(big.Int).Sub(product(a+b, t), new(big.Int).Lsh(ab, 1))
	if den.Sign() == 0 { // all units together at both times, or all apart
		return 1
	}
	r, _ := new(big.Rat).SetFrac(num, den).Float64()
	return r
}

// pairs is their number among x units; below 2^61, as there are fewer than 2^31.
func pairs(x int64) int64 { return x * (x - 1) / 2 }
