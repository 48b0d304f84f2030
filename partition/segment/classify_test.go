package segment_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// Lists and decision trees send each unit where reading them aloud does.
func TestListsAndDecisionsAsTheyAreRead(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(34, 55))
	seen := 0
	for range 150 {
		b := randomRows(r, 1+r.IntN(60))
		book := b.table(t, tree)
		scheme := randomScheme(r)
		if scheme.Grid != nil {
			continue
		}
		bound := make(map[string]*segment.Classes)
		for _, d := range scheme.Dimensions {
			c, err := d.Bind(book)
			require.NoError(t, err)
			bound[d.Name()] = c
		}
		holds := func(box partition.Box, unit int) bool {
			match, err := box.Matcher(book)
			require.NoError(t, err)
			return match(unit)
		}
		var read func(d *segment.Decision, unit int) string
		read = func(d *segment.Decision, unit int) string {
			switch {
			case d == nil:
				return ""
			case d.If != nil:
				if holds(d.If, unit) {
					return "yes, " + read(d.Then, unit)
				}
				return "no, " + read(d.Else, unit)
			case d.By != "":
				o := oracle{bound: bound}
				label := bound[d.By].Labels[o.class(unit, segment.Step{Dimension: d.By, Level: d.Level})]
				return label + ", " + read(d.Under[label], unit)
			}
			return ""
		}
		cells, err := scheme.Apply(book)
		require.NoError(t, err)
		into, from := make(map[string]int), make(map[int]string)
		for unit := range book.Len() {
			way := ""
			if scheme.Decision != nil {
				way = read(scheme.Decision, unit)
			} else {
				for i, c := range scheme.List.Cases {
					if holds(c.When, unit) {
						way = fmt.Sprint(i)
						break
					}
				}
				require.Equal(t, way == "", cells.Of(unit) < 0)
			}
			if c, known := into[way]; known {
				require.Equal(t, c, cells.Of(unit))
			}
			if w, known := from[cells.Of(unit)]; known {
				require.Equal(t, w, way)
			}
			into[way], from[cells.Of(unit)] = cells.Of(unit), way
		}
		seen += len(into)
	}
	require.Greater(t, seen, 300)
}

// An explanation leads from the unit's own combination to its cell, and says who
// was sparse where the cell fell back.
func TestExplanationsLeadToTheCell(t *testing.T) {
	tree := regions(t)
	r := rand.New(rand.NewPCG(89, 144))
	for range 60 {
		b := randomRows(r, 1+r.IntN(100))
		scheme := randomScheme(r)
		scheme.Minimum.Units = r.IntN(20)
		cells, err := scheme.Apply(b.table(t, tree))
		require.NoError(t, err)
		described := cells.Cells()
		for unit := range cells.Len() {
			e := cells.Explain(unit)
			require.Equal(t, cells.Of(unit), e.Cell)
			require.Len(t, e.Classes, len(scheme.Dimensions))
			if e.Cell < 0 {
				require.Empty(t, e.Merges)
				require.Contains(t, e.String(), "no case takes it")
				continue
			}
			cell, last := described[e.Cell], e.Merges[len(e.Merges)-1]
			require.Equal(t, cell.Label, e.Label)
			require.Equal(t, segment.Merge{Label: cell.Label, Units: cell.Units, Value: cell.Value, Because: last.Because, Needs: last.Needs}, last)
			require.Equal(t, cell.FellBackTo != "", len(e.Merges) > 1)
			require.Equal(t, cell.FellBackTo != "", last.Because != "")
			for i, m := range e.Merges {
				require.Equal(t, m.Because == "", m.Needs == "")
				if i > 0 {
					require.Greater(t, m.Units, e.Merges[i-1].Units)
				}
			}
		}
	}
}
