package segment_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// Customers that come, go and come back, followed one by one.
func TestReplayIsWhatHappensToEachCustomer(t *testing.T) {
	rng := splitmix.Source(11)
	for range 100 {
		cuts, h := randomLadder(&rng)
		l := ladder(t, cuts, h)
		const everybody, quarters = 15, 6
		value := make([][]float64, quarters) // per quarter and customer, NaN where it is not there
		for q := range value {
			value[q] = make([]float64, everybody)
			for c := range value[q] {
				if value[q][c] = 1 + float64(rng.Below(400))/2; rng.Below(8) == 0 {
					value[q][c] = math.NaN()
				}
			}
		}

		var periods []segment.Period
		var before []int
		for q := range value {
			var ids []int
			for c := range everybody {
				if c = (c*7 + q) % everybody; !math.IsNaN(value[q][c]) {
					ids = append(ids, c)
				}
			}
			link, err := segment.Link(before, ids)
			require.NoError(t, err)
			column := make([]float64, len(ids))
			for i, c := range ids {
				column[i] = value[q][c]
			}
			periods = append(periods, segment.Period{Book: bookOf(t, partition.Numbers("value", column)), Link: link})
			before = ids
		}
		tier := segment.Steady{Tiers: segment.Tiers{Attribute: "value", Cut: segment.FixedCuts(cuts)}, Hysteresis: h}
		replay, err := segment.Replay(tier, "value", periods...)
		require.NoError(t, err)
		require.Len(t, replay.Drifts, quarters-1)

		moves, movers, back := make([]int, quarters-1), 0, 0
		worth := 0.0
		for c := range everybody {
			var s segment.Memory
			var trail []int32 // tiers without repetition, since the customer was last new
			moved := false
			for q := range value {
				was := s
				if s, err = l.Next(s, []float64{value[q][c]}); err != nil {
					require.NoError(t, err)
				}
				now := s.Tier[0]
				switch {
				case now < 0 || was.Tier == nil || was.Tier[0] < 0:
					trail, moved = []int32{now}, false
				case now != was.Tier[0]:
					moves[q-1]++
					worth += value[q][c]
					if !moved {
						movers++
					}
					moved = true
					if len(trail) > 1 && trail[len(trail)-2] == now {
						back++
					}
					trail = append(trail, now)
				}
			}
		}
		total := 0
		for q, d := range replay.Drifts {
			require.Equal(t, moves[q], d.Moved.Units)
			total += moves[q]
		}
		require.Equal(t, total, replay.Moved.Units)
		require.Equal(t, worth, replay.Moved.After)
		require.Equal(t, movers, replay.Movers)
		require.Equal(t, back, replay.Returned)
	}
}

// Noise below half the band: nobody comes back; without a band many do.
func TestReplayWithAndWithoutHysteresis(t *testing.T) {
	rng := splitmix.Source(12)
	const n = 2000
	level := make([]float64, n)
	for i := range level {
		level[i] = 60 + 80*rng.Float()
	}
	var periods []segment.Period
	for range 5 {
		value := make([]float64, n)
		for i := range value {
			value[i] = level[i] + 9*(2*rng.Float()-1)
		}
		periods = append(periods, segment.Period{Book: bookOf(t, partition.Numbers("value", value))})
	}
	plain := segment.Bands{Attribute: "value", Cuts: []float64{100}}
	without, err := segment.Replay(plain, "value", periods...)
	require.NoError(t, err)
	with, err := segment.Replay(segment.Steady{Tiers: plain, Hysteresis: segment.Hysteresis{Width: 9.01}}, "value", periods...)
	require.NoError(t, err)
	require.Greater(t, without.Returned, 100)
	require.Zero(t, with.Returned)
	require.Equal(t, with.Movers, with.Moved.Units)
}

