package exact

import (
	"errors"
	"math/big"
)

// Sense is the relation between the two sides of a row.
type Sense int

// The three relations.
const (
	AtMost Sense = iota
	Equal
	AtLeast
)

// Row is Σ_k Coefficient[k]·x_k ≤, = or ≥ Right.
type Row struct {
	Coefficient []float64
	Sense       Sense
	Right       float64
}

// Linear is the linear program
//
//	minimise Σ_k Cost[k]·x_k subject to Rows and x ≥ 0.
//
// All numbers are finite.
type Linear struct {
	Cost []float64
	Rows []Row
}

// What Solve answers where there is no optimum.
var (
	ErrEmpty     = errors.New("exact: no point satisfies the rows")
	ErrUnbounded = errors.New("exact: the objective has no minimum")
)

// Solve finds an optimal vertex and its value without any rounding: two-phase
// dense simplex in rational arithmetic. Bland's rule (the first column that
// improves enters, the first basic variable among the tied leaves) rules out
// cycling, so it always ends.
func (l *Linear) Solve() (x []*big.Rat, value *big.Rat, err error) {
	t := newTableau(l)

	// Phase one minimises the sum of the artificial variables.
	if !t.minimise(t.columns) {
		panic("exact: phase one is bounded below by zero")
	}
	if t.objective().Sign() != 0 {
		return nil, nil, ErrEmpty
	}
	t.expelArtificial()

	// Phase two minimises the cost, with the artificial variables barred.
	t.price(l.Cost)
	if !t.minimise(t.real) {
		return nil, nil, ErrUnbounded
	}
	x = make([]*big.Rat, len(l.Cost))
	for k := range x {
		x[k] = new(big.Rat)
	}
	for i, k := range t.basic {
		if k < len(x) {
			x[k].Set(t.row[i][t.columns])
		}
	}
	return x, t.objective(), nil
}

// tableau holds the rows B⁻¹A | B⁻¹b, and the reduced costs with minus the
// objective in their last entry. Columns: the variables of the program, one
// slack per inequality, then one artificial variable per row.
type tableau struct {
	row           [][]*big.Rat
	reduced       []*big.Rat
	basic         []int // per row its basic column
	real, columns int   // columns without and with the artificial ones
}

func newTableau(l *Linear) *tableau {
	slacks := 0
	for _, r := range l.Rows {
		if r.Sense != Equal {
			slacks++
		}
	}
	t := &tableau{real: len(l.Cost) + slacks}
	t.columns = t.real + len(l.Rows)
	t.reduced = zeros(t.columns + 1)
	slack := len(l.Cost)
	for i, r := range l.Rows {
		row := zeros(t.columns + 1)
		for k, c := range r.Coefficient {
			row[k].SetFloat64(c)
		}
		switch r.Sense {
		case AtMost:
			row[slack].SetInt64(1)
			slack++
		case AtLeast:
			row[slack].SetInt64(-1)
			slack++
		}
		row[t.columns].SetFloat64(r.Right)
		if row[t.columns].Sign() < 0 {
			for _, v := range row {
				v.Neg(v)
			}
		}
		row[t.real+i].SetInt64(1)
		t.row = append(t.row, row)
		t.basic = append(t.basic, t.real+i)

		// With every artificial variable basic at cost 1, the reduced cost of
		// another column is minus its column sum.
		for k := range row {
			if k < t.real || k == t.columns {
				t.reduced[k].Sub(t.reduced[k], row[k])
			}
		}
	}
	return t
}

func zeros(n int) []*big.Rat {
	v := make([]*big.Rat, n)
	for k := range v {
		v[k] = new(big.Rat)
	}
	return v
}

func (t *tableau) objective() *big.Rat { return new(big.Rat).Neg(t.reduced[t.columns]) }

// price recomputes the reduced costs for the given costs of the variables.
func (t *tableau) price(cost []float64) {
	t.reduced = zeros(t.columns + 1)
	for k, c := range cost {
		t.reduced[k].SetFloat64(c)
	}
	for i, k := range t.basic {
		if k < len(cost) {
			subtract(t.reduced, t.row[i], new(big.Rat).SetFloat64(cost[k]))
		}
	}
}

// minimise pivots until no column below limit improves. It reports false where
// the objective falls without end.
func (t *tableau) minimise(limit int) bool {
	for {
		enter := -1
		for k := range limit {
			if t.reduced[k].Sign() < 0 {
				enter = k
				break
			}
		}
		if enter < 0 {
			return true
		}
		leave, least := -1, new(big.Rat)
		for i, row := range t.row {
			if row[enter].Sign() <= 0 {
				continue
			}
			ratio := new(big.Rat).Quo(row[t.columns], row[enter])
			if leave >= 0 {
				if c := ratio.Cmp(least); c > 0 || c == 0 && t.basic[i] > t.basic[leave] {
					continue
				}
			}
			leave, least = i, ratio
		}
		if leave < 0 {
			return false
		}
		t.pivot(leave, enter)
	}
}

// expelArtificial brings a real column into every row whose basic variable is
// artificial, and drops the rows that have none: they say 0 = 0.
func (t *tableau) expelArtificial() {
	for i := 0; i < len(t.row); i++ {
		if t.basic[i] < t.real {
			continue
		}
		enter := -1
		for k := range t.real {
			if t.row[i][k].Sign() != 0 {
				enter = k
				break
			}
		}
		if enter >= 0 {
			t.pivot(i, enter)
			continue
		}
		t.row = append(t.row[:i], t.row[i+1:]...)
		t.basic = append(t.basic[:i], t.basic[i+1:]...)
		i--
	}
}

// pivot makes column enter basic in row leave.
func (t *tableau) pivot(leave, enter int) {
	pivot := t.row[leave]
	inverse := new(big.Rat).Inv(pivot[enter])
	for _, v := range pivot {
		if v.Sign() != 0 {
			v.Mul(v, inverse)
		}
	}
	for i, row := range t.row {
		if i != leave {
			subtract(row, pivot, new(big.Rat).Set(row[enter]))
		}
	}
	subtract(t.reduced, pivot, new(big.Rat).Set(t.reduced[enter]))
	t.basic[leave] = enter
}

// subtract takes factor times b from a.
func subtract(a, b []*big.Rat, factor *big.Rat) {
	if factor.Sign() == 0 {
		return
	}
	product := new(big.Rat)
	for k := range a {
		if b[k].Sign() != 0 {
			a[k].Sub(a[k], product.Mul(b[k], factor))
		}
	}
}
