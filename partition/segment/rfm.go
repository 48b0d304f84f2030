package segment

import (
	"math"
	"strconv"
	"time"

	"github.com/territory-go/territory/partition"
)

// The labels of the classes that [RFM] sets aside, besides [FutureLabel] and
// [MissingLabel].
const (
	NoOrdersLabel  = "no orders"  // a frequency of 0 or below
	NoSegmentLabel = "no segment" // scores that no segment holds
)

// RFM classifies customers by how recently, how often and for how much they
// buy. Each of the three gives a score from 1 to 5 by quintiles,
//
//	score(x) = 1 + ⌊5 · (customers with less than x) / (customers)⌋,
//
// as [Quantiles] makes them: customers of the same number have the same score,
// that of the first of them. A later last order is more. The segment of a
// customer is the first of Segments that holds the three scores.
//
// Customers without orders (a frequency ≤ 0), those whose last order is after
// AsOf, and those of whom one of the three is missing, in this order of
// precedence, have no scores and do not count: they stand aside in the classes
// "no orders", "future" and "missing".
type RFM struct {
	As        string    `json:"as,omitempty"` // the name of the dimension; "": "rfm"
	Recency   string    `json:"recency"`      // the column of dates: the last order
	Frequency string    `json:"frequency"`    // the column of numbers: how many orders
	Monetary  string    `json:"monetary"`     // the column of numbers: how much money; may be negative
	AsOf      time.Time `json:"asOf"`         // the instant that ages are counted to; years 1 to 9999

	Thresholds *RFMThresholds `json:"thresholds,omitempty"` // nil: the quintiles of the book
	Segments   []RFMSegment   `json:"segments,omitempty"`   // the first that fits is taken; none: those of [RFMSegments]
}

// RFMThresholds are what a score takes: 1, and 1 more for each threshold
// reached. There are at most four of each; a higher score than they allow is
// given to nobody.
type RFMThresholds struct {
	Days      []float64 `json:"days,omitempty"`      // strictly descending: reached by an age of the last order, in days of 24 hours, of at most so much
	Frequency []float64 `json:"frequency,omitempty"` // strictly ascending: reached by at least so many orders
	Monetary  []float64 `json:"monetary,omitempty"`  // strictly ascending: reached by at least so much money
}

// RFMSegment names a box of scores. Each range is the lowest and the highest
// score, 1 to 5; {0, 0} is any.
type RFMSegment struct {
	Label     string `json:"label"` // several boxes may have the same: they are one segment
	Recency   [2]int `json:"recency,omitzero"`
	Frequency [2]int `json:"frequency,omitzero"`
	Monetary  [2]int `json:"monetary,omitzero"`
}

// RFMSegments are eleven segments that hold all scores, a copy to be changed at
// will. The words are those usual in the trade, for which there is no standard;
// the boxes are ours.
func RFMSegments() []RFMSegment {
	return []RFMSegment{
		{Label: "champions", Recency: [2]int{4, 5}, Frequency: [2]int{4, 5}, Monetary: [2]int{4, 5}},
		{Label: "loyal", Recency: [2]int{3, 5}, Frequency: [2]int{4, 5}},
		{Label: "not to be lost", Recency: [2]int{1, 2}, Frequency: [2]int{4, 5}, Monetary: [2]int{4, 5}},
		{Label: "at risk", Recency: [2]int{1, 2}, Frequency: [2]int{3, 5}},
		{Label: "potentially loyal", Recency: [2]int{4, 5}, Frequency: [2]int{2, 3}},
		{Label: "new", Recency: [2]int{5, 5}, Frequency: [2]int{1, 1}},
		{Label: "promising", Recency: [2]int{4, 4}, Frequency: [2]int{1, 1}},
		{Label: "need attention", Recency: [2]int{3, 3}, Frequency: [2]int{2, 3}, Monetary: [2]int{3, 5}},
		{Label: "about to sleep", Recency: [2]int{3, 3}, Frequency: [2]int{1, 3}},
		{Label: "hibernating", Recency: [2]int{2, 2}, Frequency: [2]int{1, 2}},
		{Label: "lost", Recency: [2]int{1, 1}, Frequency: [2]int{1, 2}},
	}
}

