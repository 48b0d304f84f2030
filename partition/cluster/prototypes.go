package cluster

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
)

// KPrototypes divides the units of a [partition.Table] into k clusters by numbers and
// names together (Huang, Extensions to the k-Means Algorithm for Clustering Large Data
// Sets with Categorical Values, 1998). A cluster is described by its prototype: the mean of
// each number, the most frequent name of each category. With z the numbers,
// standardised to mean 0 and standard deviation 1,
//
//	minimise    Σ_t Σ_{i ∈ t} w_i·( Σ_numbers (z_i - mean_t)² + Gamma·Σ_categories [name_i ≠ mode_t] )
//
// Numbers and dates are numbers here. Categories, and codes as they stand, without
// regard to their tree, are categories; the distances of [Gower] know trees, and places.
//
// What is missing says nothing: it enters no mean and no mode and costs nothing in any
// cluster. So do names and codes that are unknown to the table. Numbers that are all equal
// count for nothing. A unit all of whose values are missing goes to the first cluster.
//
// Guaranteed is a plan that moving any single unit to another cluster does not better, but
// for rounding, unless Rounds run out or the context ends; not the optimum, which is
// NP-hard. No cluster is empty. Clusters are numbered in the order of their first units.
//
// Method: seeding as by [KMeans]; rounds that give every unit to the cheapest prototype and
// compute these anew; then exchanges of single units, each judged by what it does to the
// two prototypes. All this from Starts seedings, of which the best counts; of more than
// 10,000 units, and 400 for each cluster, with a sample, whose prototypes all units then
// begin with. A round is O(n·k·a) for a attributes, memory O(n·a + k·c) for c different
// names. Of equally frequent names the first in the alphabet is the mode. The same input,
// seed and version give the same bytes at any GOMAXPROCS and on every platform.
type KPrototypes struct {
	Attributes []string  // nil: all of the table
	Gamma      float64   // what a different name counts, in squared standard deviations; 0: 0.5
	Weight     []float64 // per unit: finite and ≥ 0; nil: 1
	Starts     int       // runs from different seedings; 0: 10
	Seed       uint64    // of everything that is drawn
	Rounds     int       // rounds in each start, at most; 0: 10,000
}

// Prototypes is what [KPrototypes] finds.
type Prototypes struct {
	Plan       *partition.Plan
	Prototypes [][]Trait // per cluster what is typical of it, in the order of the attributes
	Loss       float64   // what is minimised
	Iterations int       // rounds, of all starts
	Stop       partition.Stop
}

// Trait is what is typical of a cluster in one attribute.
type Trait struct {
	Attribute string
	Kind      partition.Kind
	Mean      float64   // of a Number, as in the table; NaN: no unit of the cluster has a value
	Date      time.Time // of a Date, the mean, in UTC; zero: no unit of the cluster has a value
	Name      string    // of a Category, the most frequent one, of a Code the code; "": no unit of the cluster has one
	Share     float64   // of the weight of the units that have a value, what has this Name
}

func (t Trait) String() string {
	switch {
	case t.Kind == partition.Number && !math.IsNaN(t.Mean):
		return fmt.Sprintf("%s %.4g", t.Attribute, t.Mean)
	case t.Kind == partition.Date && !t.Date.IsZero():
		return t.Attribute + " " + t.Date.Format(time.DateOnly)
	case t.Name != "":
		return fmt.Sprintf("%s %s (%.0f %%)", t.Attribute, t.Name, 100*t.Share)
	}
	return t.Attribute + " unknown"
}

// Cluster finds k clusters of the units of the table.
//
// All faults are reported at once, as [*partition.InputError]s: a nil table, an attribute
// that is not in it, is named twice or is a place, no attribute, a k below 1 or above the
// number of units, a Gamma that is negative or not finite, weights that are not one per
// unit, finite and ≥ 0, numbers beyond ±1e140. Where fewer than k units differ, the loss is
// 0 and copies are in clusters of their own.
func (m KPrototypes) Cluster(ctx context.Context, book *partition.Table, k int) (*Prototypes, error) {
	s, err := m.model(book, k)
	if err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	found := &Prototypes{Stop: partition.Converged}
	var of []int32
	if size := max(fewPoints, pointsEach*k); s.n > 2*size {
		rnd := splitmix.Source(m.Seed)
		c := s.sample(size, &rnd)
		if of = m.search(ctx, c, found); of != nil && found.Stop != partition.ProvedOptimal {
			s.begin(c, of)
			s.left = m.rounds()
			s.descend(ctx)
			if of = s.of; s.left == 0 {
				found.Stop = partition.BudgetSpent
			}
		} else {
			of, found.Stop = nil, partition.Converged
		}
	}
	if of == nil && ctx.Err() == nil {
		of = m.search(ctx, s, found)
	}
	if of == nil {
		return nil, context.Cause(ctx)
	}
	if ctx.Err() != nil && found.Stop != partition.ProvedOptimal {
		found.Stop = partition.Interrupted
	}
	of = append([]int32(nil), of...)
	number(of, k)
	if found.Plan, err = partition.NewPlan(k, of); err != nil {
		return nil, err
	}
	copy(s.of, of)
	s.tally()
	found.Iterations, found.Loss, found.Prototypes = s.rounds, s.cost(), s.traits()
	return found, nil
}

