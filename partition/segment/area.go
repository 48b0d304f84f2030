package segment

import (
	"github.com/paulmach/orb"

	"github.com/territory-go/territory/partition"
)

// Locator finds the area of a point, longitude and latitude: 0, 1, …, or -1 for
// none. It may be called by several goroutines at once. The locator of areas in
// package geo is one; a grid of geo cells, or a service area by distance, takes
// this one method.
type Locator interface {
	Locate(point orb.Point) int
}

// Area classifies by where a point lies: sales regions, business circles (商圈),
// delivery zones. The classes are the areas, in the order of their labels, then
// "elsewhere", in none of them, and "missing".
//
// An Area holds a Locator, which JSON cannot; a [Kinds] entry of the caller's own
// gives schemes read from JSON theirs.
type Area struct {
	Attribute string   // the column of places
	As        string   // the name of the dimension; "": that of the column
	Locator   Locator  // finds the area of a point
	Labels    []string // of the areas 0..len(Labels)-1; a point in any other one is elsewhere
}

// Name is As, or else the name of the column.
func (a Area) Name() string { return called(a.As, a.Attribute) }

// Bind takes O(areas) time; the class of a unit is one call of Locate. Faults
// are a column that is not one of places, no Locator, and empty or equal labels.
func (a Area) Bind(book *partition.Table) (*Classes, error) {
	place, err := book.Places(a.Attribute)
	if err != nil {
		return nil, bindFault(a.Name(), err)
	}
	faults := faultsOf(a.Name())
	if a.Locator == nil {
		faults.add("locator", -1, nil, "is not given")
	}
	labels := checkedLabels(faults, a.Labels, ElsewhereLabel, MissingLabel)
	if err := faults.err(); err != nil {
		return nil, err
	}
	elsewhere, missing := len(labels), len(labels)+1
	return &Classes{
		Labels: append(labels, ElsewhereLabel, MissingLabel),
		Of: func(unit int) int {
			p := place[unit]
			if p[0] != p[0] {
				return missing
			}
			if k := a.Locator.Locate(p); k >= 0 && k < elsewhere {
				return k
			}
			return elsewhere
		},
	}, nil
}
