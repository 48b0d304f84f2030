package segment

import (
	"fmt"
	"strconv"
	"time"

	"github.com/territory-go/territory/partition"
)

// Period is the book of one time in the past, or of now.
type Period struct {
	Book *partition.Table
	Link []int     // per unit its place in the book of the period before, or -1 ([Link] finds it); nil: the same units. Not read of the first period
	AsOf time.Time // what ages are counted to ([Dated]); the zero time leaves the dimension as it is
}

// Rememberer is a Dimension whose classes depend on what units held before;
// [Steady] is one. Carry gives next with the columns that the dimension needs, as
// they stand after last, or with nobody holding anything where last is nil.
type Rememberer interface {
	Carry(last, next *partition.Table, link []int) (*partition.Table, error)
}

// Backtest is what a dimension would have done, had it been in use.
type Backtest struct {
	Name   string
	Drifts []*Drift // from each period to the next

	// Stayed and Moved are the sums over the drifts: a unit counts once per step,
	// so that Moved.Units is the number of moves. From and To mean nothing.
	Stayed, Moved Flow

	Movers   int // units that moved at least once; one that was away meanwhile counts as another
	Returned int // moves back: to the class that the unit had left by its last move before
}

// Replay takes a dimension through periods that have passed: it classifies the
// first book, and then each one after it, as it would have been done at the
// time. value is an attribute that is a number, or "" where there is none.
//
// The same periods replayed with today's dimension, with a new one, and with a
// [Steady] one beside the tiers that it wraps, say what each would have done. In
// the first period nobody holds anything. A dimension that depends on the whole
// book is fitted anew to each one; to see what the thresholds of the first would
// have done, give what its Fit gives. What would change hands by going over from
// one dimension to another today is the [DriftOf] two snapshots of one book.
//
// Time and memory are those of Take and DriftOf per period. Errors are theirs,
// with the number of the period.
func Replay(d Dimension, value string, periods ...Period) (*Backtest, error) {
	if d == nil {
		return nil, &partition.InputError{Field: "dimension", Index: -1, Why: "is nil"}
	}
	b := &Backtest{Name: d.Name()}
	var last moment
	for t, p := range periods {
		now, err := last.next(d, value, p)
		if err != nil {
			return nil, fmt.Errorf("periods[%d]: %w", t, err)
		}
		if t == 0 {
			last = now
			continue
		}
		drift, err := DriftOf(last.classes, now.classes, p.Link)
		if err != nil {
			return nil, fmt.Errorf("periods[%d]: %w", t, err)
		}
		b.Drifts = append(b.Drifts, drift)
		b.Stayed.add(&drift.Stayed)
		b.Moved.add(&drift.Moved)
		now.follow(last, drift, b)
		last = now
	}
	return b, nil
}

// moment is a period as it was replayed.
type moment struct {
	dimension Dimension
	book      *partition.Table // with the memory
	classes   *Snapshot
	origin    []string // per unit the class that it left by its last move
	moved     []bool   // per unit: there is one
}

// next is the period after m; the first one after the zero moment.
func (m moment) next(d Dimension, value string, p Period) (moment, error) {
	now := moment{dimension: d, book: p.Book}
	if dated, ok := d.(Dated); ok && !p.AsOf.IsZero() {
		now.dimension = dated.At(p.AsOf)
	}
	// What was held at the last period is known by the dimension as it was then.
	r, remembers := m.dimension.(Rememberer)
	link := p.Link
	if m.dimension == nil {
		r, remembers = now.dimension.(Rememberer)
		link = nil
	}
	var err error
	if remembers {
		if now.book, err = r.Carry(m.book, p.Book, link); err != nil {
			return now, err
		}
	}
	if now.classes, err = Take(now.book, now.dimension, value); err != nil {
		return now, err
	}
	n := now.book.Len()
	now.origin, now.moved = make([]string, n), make([]bool, n)
	return now, nil
}

// follow takes over what units have been through until last, and counts the
// moves since.
func (m *moment) follow(last moment, d *Drift, b *Backtest) {
	for i := range m.moved {
		if j := d.was(i); j >= 0 {
			m.origin[i], m.moved[i] = last.origin[j], last.moved[j]
		}
	}
	for mover := range d.Movers() {
		i := mover.Unit
		if !m.moved[i] {
			b.Movers++
		} else if m.origin[i] == d.Labels[mover.To] {
			b.Returned++
		}
		m.origin[i], m.moved[i] = d.Labels[mover.From], true
	}
}

// String is a summary such as "tier: 41 moves by 38 units in 3 steps, 3 of them back".
func (b *Backtest) String() string {
	return b.Name + ": " + counted(b.Moved.Units, "move", "moves") + " by " + counted(b.Movers, "unit", "units") +
		" in " + counted(len(b.Drifts), "step", "steps") + ", " + grouped(strconv.Itoa(b.Returned)) + " of them back"
}
