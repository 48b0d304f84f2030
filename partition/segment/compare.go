package segment

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/internal/sphere"
	"github.com/territory-go/territory/partition"
)

// Candidate is one way to divide the units of a book into cells: a scheme, a
// clustering, today's territories.
type Candidate struct {
	Name       string
	Cells      partition.Assignment  // one cell per territory
	Label      func(cell int) string // nil: the number of the cell
	Dimensions int                   // how many dimensions the cells combine, for the report; 0: not told
	Possible   int                   // how many combinations there are on paper, for the report; 0: not told
}

// Yardsticks say by what candidates are measured. The zero value measures cells
// and balance by the number of units.
type Yardsticks struct {
	// Value is an attribute that is a number: the weight in balance, churn and
	// the centres of travel. A missing value counts 0. "": every unit counts 1.
	Value string

	// Alike are attributes that are numbers, and that should be alike within a
	// cell.
	Alike []string

	// Today is who owns which unit now; nil: there is no churn to report.
	Today partition.Assignment

	// Places is an attribute that is a place; "": there is no travel to report.
	Places string

	// A cell that has units, but fewer than MinUnits or less than MinValue of the
	// Value, is sparse.
	MinUnits int
	MinValue float64
}

// Profile is how one candidate does.
type Profile struct {
	Name       string
	Dimensions int // as told
	Possible   int // as told
	Cells      int // with a unit
	Empty      int // without
	Sparse     int // with too few units or too little value
	Unassigned partition.Tally

	// Largest is the share of the value that the largest cell has, and LargestCell
	// its label. CV is the coefficient of variation over the cells with a unit,
	//
	//	CV = √(Σ_c (v_c - µ)² / K) / µ,   µ = Σ_c v_c / K:
	//
	// 0 where all are equal, √(K-1) where one has everything. They are NaN where the
	// value does not add up to more than 0.
	Largest     float64
	LargestCell string
	CV          float64

	// Explained is, per attribute of Alike, the part of the variance that is
	// between the cells (η², the correlation ratio),
	//
	//	η² = 1 - Σ_c Σ_{i ∈ c} (x_i - x̄_c)² / Σ_i (x_i - x̄)²,
	//
	// from 0, cells differ no more than anything, to 1, units of a cell are equal.
	// More cells explain more, whatever they are; Adjusted makes up for it by the
	// degrees of freedom (Kelley's ε²),
	//
	//	ε² = 1 - (1 - η²)·(n - 1) / (n - K),
	//
	// which is 0 in expectation for cells drawn at random, and may be negative.
	// Units without a value are left out; those in no cell are a cell of their own.
	// NaN where all values are equal, and ε² also where each cell has one.
	//
	// T. L. Kelley, An unbiased correlation ratio measure, Proc. Natl. Acad. Sci. 21
	// (1935) 554-559.
	Explained, Adjusted []float64

	// Churn is what would change hands: from today's territories to cells that
	// [partition.Align] has numbered so that as much value as possible stays.
	Churn partition.Churn

	// Travel is the sum of the great-circle distances in kilometres from each unit
	// that has a place and a cell to the centre of its cell, and Located the number
	// of these units. The centre is the mean of the places as points in space,
	// weighted by the value, brought back to the sphere.
	Travel  float64
	Located int
}

// Comparison is a report of candidates side by side.
type Comparison struct {
	By       Yardsticks
	Profiles []Profile // in the order of the candidates
}

