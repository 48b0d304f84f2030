package segment

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// CoreGrowthPotential classifies customers, or places (business circles, 商圈),
// into core, growth and potential (核心, 成长, 潜力) and the others. A unit is in
// the first class that applies:
//
//	core       v ≥ CoreFrom: it belongs to the smallest set of the largest values
//	           that makes up CoreShare of the total, Σ w·v
//	growth     b ≥ BaseFrom and v ≥ (1 + GrowthFrom)·b: it has grown enough since
//	           the period before, and from enough
//	potential  p ≥ PotentialFrom
//	other      it has a value
//	missing    it has none
//
// v is the unit's Value, w its Weight, b its value Before and p its Potential
// index. What is missing meets no condition: a place without sales yet may have
// potential. Growth that misses its threshold by less than one part in 10¹²
// reaches it, because that much is rounding. A unit of at least the value of a
// core unit is core, and equal units are in the same class, whatever the order.
//
// For places, a density is often meant: with sales per km² as Value and the km²
// as Weight, the core is made of the densest places that have CoreShare of the
// sales.
//
// The thresholds that are 0 are taken from the book, as each says, and change
// with it; [CoreGrowthPotential.Fit] fixes them and fills them in.
type CoreGrowthPotential struct {
	As        string   `json:"as,omitempty"`        // the name of the dimension; "": that of the column Value
	Value     string   `json:"value"`               // the column of numbers: what the unit is worth now
	Weight    string   `json:"weight,omitempty"`    // the column of numbers that values are multiplied with in sums, ≥ 0, missing: 0; "": 1 each
	Before    string   `json:"before,omitempty"`    // the column of numbers: Value in the period before; "": no unit is growth
	Potential string   `json:"potential,omitempty"` // the column of numbers: an index of what it could be worth; "": no unit is potential
	Labels    []string `json:"labels,omitempty"`    // from the lowest; none: "other", "potential", "growth", "core"

	CoreShare     float64 `json:"coreShare,omitempty"`     // above 0 and below 1; 0: 0.80, the share of the total
	CoreFrom      float64 `json:"coreFrom,omitempty"`      // in the unit of Value; 0: by CoreShare, over the values above 0
	GrowthFrom    float64 `json:"growthFrom,omitempty"`    // 0.5 is half as much again; 0: 0.20
	BaseFrom      float64 `json:"baseFrom,omitempty"`      // in the unit of Value; 0: a tenth of the mean of Before, over those above 0
	PotentialFrom float64 `json:"potentialFrom,omitempty"` // in the unit of Potential; 0: the highest quarter that is not empty ([Quantiles]) of the indices above 0
}

// Name is As, or else the name of the column Value.
func (d CoreGrowthPotential) Name() string { return called(d.As, d.Value) }

// Kind is "coreGrowthPotential": what the dimension is called in the JSON of a
// [Scheme].
func (d CoreGrowthPotential) Kind() string { return "coreGrowthPotential" }

// Bind gives "other", "potential", "growth" and "core" as ranked classes, and
// then "missing".
//
// Faults are columns that are not there or of another kind, a negative weight,
// thresholds that are negative or not finite, or of no use without their column,
// and labels that are not four, empty, equal or "missing". O(n), and O(n·log n)
// below 2,048 units; O(1) for the class of a unit.
func (d CoreGrowthPotential) Bind(book *partition.Table) (*Classes, error) {
	faults := faultsOf(d.Name())
	b := d.bind(faults, book)
	if err := faults.err(); err != nil {
		return nil, err
	}
	return &Classes{Labels: append(b.d.Labels, MissingLabel), Ranked: 4, Of: b.of}, nil
}

// Fit gives the dimension with all thresholds filled in from this book, and
// without Weight, which is needed no more. A threshold that no unit of the book
// reaches is [math.MaxFloat64].
func (d CoreGrowthPotential) Fit(book *partition.Table) (Dimension, error) {
	faults := faultsOf(d.Name())
	b := d.bind(faults, book)
	if err := faults.err(); err != nil {
		return nil, err
	}
	b.d.Weight = ""
	return b.d, nil
}

// The classes of CoreGrowthPotential.
const (
	otherClass = iota
	potentialClass
	growthClass
	coreClass
	missingClass
)

// stages are CoreGrowthPotential on a book.
type stages struct {
	d                        CoreGrowthPotential // with all thresholds
	value, before, potential []float64           // the last two may be nil
}

