package segment

import (
	"math"
	"slices"
	"strconv"

	"github.com/territory-go/territory/partition"
)

// Hysteresis says how far past a cut a value must go before its unit changes
// tier, and how long a unit stays in a tier at least. The zero value has no
// memory: tiers are those of the cuts alone.
//
// Around each cut c there is a band, Leave ≤ c ≤ Enter. A unit below rises when
// its value reaches Enter, a unit above falls when its value is below Leave, and
// in between both stay where they are. At most one of the three ways to give
// bands is used:
//
//	Width  Leave = c - Width,      Enter = c + Width
//	Share  Leave = c - Share·|c|,  Enter = c + Share·|c|
//	Bands  those of each cut by themselves, in the order of the cuts
//
// Bands must not overlap: one ends before the next begins, or where it begins.
type Hysteresis struct {
	Width float64 `json:"width,omitempty"` // half the width of every band, in the unit of the value; ≥ 0
	Share float64 `json:"share,omitempty"` // half the width as a share of the cut: 0.1 is ±10 %; ≥ 0
	Bands []Band  `json:"bands,omitempty"` // one per cut
	Dwell int     `json:"dwell,omitempty"` // periods that a unit stays in a tier at least; 0 and 1: it may change every period

	// Confirm is for how many periods in a row a value must ask for a higher tier, or
	// for a lower one, before its unit moves; 0 and 1: it moves at once.
	Confirm int `json:"confirm,omitempty"`
}

// Band is what a value must reach to rise past a cut, and fall below to be
// taken back.
type Band struct {
	Leave float64 `json:"leave"`
	Enter float64 `json:"enter"`
}

// bands are those around the cuts. Faults are added for all that is wrong with
// the cuts and the settings, as fields of owner ("size.").
func (h Hysteresis) bands(owner string, cuts []float64, faults *partition.Faults) []Band {
	before := faults.Len()
	fault := func(field string, index int, value any, why string) {
		faults.Add(partition.InputError{Field: owner + field, Index: index, Value: value, Why: why}, nil)
	}
	for i, c := range cuts {
		switch {
		case math.IsNaN(c) || math.IsInf(c, 0):
			fault("cuts", i, c, "is not a finite number")
		case i > 0 && cuts[i-1] >= c:
			fault("cuts", i, c, "is not above the cut before it, "+number(cuts[i-1]))
		}
	}
	nonNegative := func(field string, v float64) {
		if !(v >= 0) || math.IsInf(v, 0) {
			fault(field, -1, v, "is not a finite number ≥ 0")
		}
	}
	nonNegative("hysteresis.width", h.Width)
	nonNegative("hysteresis.share", h.Share)
	if h.Dwell < 0 || h.Dwell > math.MaxInt32 {
		fault("hysteresis.dwell", -1, h.Dwell, "is not a number of periods")
	}
	if h.Confirm < 0 || h.Confirm > math.MaxInt32 {
		fault("hysteresis.confirm", -1, h.Confirm, "is not a number of periods")
	}
	if h.Width != 0 && h.Share != 0 {
		fault("hysteresis.share", -1, h.Share, "is given beside a width; a band has one of them")
	}
	if len(h.Bands) > 0 {
		if h.Width != 0 || h.Share != 0 {
			fault("hysteresis.bands", -1, nil, "are given beside a width or a share, which they replace")
		}
		if len(h.Bands) != len(cuts) {
			fault("hysteresis.bands", -1, len(h.Bands), "is the number of bands, of cuts it is "+strconv.Itoa(len(cuts)))
		}
	}
	if faults.Len() > before {
		return nil
	}
	bands := slices.Clone(h.Bands)
	if len(bands) == 0 {
		bands = make([]Band, len(cuts))
		for i, c := range cuts {
			half := h.Width + float64(h.Share*math.Abs(c))
			bands[i] = Band{Leave: c - half, Enter: c + half}
		}
	}
	for i, b := range bands {
		switch {
		case !(b.Leave <= cuts[i] && cuts[i] <= b.Enter) || math.IsInf(b.Leave, 0) || math.IsInf(b.Enter, 0):
			fault("hysteresis.bands", i, b, "does not hold its cut, "+number(cuts[i]))
		case i > 0 && bands[i-1].Enter > b.Leave:
			fault("hysteresis.bands", i, b, "overlaps the one before it: the tier above the cut at "+number(cuts[i-1])+
				" is entered at "+number(bands[i-1].Enter)+", that above the cut at "+number(cuts[i])+" is left below "+number(b.Leave))
		}
	}
	return bands
}
