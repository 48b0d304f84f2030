package segment_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// On the cells' own book, and for the units of it that a later book still has,
// nothing changes, however few of a cell are left.
func TestAdoptedKeepsItsCells(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(5, 1))
	moved := 0
	for range 150 {
		b, scheme := randomRows(r, 20+r.IntN(200)), randomScheme(r)
		scheme.Minimum.Units = r.IntN(20)
		book := b.table(t, tree)
		cells, err := scheme.Apply(book)
		require.NoError(t, err)
		adopted := segment.Adopted{Cells: cells}
		same, err := adopted.Bind(book)
		require.NoError(t, err)
		require.Len(t, same.Labels, cells.K()+1)
		require.Equal(t, segment.UnassignedLabel, same.Labels[cells.K()])
		// The names of the column stay, so that they are known.
		some := r.Perm(len(b.staff))[:len(b.staff)/3+1]
		later := b.in(some)
		left, err := partition.NewTable(
			partition.Codes("region", tree, later.region), partition.Categories("industry", later.industry, "auto", "food", "steel", "toys"),
			partition.Numbers("staff", later.staff), partition.Numbers("revenue", later.revenue), partition.Dates("order", later.order),
		)
		require.NoError(t, err)
		classes, err := adopted.Bind(left)
		require.NoError(t, err)
		require.Equal(t, same.Labels, classes.Labels)
		anew, err := scheme.Apply(left)
		require.NoError(t, err)
		for i, unit := range some {
			want := cells.Of(unit)
			if want == partition.Unassigned {
				want = cells.K()
			}
			require.Equal(t, want, same.Of(unit))
			require.Equal(t, want, classes.Of(i))
			if want < cells.K() && anew.Label(anew.Of(i)) != cells.Label(want) {
				moved++
			}
		}
	}
	require.Greater(t, moved, 1000, "cells that are made anew do change")
}

// A unit whose classes the cells' own book did not have together is in the one
// cell whose path has them, as far as the path goes, and else in none.
func TestAdoptedTakesNewCombinationsWhereNothingDividesThem(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(6, 1))
	taken, unassigned := 0, 0
	for range 200 {
		known := []string{"auto", "food", "steel", "toys"}
		book := func(b rows) *partition.Table {
			t, err := partition.NewTable(partition.Codes("region", tree, b.region), partition.Categories("industry", b.industry, known...),
				partition.Numbers("staff", b.staff), partition.Numbers("revenue", b.revenue), partition.Dates("order", b.order))
			if err != nil {
				panic(err)
			}
			return t
		}
		scheme := &segment.Scheme{Dimensions: dimensions(), Minimum: segment.Minimum{Units: 1 + r.IntN(6)}, Grid: &segment.Grid{Order: []segment.Step{
			{Dimension: "industry", Join: randomJoin(r, false)}, {Dimension: "size", Join: randomJoin(r, true)}, {Dimension: "order", Join: randomJoin(r, true)},
		}}}
		cells, err := scheme.Apply(book(randomRows(r, 3+r.IntN(25))))
		require.NoError(t, err)
		later := book(randomRows(r, 60))
		got, err := segment.Adopted{Cells: cells}.Bind(later)
		require.NoError(t, err)
		of := make([]*segment.Classes, 3) // of the steps
		for k := range of {
			of[k], err = scheme.Dimensions[k+1].Bind(later)
			require.NoError(t, err)
		}
		for unit := range later.Len() {
			want := cells.K()
			for c, cell := range cells.Cells() {
				inside := true
				for k, step := range cell.Path {
					inside = inside && slices.ContainsFunc(step.Classes, func(label string) bool {
						return strings.TrimPrefix(label, step.By+" ") == of[k].Labels[of[k].Of(unit)]
					})
				}
				if inside {
					require.Equal(t, cells.K(), want, "two cells for one unit")
					want = c
				}
			}
			require.Equal(t, want, got.Of(unit))
			if want < cells.K() {
				taken++
			} else {
				unassigned++
			}
		}
	}
	require.Greater(t, taken, 1000)
	require.Greater(t, unassigned, 1000)
}

// Cells are told apart even where their labels, which name a few of their
// classes, are the same.
func TestAdoptedLabelsDiffer(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	for range 50 {
		b := randomRows(r, 100)
		cells, err := randomScheme(r).Apply(b.table(t, regions(t)))
		require.NoError(t, err)
		_, err = segment.Take(b.table(t, regions(t)), segment.Adopted{Cells: cells}, "revenue")
		require.NoError(t, err)
	}
}

