package segment

import (
	"strconv"

	"github.com/territory-go/territory/internal/parallel"
	"github.com/territory-go/territory/partition"
)

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

	// A cell that has units, but does not reach the Minimum, is sparse.
	Minimum Minimum
}

// Profile is how one candidate does.
type Profile struct {
	Name       string
	Dimensions int // as told
	Possible   int // as told
	Cells      int // with a unit
	Empty      int // without
	Sparse     int // with units, but below the minimum
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

	// Churn is what would change hands if each cell became a territory: from today's
	// territories to the cells, which [partition.Align] has numbered so that as much
	// value as possible stays.
	Churn partition.Churn

	// Split is what would change hands if each cell went, as a whole, to today's
	// territory that has the most value of it, several to one where need be: the
	// units of a cell that another territory has today. It is the measure for cells
	// that are finer than territories.
	Split partition.Tally

	// Travel is the sum of the great-circle distances in kilometres from each unit
	// that has a place and a cell to the centre of its cell, and Located the number
	// of these units. The centre is the mean of the places as points in space,
	// weighted by the value, brought back to the sphere.
	Travel  float64
	Located int

	largest int // the cell that LargestCell is the label of
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
// book's units; an attribute that the book does not have; a minimum that a [Scheme]
// would not take.
func Compare(book *partition.Table, by Yardsticks, candidates ...Candidate) (*Comparison, error) {
	if book == nil {
		return nil, noBook()
	}
	r := reader{book: book}
	s := survey{by: by, n: book.Len()}
	if by.Value != "" {
		s.value = r.numbers("Value", -1, by.Value)
		s.weight = weights(s.value)
	}
	for i, name := range by.Alike {
		s.alike = append(s.alike, newVariable(r.numbers("Alike", i, name)))
	}
	if by.Today != nil {
		s.today = r.assignment("Today", by.Today)
	}
	if by.Places != "" {
		places, err := book.Places(by.Places)
		r.named("Places", -1, err)
		s.at = vectors(places)
	}
	s.least = r.minimum(by.Minimum)
	named := make(map[string]int)
	cells := make([]*partition.Plan, len(candidates))
	for i, c := range candidates {
		if first, twice := named[c.Name]; twice {
			r.fault("candidates", i, c.Name, "is the name of candidate "+strconv.Itoa(first)+" too")
		} else if named[c.Name] = i; c.Name == "" {
			r.fault("candidates", i, nil, "has no name")
		}
		cells[i] = r.assignment("candidates["+strconv.Itoa(i)+"].Cells", c.Cells)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	profiles := make([]Profile, len(candidates))
	faults := make([]error, len(candidates))
	parallel.For(len(candidates), func(i int) {
		profiles[i], faults[i] = s.profile(candidates[i], cells[i])
	})
	for i, err := range faults {
		if err != nil {
			return nil, err
		}
		if p := &profiles[i]; p.Largest == p.Largest {
			p.LargestCell = labelled(candidates[i].Label, p.largest) // here, as the caller's functions may not be called in parallel
		}
	}
	return &Comparison{by, profiles}, nil
}