// Compare measures candidates on the caller's own book, side by side. It says
// what each of them does; which is best is the caller's to say.
//
// Nothing depends on the order of the units, but which of several equally good
// numberings [partition.Align] takes for the churn. Time is O(n·(3 + a)) per
// candidate for a attributes of Alike, and that of Align; candidates are measured in
// parallel.
//
// All faults are reported at once, as [*partition.InputError] values: a candidate
// without a name, with that of another, or whose cells are not those of the
// book's units; an attribute that the book does not have; minima that are
// negative or not finite.
func Compare(book *partition.Table, by Yardsticks, candidates ...Candidate) (*Comparison, error) {
	r := reader{book: book}
	s := survey{by: by, n: book.Len()}
	if by.Value != "" {
		s.value = r.numbers(by.Value)
		s.weight = weights(s.value)
	}
	for _, name := range by.Alike {
		s.alike = append(s.alike, newVariable(r.numbers(name)))
	}
	if by.Today != nil {
		s.today = r.assignment("Today", by.Today)
	}
	if by.Places != "" {
		places, err := book.Places(by.Places)
		if err != nil {
			r.others = append(r.others, err)
		}
		s.at = vectors(places)
	}
	if by.MinUnits < 0 {
		r.fault("MinUnits", -1, by.MinUnits, "is negative")
	}
	if !(by.MinValue >= 0) || math.IsInf(by.MinValue, 1) {
		r.fault("MinValue", -1, by.MinValue, "is not a finite number ≥ 0")
	}
	named := make(map[string]int)
	of := make([][]int32, len(candidates))
	for i, c := range candidates {
		field := "candidates[" + strconv.Itoa(i) + "]"
		if first, twice := named[c.Name]; twice {
			r.fault("candidates", i, c.Name, "is the name of candidate "+strconv.Itoa(first)+" too")
		} else if named[c.Name] = i; c.Name == "" {
			r.fault("candidates", i, nil, "has no name")
		} else {
			field += " (" + c.Name + ")"
		}
		of[i] = r.assignment(field, c.Cells)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	profiles := make([]Profile, len(candidates))
	faults := make([]error, len(candidates))
	parallel.For(len(candidates), func(i int) {
		profiles[i], faults[i] = s.profile(candidates[i], candidates[i].Cells.K(), of[i])
	})
	for _, err := range faults {
		if err != nil {
			return nil, err
		}
	}
	return &Comparison{by, profiles}, nil
}

// survey is the book as far as it is measured; missing values are NaN.
type survey struct {
	by     Yardsticks
	n      int
	value  []float64 // nil: 1 each
	weight []float64 // from 0 to 1, in proportion to the value; nil: 1 each
	alike  []variable
	today  []int32
	at     []sphere.Vec // X is NaN where there is no place
}

// variable is a column whose variance is to be explained.
type variable struct {
	x     []float64
	scale float64 // a power of two that brings the values below 1, so that squares do not overflow
	n     int
	mean  float64 // of the scaled values
	sum   float64 // of the squared deviations from it
}

func newVariable(x []float64) variable {
	v := variable{x: x, scale: belowOne(x)}
	v.n, v.mean, v.sum = v.deviations(nil, true, make([]float64, 0, len(x)))
	return v
}

// belowOne is a power of two that brings the values below 1 and the largest of
// them close to it.
func belowOne(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		if v == v {
			top = math.Max(top, math.Abs(v))
		}
	}
	_, exponent := math.Frexp(top)
	return math.Ldexp(1, min(-exponent, 1000))
}

// deviations is the sum of the squared deviations from the mean over some units,
// or all, in buffer.
func (v *variable) deviations(units []int32, all bool, buffer []float64) (n int, mean, sum float64) {
	take := func(x float64) {
		if x == x {
			buffer = append(buffer, x*v.scale)
		}
	}
	if all {
		for _, x := range v.x {
			take(x)
		}
	}
	for _, i := range units {
		take(v.x[i])
	}
	if n = len(buffer); n == 0 {
		return 0, 0, 0
	}
	mean = total(buffer) / float64(n)
	for i, x := range buffer {
		buffer[i] = float64((x - mean) * (x - mean))
	}
	return n, mean, total(buffer)
}

// weights are values from 0 to 1 in the proportions of x; what is negative or
// missing weighs nothing.
func weights(x []float64) []float64 {
	scale := belowOne(x)
	w := make([]float64, len(x))
	for i, v := range x {
		if v > 0 {
			w[i] = v * scale
		}
	}
	return w
}

// vectors are the places as points in space.
func vectors(places []orb.Point) []sphere.Vec {
	const block = 1 << 13
	at := make([]sphere.Vec, len(places))
	parallel.For((len(places)+block-1)/block, func(b int) {
		for i := b * block; i < min((b+1)*block, len(places)); i++ {
			if p := places[i]; p[0] == p[0] && p[1] == p[1] {
				at[i] = sphere.At(p[0], p[1])
			} else {
				at[i].X = math.NaN()
			}
		}
	})
	return at
}

// profile measures one candidate of k cells.
func (s *survey) profile(c Candidate, k int, of []int32) (Profile, error) {
	p := Profile{Name: c.Name, Dimensions: c.Dimensions, Possible: c.Possible}
	order, start := byCell(of, k)
	cell := func(t int) []int32 { return order[start[t]:start[t+1]] } // k: those in none
	buffer := make([]float64, 0, s.n)
	p.Unassigned = partition.Tally{Units: len(cell(k)), Amount: s.amount(cell(k), buffer)}
	s.balance(&p, c, k, cell, buffer)
	for _, v := range s.alike {
		p.explain(&v, k, cell, buffer)
	}
	if s.at != nil {
		s.travel(&p, k, cell, buffer)
	}
	if s.today != nil {
		return p, s.churn(&p, k, of, buffer)
	}
	return p, nil
}

