package segment_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func TestDecideHolds(t *testing.T) {
	before := []customer{{"", 0, 1}, {"", 1, 1}, {"", 2, 1}, {"", 1, 1}}
	after := []customer{{"", 1, 1}, {"", 0, 1}, {"", 1, 1}, {"", 2, 1}}
	d, err := segment.DriftOf(snapshot(before), snapshot(after), nil)
	require.NoError(t, err)
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		name string
		p    segment.Policy
		now  segment.Now
		want []int // class of each unit; the same as before where it is kept
		why  []segment.Why
	}{
		{"nothing is kept", segment.Policy{}, segment.Now{}, []int{1, 0, 1, 2}, nil},
		{"for ever", segment.Policy{Keep: map[string]segment.Keep{"medium": {ForEver: true}}}, segment.Now{}, []int{1, 1, 1, 1},
			[]segment.Why{segment.KeptForEver, segment.KeptForEver}},
		{"for ever, but up", segment.Policy{Keep: map[string]segment.Keep{"medium": {ForEver: true}}, Rise: true}, segment.Now{}, []int{1, 1, 1, 2},
			[]segment.Why{segment.KeptForEver}},
		{"before the date", segment.Policy{Keep: map[string]segment.Keep{"key": {Review: day(9)}}}, segment.Now{Date: day(8)}, []int{1, 0, 2, 2},
			[]segment.Why{segment.KeptUntil}},
		{"on the date", segment.Policy{Keep: map[string]segment.Keep{"key": {Review: day(9)}}}, segment.Now{Date: day(9)}, []int{1, 0, 1, 2}, nil},
		{"before the period", segment.Policy{Keep: map[string]segment.Keep{"key": {Period: 5}}}, segment.Now{Period: 4}, []int{1, 0, 2, 2},
			[]segment.Why{segment.KeptUntil}},
		{"in the period", segment.Policy{Keep: map[string]segment.Keep{"key": {Period: 5}}}, segment.Now{Period: 5}, []int{1, 0, 1, 2}, nil},
		{"both, and only one has come", segment.Policy{Keep: map[string]segment.Keep{"key": {Period: 5, Review: day(9)}}},
			segment.Now{Period: 5, Date: day(8)}, []int{1, 0, 2, 2}, []segment.Why{segment.KeptUntil}},
		{"a limit", segment.Policy{MaxUnits: 1}, segment.Now{}, []int{1, 1, 2, 1},
			[]segment.Why{segment.OverLimit, segment.OverLimit, segment.OverLimit}},
	} {
		got, err := c.p.Decide(d, c.now, nil)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, slice(got.Held), c.name)
		var why []segment.Why
		for _, p := range got.Pending {
			why = append(why, p.Why)
		}
		require.Equal(t, c.why, why, c.name)
	}
}

// On random drifts: the limits hold, every mover is made or pending, and no
// move that is over the limit would still have fitted when its turn came.
func TestDecideKeepsTheLimits(t *testing.T) {
	rng := splitmix.Source(21)
	limited := 0
	for range 2000 {
		h := randomHistory(&rng)
		d, err := segment.DriftOf(h.before, h.after, h.link)
		require.NoError(t, err)
		p := segment.Policy{MaxUnits: rng.Below(4), MaxValue: float64(rng.Below(3) * 60), Rise: rng.Below(2) == 0, Keep: map[string]segment.Keep{}}
		p.Keep[d.Labels[rng.Below(len(d.Labels))]] = segment.Keep{ForEver: true}
		var priority []float64
		if rng.Below(2) == 0 {
			for range h.after.Class.Len() {
				priority = append(priority, float64(rng.Below(3)))
			}
		}
		got, err := p.Decide(d, segment.Now{}, priority)
		require.NoError(t, err)

		rank := func(m segment.Mover) []float64 {
			first := 0.0
			if priority != nil {
				first = -priority[m.Unit]
			}
			return []float64{first, -math.Abs(m.After), float64(m.Unit)}
		}
		byRank := func(a, b segment.Mover) int { return slices.Compare(rank(a), rank(b)) }
		require.True(t, slices.IsSortedFunc(got.Made, byRank))
		var pending []segment.Mover
		for _, m := range got.Pending {
			pending = append(pending, m.Mover)
		}
		require.True(t, slices.IsSortedFunc(pending, byRank))
		require.ElementsMatch(t, slices.Collect(d.Movers()), slices.Concat(got.Made, pending))

		sum := partition.Tally{}
		for _, m := range got.Made {
			up := m.From < m.To && m.To < d.Ranked
			require.False(t, p.Keep[d.Labels[m.From]].ForEver && !(p.Rise && up))
			sum.Units++
			sum.Amount += math.Abs(m.After)
		}
		require.Equal(t, sum, got.Churn)
		require.True(t, p.MaxUnits == 0 || sum.Units <= p.MaxUnits)
		require.True(t, p.MaxValue == 0 || sum.Amount <= p.MaxValue)
		for _, m := range got.Pending {
			if m.Why != segment.OverLimit {
				require.True(t, p.Keep[d.Labels[m.From]].ForEver)
				continue
			}
			limited++
			units, worth := 0, math.Abs(m.After)
			for _, earlier := range got.Made {
				if byRank(earlier, m.Mover) < 0 {
					units++
					worth += math.Abs(earlier.After)
				}
			}
			require.True(t, p.MaxUnits > 0 && units == p.MaxUnits || p.MaxValue > 0 && worth > p.MaxValue)
		}

		// Class: pending units are where they were, all others where they go.
		for i := range h.after.Class.Len() {
			want := "none"
			if c := h.after.Class.Of(i); c >= 0 {
				want = h.after.Labels[c]
			}
			if at := slices.IndexFunc(pending, func(m segment.Mover) bool { return m.Unit == i }); at >= 0 {
				want = d.Label(pending[at].From)
			}
			require.Equal(t, want, d.Label(got.Held.Class.Of(i)))
		}
	}
	require.Greater(t, limited, 100)
}

