package segment

import (
	"iter"
	"math"
	"slices"
	"sort"
	"strconv"

	"github.com/territory-go/territory/internal/exactsum"
	"github.com/territory-go/territory/partition"
)

// Drift is what changed between two times: who moved, from where to where, how
// much value that is, and how alike the two ways to divide the units are.
// Classes are those of both times together, matched by their labels. It is
// immutable, and may be shared by goroutines.
type Drift struct {
	Labels []string // those of before, then those that are new in after
	Ranked int      // classes 0..Ranked-1 ascend, at both times; 0: there is no such order

	// Flows are the ways that units went, or stayed, ascending by (From, To), none of
	// them empty. They hold every unit that counts once.
	Flows []Flow

	Stayed, Moved, Joined, Left Flow // their sums: From and To mean nothing there

	Classes []ClassDrift // per label

	// PSI is the population stability index of the number of units per class, a
	// convention of credit scoring. With the shares p_c before and q_c after of the
	// units that have a class,
	//
	//	PSI = Σ_c (q_c - p_c)·ln(q_c / p_c) ≥ 0,
	//
	// which is 0 where the shares are equal; it does not see who is in a class, only
	// how many. The usual reading: below 0.1 little has changed, from 0.25 on much. A
	// class that is empty at one of the two times, where the formula is infinite,
	// counts as half a unit there (the other shares stay as they are); one that is
	// empty at both counts nothing. NaN where no unit has a class at one of the times.
	PSI float64

	// Rand is the adjusted Rand index of the units that have a class at both times:
	// with n_ij of them in i before and j after, a_i and b_j the sums of rows and
	// columns, and pairs(x) = x(x-1)/2,
	//
	//	        Σ_ij pairs(n_ij) - Σ_i pairs(a_i)·Σ_j pairs(b_j)/pairs(n)
	//	R = ----------------------------------------------------------------------
	//	     (Σ_i pairs(a_i) + Σ_j pairs(b_j))/2 - Σ_i pairs(a_i)·Σ_j pairs(b_j)/pairs(n)
	//
	// It is 1 where the two divide the units alike, whatever the classes are called,
	// and 0 in expectation where one is drawn at random with the same sizes of
	// classes; it may be negative. Where both leave all units together, or all
	// apart, it is 1. It is taken in whole numbers and rounded once.
	//
	// L. Hubert and P. Arabie, Comparing partitions, Journal of Classification 2
	// (1985) 193-218.
	Rand float64

	before, after *Snapshot
	link          []int   // nil: the same units
	left          []int32 // units of before that are not in after, ascending
	start         []int32 // per flow, where its items begin in order; one more for the end
	order         []int32 // items by flow: units of after, and after.Len()+j for left[j]
}

// Flow is the units that went from one class to another, or stayed.
type Flow struct {
	From, To      int     // classes; Unassigned for units that joined, or left
	Units         int     // how many
	Before, After float64 // the sums of their values at the two times; 0 for who was not there
}

// ClassDrift is what became of one class. The members before are those that
// stayed, moved out or left; the members after are those that stayed, moved in or
// joined:
//
//	Before = Stayed + Out + Left
//	After  = Stayed + In + Joined, and Growth of the value of those that stayed
//
// Amounts of Stayed, Out and Left are values before, of In and Joined after.
type ClassDrift struct {
	Label                         string
	Before, After                 partition.Tally
	Stayed, Out, Left, In, Joined partition.Tally
	Growth                        float64

	// Jaccard is, of the units that have a class at both times, the number that is
	// in this one at both, divided by the number that is in it at either: 1 where
	// nobody came or went, or there is nobody; 0 where nobody stayed.
	Jaccard float64

	PSI float64 // the term of the class in [Drift.PSI]
}

// Mover is a unit in a [Flow].
type Mover struct {
	Unit          int // in the list of after; -1 where it has left
	Was           int // in the list of before; -1 where it has joined
	From, To      int // classes, or Unassigned
	Before, After float64
}