// byCell sorts the units by their cell; those in none come last.
func byCell(of []int32, k int) (order, start []int32) {
	start = make([]int32, k+2)
	group := func(t int32) int {
		if t < 0 {
			return k
		}
		return int(t)
	}
	for _, t := range of {
		start[group(t)+1]++
	}
	for t := range start[1:] {
		start[t+1] += start[t]
	}
	next := append([]int32(nil), start...)
	order = make([]int32, len(of))
	for i, t := range of {
		g := group(t)
		order[next[g]] = int32(i)
		next[g]++
	}
	return order, start
}

// amount is the value of some units.
func (s *survey) amount(units []int32, buffer []float64) float64 {
	if s.value == nil {
		return float64(len(units))
	}
	for _, i := range units {
		if x := s.value[i]; x == x {
			buffer = append(buffer, x)
		}
	}
	return total(buffer)
}

// balance counts the cells, and says how even they are.
func (s *survey) balance(p *Profile, c Candidate, k int, cell func(int) []int32, buffer []float64) {
	amounts := make([]float64, 0, k)
	largest, most := -1, 0.0
	for t := range k {
		units := cell(t)
		if len(units) == 0 {
			p.Empty++
			continue
		}
		p.Cells++
		amount := s.amount(units, buffer)
		if len(units) < s.by.MinUnits || amount < s.by.MinValue {
			p.Sparse++
		}
		amounts = append(amounts, amount)
		if largest < 0 || amount > most {
			largest, most = t, amount
		}
	}
	p.Largest, p.CV = math.NaN(), math.NaN()
	sum := total(amounts)
	if all := total([]float64{sum, p.Unassigned.Amount}); largest >= 0 && all > 0 {
		p.Largest, p.LargestCell = most/all, labelled(c.Label, largest)
	}
	if mean := sum / float64(len(amounts)); mean > 0 {
		for i, a := range amounts {
			amounts[i] = float64((a/mean - 1) * (a/mean - 1))
		}
		p.CV = math.Sqrt(total(amounts) / float64(len(amounts)))
	}
}

// explain adds the part of the variance of v that is between the cells.
func (p *Profile) explain(v *variable, k int, cell func(int) []int32, buffer []float64) {
	var within []float64
	for t := range k + 1 {
		if n, _, sum := v.deviations(cell(t), false, buffer); n > 0 {
			within = append(within, sum)
		}
	}
	cells := len(within)
	left := total(within) / v.sum
	explained, adjusted := math.NaN(), math.NaN()
	if v.sum > 0 {
		explained = math.Max(0, 1-left)
		if v.n > cells {
			adjusted = 1 - float64(left*(float64(v.n-1)/float64(v.n-cells)))
		}
	}
	p.Explained = append(p.Explained, explained)
	p.Adjusted = append(p.Adjusted, adjusted)
}

// travel sums the distances to the centres.
func (s *survey) travel(p *Profile, k int, cell func(int) []int32, buffer []float64) {
	sums := make([]float64, 0, k)
	located := make([]int32, 0, s.n)
	for t := range k {
		located = located[:0]
		for _, i := range cell(t) {
			if x := s.at[i].X; x == x {
				located = append(located, i)
			}
		}
		if len(located) == 0 {
			continue
		}
		center := s.center(located, buffer)
		distances := buffer[:0]
		for _, i := range located {
			distances = append(distances, sphere.Distance(center, s.at[i]))
		}
		sums = append(sums, total(distances))
		p.Located += len(located)
	}
	p.Travel = total(sums)
}

// center is the mean of the places of some units, weighted by the value. Where
// they have none, all count alike; where they cancel out, it is the north pole.
func (s *survey) center(units []int32, buffer []float64) sphere.Vec {
	weight := s.weight
	weighted := func(of func(sphere.Vec) float64) float64 {
		sum := buffer[:0]
		for _, i := range units {
			if weight == nil {
				sum = append(sum, of(s.at[i]))
			} else if w := weight[i]; w > 0 {
				sum = append(sum, float64(w*of(s.at[i])))
			}
		}
		return total(sum)
	}
	if weight != nil && weighted(func(sphere.Vec) float64 { return 1 }) == 0 {
		weight = nil
	}
	x := weighted(func(v sphere.Vec) float64 { return v.X })
	y := weighted(func(v sphere.Vec) float64 { return v.Y })
	z := weighted(func(v sphere.Vec) float64 { return v.Z })
	length := math.Sqrt(float64(x*x) + float64(y*y) + float64(z*z))
	if length == 0 {
		return sphere.Vec{Z: 1}
	}
	return sphere.Vec{X: x / length, Y: y / length, Z: z / length}
}