// Name is As, or else "rfm".
func (d RFM) Name() string { return called(d.As, "rfm") }

// Kind is "rfm": what the dimension is called in the JSON of a [Scheme].
func (d RFM) Kind() string { return "rfm" }

// Bind gives the segments as classes, in their order, then "no segment" if there are
// scores that no segment holds, "no orders", "future" and "missing". They are not
// ranked.
//
// Faults are columns that are not there or of another kind, no AsOf, thresholds
// that are not finite, not in order or more than four, and segments without a
// label, with that of a class that is there anyway, with a range that is not one
// of scores, or behind others that hold all their scores. O(n); O(1) for the
// class of a unit.
func (d RFM) Bind(book *partition.Table) (*Classes, error) {
	faults := faultsOf(d.Name())
	s, _ := d.score(faults, book)
	labels, segment := d.segments(faults)
	if err := faults.err(); err != nil {
		return nil, err
	}
	return &Classes{
		Labels: labels,
		Of: func(unit int) int {
			score, aside := s.of(unit)
			if aside != onScale {
				return len(labels) - aside
			}
			return int(segment[score[0]][score[1]][score[2]])
		},
	}, nil
}

// Fit fixes the thresholds to the quintiles of this book, and the segments to
// those in use. AsOf stays what it is: set it anew for a later book.
func (d RFM) Fit(book *partition.Table) (Dimension, error) {
	faults := faultsOf(d.Name())
	_, thresholds := d.score(faults, book)
	if len(d.Segments) == 0 {
		d.Segments = RFMSegments()
	}
	d.segments(faults)
	if err := faults.err(); err != nil {
		return nil, err
	}
	d.Thresholds = thresholds
	return d, nil
}

// Scores gives the scores of each unit, 1 to 5, 5 being the latest, the most and
// the highest; they are 0 for those that stand aside. Errors are those of Bind.
func (d RFM) Scores(book *partition.Table) (of func(unit int) (recency, frequency, monetary int), _ error) {
	faults := faultsOf(d.Name())
	s, _ := d.score(faults, book)
	d.segments(faults)
	if err := faults.err(); err != nil {
		return nil, err
	}
	return func(unit int) (recency, frequency, monetary int) {
		score, aside := s.of(unit)
		if aside != onScale {
			return 0, 0, 0
		}
		return score[0] + 1, score[1] + 1, score[2] + 1
	}, nil
}

// scores is RFM on a book.
type scores struct {
	date                []int64
	frequency, monetary []float64
	asOf                int64
	cuts                [3][]float64 // the first of ages with a minus sign, so that more is better
}

// What stands aside, by its place from the end of the classes.
const (
	onScale    = 0
	missingRFM = 1
	future     = 2
	noOrders   = 3
)

func (s *scores) aside(unit int) int {
	f, m, t := s.frequency[unit], s.monetary[unit], s.date[unit]
	switch {
	case f <= 0:
		return noOrders
	case t != partition.MissingDate && t > s.asOf:
		return future
	case f != f || m != m || t == partition.MissingDate:
		return missingRFM
	}
	return onScale
}

// days is the age of the last order with a minus sign.
func (s *scores) days(unit int) float64 {
	return (float64(s.date[unit]) - float64(s.asOf)) / microsecondsPerDay // the integers could overflow
}

// of gives scores from 0.
func (s *scores) of(unit int) (score [3]int, aside int) {
	if aside = s.aside(unit); aside != onScale {
		return score, aside
	}
	return [3]int{
		tierOf(s.cuts[0], s.days(unit)),
		tierOf(s.cuts[1], s.frequency[unit]),
		tierOf(s.cuts[2], s.monetary[unit]),
	}, onScale
}