func TestReplayCountsAgesToEachPeriod(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2025, 1, d, 0, 0, 0, 0, time.UTC) }
	book := bookOf(t, partition.Dates("first order", []time.Time{day(1), day(20)}))
	life := segment.LifeCycle{Attribute: "first order", Days: []int{10}, Labels: []string{"young", "old"}}
	replay, err := segment.Replay(life, "", segment.Period{Book: book, AsOf: day(5)}, segment.Period{Book: book, AsOf: day(25)})
	require.NoError(t, err)
	var went []string
	for _, f := range replay.Drifts[0].Flows {
		went = append(went, fmt.Sprint(replay.Drifts[0].Label(f.From), " to ", replay.Drifts[0].Label(f.To)))
	}
	require.Equal(t, []string{"young to old", "future to young"}, went)

	_, err = segment.Replay(life, "", segment.Period{Book: book})
	require.ErrorContains(t, err, "asOf")

	// A dwell in days needs the date of the period that ends, not of the next one.
	tier := segment.Steady{Tiers: segment.Bands{Attribute: "x", Cuts: []float64{10}}, DwellDays: 15}
	var periods []segment.Period
	for q, x := range []float64{5, 15, 15, 5, 5} {
		periods = append(periods, segment.Period{Book: bookOf(t, partition.Numbers("x", []float64{x})), AsOf: day(1 + 10*q)})
	}
	replay, err = segment.Replay(tier, "", periods...)
	require.NoError(t, err)
	var moves []int
	for _, d := range replay.Drifts {
		moves = append(moves, d.Moved.Units)
	}
	require.Equal(t, []int{0, 1, 0, 1}, moves)
}

// Whatever counts ages does so as of another instant.
func TestAtIsAsOf(t *testing.T) {
	now := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ d, want segment.Dimension }{
		{segment.LifeCycle{Attribute: "a"}, segment.LifeCycle{Attribute: "a", AsOf: now}},
		{segment.Tiers{Attribute: "a"}, segment.Tiers{Attribute: "a", AsOf: now}},
		{segment.RFM{Recency: "a"}, segment.RFM{Recency: "a", AsOf: now}},
		{segment.Steady{Tiers: segment.Tiers{Attribute: "a"}}, segment.Steady{Tiers: segment.Tiers{Attribute: "a", AsOf: now}, AsOf: now}},
		{segment.Steady{Tiers: lowHigh}, segment.Steady{Tiers: lowHigh, AsOf: now}},
	} {
		require.Equal(t, c.want, c.d.(segment.Dated).At(now))
	}
}

func TestReplayFaults(t *testing.T) {
	x := segment.Bands{Attribute: "x", Cuts: []float64{10}}
	book := bookOf(t, partition.Numbers("x", []float64{5}))
	_, err := segment.Replay(nil, "")
	require.ErrorIs(t, err, partition.ErrInput)
	for _, d := range []segment.Dimension{x, segment.Steady{Tiers: x}} {
		for _, c := range []struct {
			name    string
			periods []segment.Period
		}{
			{"periods[0]", []segment.Period{{}}},
			{"periods[1]", []segment.Period{{Book: book}, {Book: book, Link: []int{1}}}},
			{"periods[1]", []segment.Period{{Book: book}, {Book: bookOf(t, partition.Numbers("x", []float64{5, 6}))}}},
			{"periods[1]", []segment.Period{{Book: book}, {Book: bookOf(t, partition.Numbers("y", []float64{5}))}}},
		} {
			_, err = segment.Replay(d, "", c.periods...)
			require.ErrorIs(t, err, partition.ErrInput)
			require.ErrorContains(t, err, c.name)
		}
	}
	_, err = segment.Replay(failing{}, "", segment.Period{Book: book})
	require.ErrorIs(t, err, errFailing)
	none, err := segment.Replay(x, "")
	require.NoError(t, err)
	require.Equal(t, "x: 0 moves by 0 units in 0 steps, 0 of them back", none.String())
}

var errFailing = errors.New("failing")

type failing struct{}

func (failing) Name() string                                    { return "failing" }
func (failing) Bind(*partition.Table) (*segment.Classes, error) { return nil, errFailing }