func (s *stages) of(unit int) int {
	v := s.value[unit]
	if v >= s.d.CoreFrom {
		return coreClass
	}
	if s.before != nil {
		b := s.before[unit]
		if b >= s.d.BaseFrom && v-b >= float64(s.d.GrowthFrom*b)*(1-1e-12) {
			return growthClass
		}
	}
	switch {
	case s.potential != nil && s.potential[unit] >= s.d.PotentialFrom:
		return potentialClass
	case v != v:
		return missingClass
	}
	return otherClass
}

func (d CoreGrowthPotential) bind(faults *faultList, book *partition.Table) *stages {
	s := &stages{d: d}
	s.value = faults.numbers(book, d.Value)
	if d.Before != "" {
		s.before = faults.numbers(book, d.Before)
	}
	if d.Potential != "" {
		s.potential = faults.numbers(book, d.Potential)
	}
	var weight []float64
	if d.Weight != "" {
		weight = faults.numbers(book, d.Weight)
	}
	d.check(faults)
	if faults.faults.Len() > 0 {
		return s
	}
	s.labels(faults)
	s.thresholds(faults, weight)
	return s
}

func (d CoreGrowthPotential) check(faults *faultList) {
	for _, t := range []struct {
		field string
		value float64
	}{
		{"coreShare", d.CoreShare}, {"coreFrom", d.CoreFrom}, {"growthFrom", d.GrowthFrom},
		{"baseFrom", d.BaseFrom}, {"potentialFrom", d.PotentialFrom},
	} {
		if !(t.value >= 0) || math.IsInf(t.value, 0) {
			faults.add(t.field, -1, t.value, "is not a finite number ≥ 0")
		}
	}
	if d.CoreShare >= 1 && !math.IsInf(d.CoreShare, 0) {
		faults.add("coreShare", -1, d.CoreShare, "is not below 1")
	}
	if d.Before == "" && d.GrowthFrom > 0 {
		faults.add("growthFrom", -1, d.GrowthFrom, "is of no use without before")
	}
	if d.Before == "" && d.BaseFrom > 0 {
		faults.add("baseFrom", -1, d.BaseFrom, "is of no use without before")
	}
	if d.Potential == "" && d.PotentialFrom > 0 {
		faults.add("potentialFrom", -1, d.PotentialFrom, "is of no use without potential")
	}
}

func (s *stages) labels(faults *faultList) {
	if len(s.d.Labels) == 0 {
		s.d.Labels = []string{"other", "potential", "growth", "core"}
		return
	}
	if len(s.d.Labels) != 4 {
		faults.add("labels", -1, len(s.d.Labels), "are not four")
	}
	s.d.Labels = checkedLabels(faults, s.d.Labels, MissingLabel)
}

// thresholds fills in those that are 0.
func (s *stages) thresholds(faults *faultList, weight []float64) {
	if s.d.CoreShare == 0 {
		s.d.CoreShare = 0.80
	}
	if s.d.CoreFrom == 0 {
		s.d.CoreFrom = s.top(faults, s.d.Value, s.value, weight, CumulativeShare{Shares: []float64{s.d.CoreShare}})
	}
	if s.before != nil {
		if s.d.GrowthFrom == 0 {
			s.d.GrowthFrom = 0.20
		}
		if s.d.BaseFrom == 0 {
			s.d.BaseFrom = max(meanAbove(s.before)/10, math.SmallestNonzeroFloat64)
		}
	}
	if s.potential != nil && s.d.PotentialFrom == 0 {
		s.d.PotentialFrom = s.top(faults, s.d.Potential, s.potential, nil, Quantiles{})
	}
}

// top is the last cut of the values above 0.
func (s *stages) top(faults *faultList, name string, value, weight []float64, cutter Cutter) float64 {
	above := collect(value, weight, func(unit int) bool { return value[unit] > 0 })
	cuts, err := cutter.Cuts(above.value, above.weight)
	if err != nil {
		_ = above.report(faults, err, name, s.d.Weight) // among the faults
	}
	if len(cuts) == 0 {
		return math.MaxFloat64
	}
	return cuts[len(cuts)-1]
}

// meanAbove is the mean of the values above 0, whatever their order.
func meanAbove(value []float64) float64 {
	above := make([]float64, 0, len(value))
	for _, x := range value {
		if x > 0 {
			above = append(above, x)
		}
	}
	if len(above) == 0 {
		return 0
	}
	n := float64(len(above))
	for i := range above {
		above[i] /= n // whose sum cannot overflow
	}
	return total(above)
}