// Two large customers ask to move every quarter, and two may. The small one
// waits for ever, unless what has waited goes first.
func TestPriorityEndsWaiting(t *testing.T) {
	const quarters = 5
	for _, patient := range []bool{false, true} {
		now, waiting, movedIn := make([]customer, 1+2*quarters), make([]float64, 1+2*quarters), -1
		for q := range quarters {
			wish := slices.Clone(now)
			wish[0] = customer{Tier: 1, Revenue: 1}
			for _, unit := range []int{1 + 2*q, 2 + 2*q} {
				wish[unit] = customer{Tier: 1, Revenue: 100}
			}
			d, err := segment.DriftOf(snapshot(now), snapshot(wish), nil)
			require.NoError(t, err)
			priority := waiting
			if !patient {
				priority = nil
			}
			got, err := segment.Policy{MaxUnits: 2}.Decide(d, segment.Now{}, priority)
			require.NoError(t, err)
			for _, m := range got.Made {
				now[m.Unit] = wish[m.Unit]
				if m.Unit == 0 {
					movedIn = q
				}
			}
			for _, m := range got.Pending {
				waiting[m.Unit]++
			}
		}
		if patient {
			require.Equal(t, 1, movedIn)
		} else {
			require.Equal(t, -1, movedIn)
		}
	}
}

func TestPolicyFaults(t *testing.T) {
	d, err := segment.DriftOf(snapshot([]customer{{}}), snapshot([]customer{{}}), nil)
	require.NoError(t, err)
	_, err = segment.Policy{}.Decide(nil, segment.Now{}, nil)
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = segment.Policy{}.Decide(&segment.Drift{}, segment.Now{}, nil)
	require.ErrorIs(t, err, partition.ErrInput)
	_, err = segment.Policy{
		Keep: map[string]segment.Keep{
			"kez":    {ForEver: true, Period: 3},
			"medium": {Review: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)},
			"small":  {Period: -1},
		},
		MaxUnits: -1,
		MaxValue: math.NaN(),
	}.Decide(d, segment.Now{}, []float64{math.NaN(), 1})
	require.Equal(t, []string{
		"keep.kez: is no class; did you mean key?",
		"keep.kez: is for ever, and has a review",
		"keep.kez.period = 3: is a period, but now has none",
		"keep.medium.review = 2026-04-01: is a date, but now has none",
		"keep.small.period = -1: is a period, but now has none",
		"keep.small.period = -1: is negative",
		"maxUnits = -1: is negative",
		"maxValue = NaN: is not a finite number ≥ 0",
		"priority = 2: is its length, that of the units after is 1",
		"priority[0] = NaN: is not a number",
	}, lines(err))
}

func TestPolicyJSON(t *testing.T) {
	p := segment.Policy{
		Keep: map[string]segment.Keep{
			"key":    {ForEver: true},
			"medium": {Review: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)},
			"small":  {Period: 7},
		},
		Rise: true, MaxUnits: 100, MaxValue: 1e6,
	}
	data, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, `{"keep":{"key":{"forEver":true},"medium":{"review":"2026-04-01T00:00:00Z"},"small":{"period":7}},"rise":true,"maxUnits":100,"maxValue":1000000}`, string(data))
	var back segment.Policy
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, p, back)
	data, err = json.Marshal(segment.Policy{})
	require.NoError(t, err)
	require.Equal(t, "{}", string(data))
}

func slice(s *segment.Snapshot) (of []int) {
	for i := range s.Class.Len() {
		of = append(of, s.Class.Of(i))
	}
	return of
}