// DriftOf compares two times. link gives per unit of after its place in before,
// or -1 ([Link] finds it); nil means that the units are the same, in the same
// order. A unit that has no class at one of the times counts as joined or left,
// and one that has none at either does not count.
//
// The snapshots and link are kept, and must not change while the drift is in
// use. Time and memory are O(n + k) for n units at either time and k classes.
//
// All faults are reported at once, each a [*partition.InputError]: classes that
// do not exist, labels that occur twice, columns of different lengths, infinite
// values, a link to no unit or from two.
func DriftOf(before, after *Snapshot, link []int) (*Drift, error) {
	var faults partition.Faults
	was, labels := before.read("before", &faults)
	is, newLabels := after.read("after", &faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if err := linked(link, len(was), len(is)); err != nil {
		return nil, err
	}
	d := &Drift{before: before, after: after, link: link}
	number := d.match(labels, newLabels)
	d.sort(was, is, number)
	d.sum()
	d.PSI = d.psi()
	d.Rand = d.rand()
	return d, nil
}

// match joins the labels and gives the number of each class of after.
func (d *Drift) match(before, after []string) (number []int32) {
	d.Labels = append([]string(nil), before...)
	at := make(map[string]int, len(before))
	for c, label := range before {
		at[label] = c
	}
	number = make([]int32, len(after))
	alike := true
	for c, label := range after {
		k, known := at[label]
		if !known {
			k = len(d.Labels)
			d.Labels = append(d.Labels, label)
		}
		number[c] = int32(k)
		alike = alike && (c >= d.after.Ranked || k == c)
	}
	if alike && d.before.Ranked == d.after.Ranked {
		d.Ranked = d.before.Ranked
	}
	return number
}

// was is the unit of before that an item was, or -1.
func (d *Drift) was(item int) int {
	switch n := d.after.Class.Len(); {
	case item >= n:
		return int(d.left[item-n])
	case d.link == nil:
		return item
	default:
		return d.link[item]
	}
}

// sort orders the items by (from, to), by counting twice, and finds the flows.
func (d *Drift) sort(was, is, number []int32) {
	n, k := len(is), len(d.Labels)
	if d.link != nil {
		there := make([]bool, len(was))
		for _, j := range d.link {
			if j >= 0 {
				there[j] = true
			}
		}
		for j, t := range there {
			if !t {
				d.left = append(d.left, int32(j))
			}
		}
	}
	from := func(item int32) int32 {
		if j := d.was(int(item)); j >= 0 {
			return was[j]
		}
		return partition.Unassigned
	}
	to := func(item int32) int32 {
		if int(item) < n && is[item] >= 0 {
			return number[is[item]]
		}
		return partition.Unassigned
	}
	var items []int32
	for i := range int32(n + len(d.left)) {
		if from(i) >= 0 || to(i) >= 0 {
			items = append(items, i)
		}
	}
	spare := make([]int32, len(items))
	for _, class := range []func(int32) int32{to, from} {
		place := make([]int32, k+2)
		for _, i := range items {
			place[class(i)+2]++
		}
		for c := 1; c < len(place); c++ {
			place[c] += place[c-1]
		}
		for _, i := range items {
			c := class(i) + 1
			spare[place[c]] = i
			place[c]++
		}
		items, spare = spare, items
	}
	d.order = items
	for at, i := range items {
		f, t := int(from(i)), int(to(i))
		if last := len(d.Flows) - 1; last < 0 || d.Flows[last].From != f || d.Flows[last].To != t {
			d.Flows = append(d.Flows, Flow{From: f, To: t})
			d.start = append(d.start, int32(at))
		}
	}
	d.start = append(d.start, int32(len(items)))
}

// sum adds up the flows, and what becomes of each class.
func (d *Drift) sum() {
	d.Classes = make([]ClassDrift, len(d.Labels))
	for c, label := range d.Labels {
		d.Classes[c].Label = label
	}
	for at := range d.Flows {
		f := &d.Flows[at]
		f.Units = int(d.start[at+1] - d.start[at])
		if d.before.Value != nil || d.after.Value != nil {
			amounts := exactsum.Make(2)
			for _, item := range d.order[d.start[at]:d.start[at+1]] {
				m := d.mover(f, int(item))
				amounts[0].Add(m.Before)
				amounts[1].Add(m.After)
			}
			f.Before, f.After = amounts[0].Float64(), amounts[1].Float64()
		}
		joined, left := f.From == partition.Unassigned, f.To == partition.Unassigned
		switch {
		case joined:
			d.Joined.add(f)
			add(&d.Classes[f.To].Joined, f.Units, f.After)
		case left:
			d.Left.add(f)
			add(&d.Classes[f.From].Left, f.Units, f.Before)
		case f.From == f.To:
			d.Stayed.add(f)
			add(&d.Classes[f.From].Stayed, f.Units, f.Before)
			d.Classes[f.From].Growth = f.After - f.Before
		default:
			d.Moved.add(f)
			add(&d.Classes[f.From].Out, f.Units, f.Before)
			add(&d.Classes[f.To].In, f.Units, f.After)
		}
		if !joined {
			add(&d.Classes[f.From].Before, f.Units, f.Before)
		}
		if !left {
			add(&d.Classes[f.To].After, f.Units, f.After)
		}
	}
	for c := range d.Classes {
		k := &d.Classes[c]
		k.Jaccard = 1
		if either := k.Stayed.Units + k.Out.Units + k.In.Units; either > 0 {
			k.Jaccard = float64(k.Stayed.Units) / float64(either)
		}
	}
}

func (f *Flow) add(g *Flow) {
	f.Units += g.Units
	f.Before += g.Before
	f.After += g.After
}

func add(t *partition.Tally, units int, amount float64) {
	t.Units += units
	t.Amount += amount
}

func (d *Drift) mover(f *Flow, item int) Mover {
	m := Mover{Unit: item, Was: d.was(item), From: f.From, To: f.To}
	if item >= d.after.Class.Len() {
		m.Unit = -1
	}
	if f.From != partition.Unassigned {
		m.Before = d.before.value(m.Was)
	}
	if f.To != partition.Unassigned {
		m.After = d.after.value(m.Unit)
	}
	return m
}

// Label is that of a class; "none" for [partition.Unassigned].
func (d *Drift) Label(class int) string {
	if class == partition.Unassigned {
		return "none"
	}
	return d.Labels[class]
}

// find is the place in Flows of the one between two classes.
func (d *Drift) find(from, to int) (at int, found bool) {
	at = sort.Search(len(d.Flows), func(i int) bool {
		f := &d.Flows[i]
		return f.From > from || f.From == from && f.To >= to
	})
	return at, at < len(d.Flows) && d.Flows[at].From == from && d.Flows[at].To == to
}

// Flow is the one between two classes, or with [partition.Unassigned] for who
// joined or left; it has no units where nobody went that way. O(log flows).
func (d *Drift) Flow(from, to int) Flow {
	if at, found := d.find(from, to); found {
		return d.Flows[at]
	}
	return Flow{From: from, To: to}
}

// Members yields the units of one flow, ascending. [partition.Unassigned] as
// from asks for those that joined a class, as to for those that left one.
func (d *Drift) Members(from, to int) iter.Seq[Mover] {
	return func(yield func(Mover) bool) {
		if at, found := d.find(from, to); found {
			d.yield(at, yield)
		}
	}
}

// Movers yields the units that moved from one class to another, ascending by
// (From, To, Unit).
func (d *Drift) Movers() iter.Seq[Mover] {
	return func(yield func(Mover) bool) {
		for at, f := range d.Flows {
			if f.From != f.To && f.From != partition.Unassigned && f.To != partition.Unassigned && !d.yield(at, yield) {
				return
			}
		}
	}
}

func (d *Drift) yield(at int, yield func(Mover) bool) bool {
	for _, item := range d.order[d.start[at]:d.start[at+1]] {
		if !yield(d.mover(&d.Flows[at], int(item))) {
			return false
		}
	}
	return true
}

// Rows is the table of who went where, in units: a row per class before and a
// column per class after, with the units that left in the last column and those
// that joined in the last row. The first row and column are labels. O(k²).
func (d *Drift) Rows() [][]string {
	k := len(d.Labels)
	header := append(append([]string{"units"}, d.Labels...), "left")
	rows := [][]string{header}
	for _, label := range append(slices.Clone(d.Labels), "joined") {
		row := append([]string{label}, slices.Repeat([]string{"0"}, k+1)...)
		rows = append(rows, row)
	}
	rows[k+1][k+1] = "-"
	place := func(class int) int {
		if class == partition.Unassigned {
			return k + 1
		}
		return class + 1
	}
	for _, f := range d.Flows {
		rows[place(f.From)][place(f.To)] = grouped(strconv.Itoa(f.Units))
	}
	return rows
}

// String is a summary such as "12 of 190 units moved (6.3 %, 8.1 % of the
// value), 20 joined, 10 left; PSI 0.0123, adjusted Rand 0.9456". The shares are
// of the units that have a class at both times, and of their value after.
func (d *Drift) String() string {
	both := d.Stayed.Units + d.Moved.Units
	s := grouped(strconv.Itoa(d.Moved.Units)) + " of " + counted(both, "unit", "units") + " moved"
	if both > 0 {
		s += " (" + percent(float64(d.Moved.Units)/float64(both))
		if all := d.Stayed.After + d.Moved.After; d.after.Value != nil && all > 0 {
			s += ", " + percent(d.Moved.After/all) + " of the value"
		}
		s += ")"
	}
	s += ", " + grouped(strconv.Itoa(d.Joined.Units)) + " joined, " + grouped(strconv.Itoa(d.Left.Units)) + " left"
	if !math.IsNaN(d.PSI) {
		s += "; PSI " + strconv.FormatFloat(d.PSI, 'f', 4, 64)
	}
	return s + ", adjusted Rand " + strconv.FormatFloat(d.Rand, 'f', 4, 64)
}