// score reads the columns and finds the thresholds, unless they are given.
func (d RFM) score(faults *faultList, book *partition.Table) (*scores, *RFMThresholds) {
	before := faults.faults.Len()
	s := &scores{
		date:      faults.dates(book, d.Recency),
		frequency: faults.numbers(book, d.Frequency),
		monetary:  faults.numbers(book, d.Monetary),
		asOf:      faults.asOf(d.AsOf),
	}
	if d.Thresholds != nil {
		d.Thresholds.check(faults)
	}
	if faults.faults.Len() > before {
		return s, nil
	}
	if t := d.Thresholds; t != nil {
		s.cuts = [3][]float64{negated(t.Days), t.Frequency, t.Monetary}
		return s, t
	}
	for i, value := range [3]func(unit int) float64{
		s.days,
		func(unit int) float64 { return s.frequency[unit] },
		func(unit int) float64 { return s.monetary[unit] },
	} {
		on := make([]float64, 0, book.Len())
		for unit := range book.Len() {
			if s.aside(unit) == onScale {
				on = append(on, value(unit))
			}
		}
		cuts, err := Quantiles{K: 5}.Cuts(on, nil)
		faults.column(err)
		s.cuts[i] = cuts
	}
	return s, &RFMThresholds{Days: negated(s.cuts[0]), Frequency: s.cuts[1], Monetary: s.cuts[2]}
}

func (t *RFMThresholds) check(faults *faultList) {
	for i, days := range t.Days {
		switch {
		case math.IsNaN(days) || math.IsInf(days, 0):
			faults.add("thresholds.days", i, days, "is not finite")
		case i > 0 && days >= t.Days[i-1]:
			faults.add("thresholds.days", i, days, "is not below "+number(t.Days[i-1])+", the one before it")
		}
	}
	checkAscending(&faults.faults, faults.of+".thresholds.frequency", t.Frequency)
	checkAscending(&faults.faults, faults.of+".thresholds.monetary", t.Monetary)
	for i, list := range [3][]float64{t.Days, t.Frequency, t.Monetary} {
		if len(list) > 4 {
			faults.add("thresholds."+[3]string{"days", "frequency", "monetary"}[i], -1, len(list), "are more than four")
		}
	}
}

func negated(x []float64) []float64 {
	var y []float64
	for _, v := range x {
		y = append(y, -v)
	}
	return y
}

// segments gives the labels of the classes, and the class of each three scores,
// which count from 0 here.
func (d RFM) segments(faults *faultList) (labels []string, class [5][5][5]int16) {
	segments := d.Segments
	if len(segments) == 0 {
		segments = RFMSegments()
	}
	held := 0
	at := map[string]int16{}
	for i, s := range segments {
		switch s.Label {
		case "":
			faults.add("segments", i, nil, "has no label")
		case NoSegmentLabel, NoOrdersLabel, FutureLabel, MissingLabel:
			faults.add("segments", i, s.Label, "is the label of a class that is there anyway")
		}
		c, seen := at[s.Label]
		if !seen {
			c = int16(len(labels))
			at[s.Label] = c
			labels = append(labels, s.Label)
		}
		var span [3][2]int
		sound := true
		for axis, r := range [3][2]int{s.Recency, s.Frequency, s.Monetary} {
			if r == [2]int{} {
				r = [2]int{1, 5}
			}
			if r[0] < 1 || r[0] > r[1] || r[1] > 5 {
				name := [3]string{"recency", "frequency", "monetary"}[axis]
				faults.add("segments", i, s.Label, "has a "+name+" of "+strconv.Itoa(r[0])+" to "+strconv.Itoa(r[1])+", which is no range of scores 1 to 5")
				sound = false
			}
			span[axis] = r
		}
		if !sound {
			continue
		}
		before := held
		for r := span[0][0] - 1; r < span[0][1]; r++ {
			for f := span[1][0] - 1; f < span[1][1]; f++ {
				for m := span[2][0] - 1; m < span[2][1]; m++ {
					if class[r][f][m] == 0 {
						class[r][f][m] = c + 1
						held++
					}
				}
			}
		}
		if held == before {
			faults.add("segments", i, s.Label, "is never reached: those before it hold all its scores")
		}
	}
	other := int16(len(labels))
	if held < 125 {
		labels = append(labels, NoSegmentLabel)
	}
	for r := range class {
		for f := range class[r] {
			for m, c := range class[r][f] {
				if class[r][f][m] = c - 1; c == 0 {
					class[r][f][m] = other
				}
			}
		}
	}
	return append(labels, NoOrdersLabel, FutureLabel, MissingLabel), class
}
