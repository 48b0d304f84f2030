package cluster

import (
	"math"
	"strconv"
	"time"
)

// readableNumber is the number t, a < t ≤ b, with the fewest digits: a multiple
// of the highest power of ten that has one there; of several the one nearest to
// the middle, of two equally near the higher.
func readableNumber(a, b float64) float64 {
	if a < 0 && 0 <= b {
		return 0
	}
	middle := a + float64(0.5*(b-a))
	// From the first power of ten above both downwards. Decimals are made by
	// strconv, which rounds correctly; a multiple that rounds to one of the
	// neighbours is judged by what it is then.
	largest := math.Max(math.Abs(a), math.Abs(b))
	_, exponent := decimal(largest)
	for e := exponent + 1; e >= exponent-18 && e > -324; e-- {
		unit := "e" + strconv.Itoa(e)
		at := math.Floor(scaled(middle, -e) + 0.5)
		if math.Abs(at) >= 1<<53 {
			break
		}
		best, found := 0.0, false
		for m := at + 1; m >= at-1; m-- {
			t, err := strconv.ParseFloat(strconv.FormatInt(int64(m), 10)+unit, 64)
			if err == nil && a < t && t <= b && (!found || math.Abs(t-middle) < math.Abs(best-middle)) {
				best, found = t, true
			}
		}
		if found {
			return best
		}
	}
	return b
}

// decimal is x as d·10^e, with 1 ≤ d < 10.
func decimal(x float64) (digits string, e int) {
	s := strconv.FormatFloat(x, 'e', -1, 64)
	for i := range s {
		if s[i] == 'e' {
			e, _ = strconv.Atoi(s[i+1:])
			return s[:i], e
		}
	}
	return s, 0
}

// scaled is about x·10^e: it only says where to look.
func scaled(x float64, e int) float64 {
	digits, at := decimal(x)
	y, _ := strconv.ParseFloat(digits+"e"+strconv.Itoa(at+e), 64)
	return y
}

// readableDate is the roundest instant t, a < t ≤ b, in microseconds since 1970:
// the beginning of a year, month, day, hour, minute or second, UTC; of several
// the one nearest to the middle, of two equally near the earlier.
func readableDate(a, b int64) time.Time {
	middle := time.UnixMicro(a + int64(uint64(b-a)/2)).UTC()
	for _, begin := range []func(t time.Time, later int) time.Time{
		func(t time.Time, later int) time.Time {
			return time.Date(t.Year()+later, 1, 1, 0, 0, 0, 0, time.UTC)
		},
		func(t time.Time, later int) time.Time {
			return time.Date(t.Year(), t.Month()+time.Month(later), 1, 0, 0, 0, 0, time.UTC)
		},
		func(t time.Time, later int) time.Time {
			return time.Date(t.Year(), t.Month(), t.Day()+later, 0, 0, 0, 0, time.UTC)
		},
		multiple(time.Hour), multiple(time.Minute), multiple(time.Second),
	} {
		before, after := begin(middle, 0), begin(middle, 1)
		inside := func(t time.Time) bool { return a < t.UnixMicro() && t.UnixMicro() <= b && !t.IsZero() }
		switch {
		case inside(before) && (!inside(after) || middle.Sub(before) <= after.Sub(middle)):
			return before
		case inside(after):
			return after
		}
	}
	t := time.UnixMicro(b).UTC()
	if t.IsZero() {
		t = t.Add(1) // the zero time would leave a box open; less than a microsecond changes nothing
	}
	return t
}

func multiple(d time.Duration) func(t time.Time, later int) time.Time {
	return func(t time.Time, later int) time.Time { return t.Truncate(d).Add(time.Duration(later) * d) }
}