// search is the best of all starts; nil: the context ended before there was one.
func (m KPrototypes) search(ctx context.Context, s *mixture, found *Prototypes) (of []int32) {
	starts, best := m.Starts, math.Inf(1)
	if starts == 0 {
		starts = 10
	}
	for start := range starts {
		rnd := splitmix.Fork(m.Seed, uint64(start))
		s.left = m.rounds()
		if seeds := s.seed(ctx, &rnd); seeds < s.k {
			if ctx.Err() == nil {
				of = append(of[:0], s.of...)
				scatter(of, seeds, s.k)
				found.Stop = partition.ProvedOptimal
			}
			return of
		}
		s.descend(ctx)
		if cost := s.cost(); cost < best || of == nil {
			best, of = cost, append(of[:0], s.of...)
		}
		if s.left == 0 {
			found.Stop = partition.BudgetSpent
		}
		if ctx.Err() != nil {
			break
		}
	}
	return of
}

func (m KPrototypes) rounds() int {
	if m.Rounds == 0 {
		return defaultRounds
	}
	return m.Rounds
}

// model checks the input and puts it into the form of the search.
func (m KPrototypes) model(book *partition.Table, k int) (*mixture, error) {
	var faults partition.Faults
	whole := func(field string, value any, why string) {
		faults.Add(partition.InputError{Field: field, Index: -1, Value: value, Why: why}, nil)
	}
	if book == nil {
		whole("table", nil, "is nil")
		return nil, faults.Err()
	}
	n := book.Len()
	if k < 1 {
		whole("k", k, "is below 1")
	} else if k > n {
		whole("k", k, fmt.Sprintf("is more than there are units: %d", n))
	}
	if !(m.Gamma >= 0) || math.IsInf(m.Gamma, 0) || m.Gamma > largestCoordinate {
		whole("KPrototypes.Gamma", m.Gamma, "is not a finite number ≥ 0")
	}
	if m.Starts < 0 {
		whole("KPrototypes.Starts", m.Starts, "is negative")
	}
	if m.Rounds < 0 {
		whole("KPrototypes.Rounds", m.Rounds, "is negative")
	}
	if m.Weight != nil && len(m.Weight) != n {
		whole("KPrototypes.Weight", len(m.Weight), fmt.Sprintf("are not one for each of %d units", n))
	}
	for i, w := range m.Weight {
		if !(w >= 0 && w <= largestCoordinate) {
			faults.Add(partition.InputError{Field: "KPrototypes.Weight", Index: i, Value: w, Why: "is not a number of 0 to 1e140"}, nil)
		}
	}
	if faults.Len() > 0 {
		k = 0
	}
	s := newMixture(n, k, m.Weight, m.Gamma)
	names := m.Attributes
	if names == nil {
		for _, a := range book.Attributes() {
			names = append(names, a.Name())
		}
	}
	if len(names) == 0 {
		whole("KPrototypes.Attributes", nil, "are none")
	}
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		a, err := book.Attribute(name)
		switch {
		case err != nil:
			whole("KPrototypes.Attributes", name, "is not in the table"+partition.Meant(name, known(book)))
			continue
		case seen[name]:
			whole("KPrototypes.Attributes", name, "is named twice")
		case a.Kind() == partition.Place:
			whole("KPrototypes.Attributes", name, "is a place, which is neither number nor name; Gower compares places")
		default:
			s.column(book, a, &faults)
		}
		seen[name] = true
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	s.prepare()
	return s, nil
}

func known(book *partition.Table) []string {
	var names []string
	for _, a := range book.Attributes() {
		names = append(names, a.Name())
	}
	return names
}