// churn numbers the cells after today's territories, and counts what moves.
func (s *survey) churn(p *Profile, k int, of []int32, buffer []float64) error {
	today, err := partition.NewPlan(s.by.Today.K(), s.today)
	if err != nil {
		return err
	}
	cells, err := partition.NewPlan(k, of)
	if err != nil {
		return err
	}
	next, _, err := partition.Align(today, cells, s.weight)
	if err != nil {
		return err
	}
	var moved, assigned, released []int32
	for i, from := range s.today {
		switch to := int32(next.Of(i)); {
		case from == to:
		case from == partition.Unassigned:
			assigned = append(assigned, int32(i))
		case to == partition.Unassigned:
			released = append(released, int32(i))
		default:
			moved = append(moved, int32(i))
		}
	}
	tally := func(units []int32) partition.Tally {
		return partition.Tally{Units: len(units), Amount: s.amount(units, buffer)}
	}
	p.Churn = partition.Churn{Moved: tally(moved), Assigned: tally(assigned), Released: tally(released)}
	return nil
}

// Rows is the comparison as a table of texts, one column per candidate: first
// their names, then what was measured, line by line, "-" where there is no number.
func (c *Comparison) Rows() [][]string {
	var rows [][]string
	row := func(what string, text func(p *Profile) string) {
		line := []string{what}
		for i := range c.Profiles {
			line = append(line, text(&c.Profiles[i]))
		}
		rows = append(rows, line)
	}
	count := func(n int) string { return grouped(strconv.Itoa(n)) }
	told := func(n int) string {
		if n == 0 {
			return "-"
		}
		return count(n)
	}
	share := func(x float64) string {
		if x != x {
			return "-"
		}
		return percent(x)
	}
	value := "units"
	if c.By.Value != "" {
		value = c.By.Value
	}
	row("by "+value, func(p *Profile) string { return p.Name })
	if slices.ContainsFunc(c.Profiles, func(p Profile) bool { return p.Dimensions > 0 }) {
		row("dimensions", func(p *Profile) string { return told(p.Dimensions) })
	}
	if slices.ContainsFunc(c.Profiles, func(p Profile) bool { return p.Possible > 0 }) {
		row("cells on paper", func(p *Profile) string { return told(p.Possible) })
	}
	row("cells", func(p *Profile) string { return count(p.Cells) })
	row("empty cells", func(p *Profile) string { return count(p.Empty) })
	if c.By.MinUnits > 0 || c.By.MinValue > 0 {
		row("sparse cells", func(p *Profile) string { return count(p.Sparse) })
	}
	row("units in no cell", func(p *Profile) string { return count(p.Unassigned.Units) })
	row("largest cell", func(p *Profile) string {
		if p.Largest != p.Largest {
			return "-"
		}
		return p.LargestCell
	})
	row("its share of "+value, func(p *Profile) string { return share(p.Largest) })
	row("CV of "+value, func(p *Profile) string {
		if p.CV != p.CV {
			return "-"
		}
		return strconv.FormatFloat(p.CV, 'f', 2, 64)
	})
	for a, name := range c.By.Alike {
		row("explained of "+name, func(p *Profile) string { return share(p.Explained[a]) })
		row("- adjusted", func(p *Profile) string { return share(p.Adjusted[a]) })
	}
	if c.By.Today != nil {
		row("units that change hands", func(p *Profile) string { return count(p.Churn.Moved.Units) })
		if c.By.Value != "" {
			row(value+" that changes hands", func(p *Profile) string { return amountText(p.Churn.Moved.Amount) })
		}
	}
	if c.By.Places != "" {
		row("km to the centres", func(p *Profile) string { return amountText(p.Travel) })
		row("- a unit", func(p *Profile) string {
			if p.Located == 0 {
				return "-"
			}
			return amountText(p.Travel / float64(p.Located))
		})
	}
	return rows
}

// String is the table of [Comparison.Rows], aligned.
func (c *Comparison) String() string { return aligned(c.Rows()) }

// aligned writes rows of the same length as lines: the first column from the left,
// the others to the right.
func aligned(rows [][]string) string {
	var width []int
	for _, row := range rows {
		for j, text := range row {
			if j == len(width) {
				width = append(width, 0)
			}
			width[j] = max(width[j], utf8.RuneCountInString(text))
		}
	}
	var b strings.Builder
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, text := range row {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(text))
			if j == 0 {
				b.WriteString(text + pad)
			} else {
				b.WriteString("  " + pad + text)
			}
		}
	}
	return b.String()
}