// Dimensions that remember, and that count ages, do so in adopted cells.
func TestAdoptedRemembersAndAges(t *testing.T) {
	book := func(revenue ...float64) *partition.Table {
		return bookOf(t, partition.Numbers("revenue", revenue), partition.Dates("order", []time.Time{day(1), day(1), day(1)}))
	}
	steady := segment.Steady{Tiers: segment.Bands{Attribute: "revenue", As: "tier", Cuts: []float64{100}}, Hysteresis: segment.Hysteresis{Width: 10}}
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{steady, segment.LifeCycle{Attribute: "order", AsOf: day(1), Days: []int{20}, Labels: []string{"young", "old"}}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "tier"}, {Dimension: "order"}}},
		Minimum:    segment.Minimum{Units: 1},
	}
	first, err := segment.Cells(scheme).(segment.Rememberer).Carry(nil, book(95, 105, 105), nil)
	require.NoError(t, err)
	cells, err := scheme.Apply(first)
	require.NoError(t, err)
	replay, err := segment.Replay(segment.Adopted{Cells: cells}, "revenue",
		segment.Period{Book: book(95, 105, 105), AsOf: day(2)}, segment.Period{Book: book(105, 95, 80), AsOf: day(3)}, segment.Period{Book: book(95, 105, 105), AsOf: day(40)})
	require.NoError(t, err)
	moves := func(d *segment.Drift) (all []string) {
		for m := range d.Movers() {
			all = append(all, d.Label(m.From)+" to "+d.Label(m.To))
		}
		return all
	}
	require.Equal(t, []string{">= 100 / young to < 100 / young"}, moves(replay.Drifts[0]))
	// All have become old, for whom there is no cell.
	require.Equal(t, []string{"< 100 / young to unassigned", "< 100 / young to unassigned", ">= 100 / young to unassigned"}, moves(replay.Drifts[1]))
}

func TestAdoptedFaults(t *testing.T) {
	b := randomRows(rand.New(rand.NewPCG(8, 1)), 50)
	book := b.table(t, regions(t))
	scheme := &segment.Scheme{Name: "ours", Dimensions: dimensions(), Grid: &segment.Grid{Order: []segment.Step{{Dimension: "region"}}}}
	cells, err := scheme.Apply(book)
	require.NoError(t, err)
	require.Equal(t, "ours", segment.Adopted{Cells: cells}.Name())
	require.Equal(t, "mine", segment.Adopted{Cells: cells, As: "mine"}.Name())
	require.Equal(t, "cell", segment.Adopted{}.Name())

	_, err = segment.Adopted{}.Bind(book)
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = segment.Adopted{Cells: cells}.Bind(nil)
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = segment.Replay(segment.Adopted{}, "", segment.Period{Book: book, AsOf: day(2)})
	require.ErrorIs(t, err, partition.ErrInput)

	tree, err := partition.NewTree([]partition.Node{{Code: "32", Name: "Jiangsu"}, {Code: "3299", Name: "New town", Parent: "32"}})
	require.NoError(t, err)
	_, err = segment.Adopted{Cells: cells}.Bind(b.table(t, tree))
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "dimensions[0]: has other classes on this book than on that of the cells; apply the scheme anew")
}

// Labels of the caller's that are taken already are told apart too.
func TestAdoptedCellsOfTheLabelUnassigned(t *testing.T) {
	book := bookOf(t, partition.Numbers("revenue", []float64{1, 2, math.NaN()}))
	scheme := &segment.Scheme{List: &segment.List{Cases: []segment.Case{
		{Label: "unassigned", When: partition.Box{partition.AtLeast("revenue", 2)}},
		{Label: "low", When: partition.Box{partition.Below("revenue", 2)}},
	}}}
	cells, err := scheme.Apply(book)
	require.NoError(t, err)
	require.Equal(t, []string{"low", "unassigned (0)", "unassigned"}, labelled(t, segment.Adopted{Cells: cells}, book))
}

// Customers of which none has a combination of classes of last year's find
// their cells, or none, in a time that does not grow with both numbers.
func TestAdoptedOfNothingButNewCombinations(t *testing.T) {
	const n = 20_000
	names, turned := make([]string, n), make([]string, n)
	for i := range n {
		names[i], turned[i] = strconv.Itoa(i), strconv.Itoa((i+1)%n)
	}
	book := func(y []string) *partition.Table {
		return bookOf(t, partition.Categories("x", names, names...), partition.Categories("y", y, names...))
	}
	scheme := &segment.Scheme{
		Dimensions: []segment.Dimension{segment.Category{Attribute: "x"}, segment.Category{Attribute: "y"}},
		Grid:       &segment.Grid{Order: []segment.Step{{Dimension: "x"}, {Dimension: "y"}}},
	}
	cells, err := scheme.Apply(book(names))
	require.NoError(t, err)
	c, err := segment.Adopted{Cells: cells}.Bind(book(turned))
	require.NoError(t, err)
	for unit := range n {
		require.Equal(t, n, c.Of(unit))
	}
}

func TestNoCellsAndNoScheme(t *testing.T) {
	book := bookOf(t, partition.Numbers("revenue", []float64{1}))
	var none segment.Segmentation
	_, err := segment.Adopted{Cells: &none}.Bind(book)
	require.ErrorIs(t, err, partition.ErrInput)
	require.Equal(t, "cell", segment.Adopted{Cells: &none}.Name())
	_, err = none.Update(book, nil)
	require.ErrorIs(t, err, partition.ErrInput)
	var scheme *segment.Scheme
	_, err = scheme.Apply(book)
	require.ErrorContains(t, err, "scheme: is nil")
}
