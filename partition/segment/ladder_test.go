package segment_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

func ladder(t testing.TB, cuts []float64, h segment.Hysteresis) *segment.Ladder {
	t.Helper()
	l, err := segment.NewLadder(cuts, h)
	require.NoError(t, err)
	return l
}

func TestLadderWithOneUnit(t *testing.T) {
	const none = partition.Unassigned
	width := segment.Hysteresis{Width: 5}
	for _, c := range []struct {
		name   string
		cuts   []float64
		h      segment.Hysteresis
		value  float64
		before int
		want   int
	}{
		{"no cuts", nil, width, 7, none, 0},
		{"no cuts, missing", nil, width, math.NaN(), 0, none},
		{"new, below the cut", []float64{10}, width, 9.9, none, 0},
		{"new, at the cut", []float64{10}, width, 10, none, 1},
		{"a tier that is none counts as new", []float64{10}, width, 10, 2, 1},
		{"low stays below Enter", []float64{10}, width, 14.9, 0, 0},
		{"low rises at Enter", []float64{10}, width, 15, 0, 1},
		{"high stays at Leave", []float64{10}, width, 5, 1, 1},
		{"high falls below Leave", []float64{10}, width, 4.9, 1, 0},
		{"two tiers up", []float64{10, 30}, width, 35, 0, 2},
		{"two tiers up, but not into the second band", []float64{10, 30}, width, 34, 0, 1},
		{"two tiers down", []float64{10, 30}, width, 4, 2, 0},
		{"two tiers down, but not out of the first band", []float64{10, 30}, width, 5, 2, 1},
		{"share of a negative cut", []float64{-10}, segment.Hysteresis{Share: 0.5}, -5.1, 0, 0},
		{"share of a negative cut, reached", []float64{-10}, segment.Hysteresis{Share: 0.5}, -5, 0, 1},
		{"bands that touch: the shared point is up from below", []float64{10, 20}, width, 15, 0, 1},
		{"bands that touch: the shared point holds the top", []float64{10, 20}, width, 15, 2, 2},
		{"no band at all", []float64{10}, segment.Hysteresis{}, 10, 0, 1},
		{"infinity is above every cut", []float64{10, 30}, width, math.Inf(1), 0, 2},
		{"minus infinity is below every cut", []float64{10, 30}, width, math.Inf(-1), 2, 0},
	} {
		require.Equal(t, c.want, ladder(t, c.cuts, c.h).Tier(c.value, c.before), c.name)
	}
}

// Next is the formula of the doc comment, with the counts taken by brute force,
// over several periods.
func TestNextIsTheFormula(t *testing.T) {
	rng := splitmix.Source(1)
	for range 300 {
		cuts, h := randomLadder(&rng)
		l := ladder(t, cuts, h)
		n := 20
		last := segment.Memory{Tier: make([]int32, n), Periods: make([]int32, n)}
		for i := range n {
			last.Tier[i] = int32(rng.Below(len(cuts)+2) - 1)
			last.Periods[i] = int32(rng.Below(4))
		}
		trail := make([][]int, n) // per unit which way it asked to go, since it was last new
		for range 4 {
			value := make([]float64, n)
			for i := range value {
				value[i] = float64(rng.Below(400)) / 2
				if rng.Below(10) == 0 {
					value[i] = math.NaN()
				}
			}
			now, err := l.Next(last, value)
			require.NoError(t, err)
			for i, x := range value {
				atCut, entered, kept := 0, 0, 0
				for j, b := range l.Bands() {
					if cuts[j] <= x {
						atCut++
					}
					if b.Enter <= x {
						entered++
					}
					if b.Leave <= x {
						kept++
					}
				}
				tier, periods := int(last.Tier[i]), int(last.Periods[i])+1
				switch {
				case math.IsNaN(x):
					tier, periods, trail[i] = partition.Unassigned, 0, nil
				case tier < 0:
					tier, periods, trail[i] = atCut, 1, nil
				default:
					wanted := min(max(tier, entered), kept)
					trail[i] = append(trail[i], cmp.Compare(wanted, tier))
					run := 0
					for at := len(trail[i]) - 1; at >= 0 && trail[i][at] == cmp.Compare(wanted, tier); at-- {
						run++
					}
					if wanted != tier && int(last.Periods[i]) >= h.Dwell && run >= h.Confirm {
						tier, periods, trail[i] = wanted, 1, nil
					}
				}
				require.Equal(t, tier, int(now.Tier[i]), "%v %+v: unit %d, value %v, was %d", cuts, l.Bands(), i, x, last.Tier[i])
				require.Equal(t, periods, int(now.Periods[i]))
			}
			last = now
		}
	}
}

// randomLadder has up to five cuts in 0..200 and bands of any of the three kinds.
func randomLadder(rng *splitmix.Source) ([]float64, segment.Hysteresis) {
	for {
		var cuts []float64
		for c := 5 + rng.Below(30); len(cuts) < 5 && c < 200 && rng.Below(6) > 0; c += 5 + rng.Below(60) {
			cuts = append(cuts, float64(c))
		}
		h := segment.Hysteresis{Dwell: rng.Below(4), Confirm: rng.Below(4)}
		switch rng.Below(4) {
		case 0:
			h.Width = float64(rng.Below(8)) / 2
		case 1:
			h.Share = float64(rng.Below(30)) / 100
		case 2:
			h.Bands = make([]segment.Band, len(cuts))
			for i, c := range cuts {
				h.Bands[i] = segment.Band{Leave: c - float64(rng.Below(6))/2, Enter: c + float64(rng.Below(6))/2}
			}
		}
		if _, err := segment.NewLadder(cuts, h); err == nil {
			return cuts, h
		}
	}
}

// A million customers, each with its own level, ladder and noise below half the
// band over six periods. Levels, cuts and noise are multiples of 2^-20, so that
// "below half the band" is exact.
func TestNoiseBelowHalfTheBandNeverFlips(t *testing.T) {
	rng := splitmix.Source(2)
	const ladders, units, periods = 100, 10_000, 6
	changes := 0
	for range ladders {
		cuts := []float64{float64(20 + rng.Below(50))}
		for len(cuts) < 1+rng.Below(4) {
			cuts = append(cuts, cuts[len(cuts)-1]+float64(40+rng.Below(60)))
		}
		half := float64(1+rng.Below(10*(1<<20))) / (1 << 20)
		h := segment.Hysteresis{Width: half, Dwell: rng.Below(3), Confirm: rng.Below(3)}
		if rng.Below(2) == 0 { // lopsided bands of the same width, that may touch
			h.Width = 0
			for _, c := range cuts {
				below := float64(rng.Below(int(2*half*(1<<20))+1)) / (1 << 20)
				h.Bands = append(h.Bands, segment.Band{Leave: c - below, Enter: c + 2*half - below})
			}
		}
		l := ladder(t, cuts, h)

		level := make([]float64, units)
		for i := range level {
			cut := cuts[rng.Below(len(cuts))]
			level[i] = cut + float64(rng.Below(60<<20)-30<<20)/(1<<20)
		}
		noise := func() float64 { // at the very ends as often as not
			most := int(half*(1<<20)) - 1
			switch rng.Below(4) {
			case 0:
				return -float64(most) / (1 << 20)
			case 1:
				return float64(most) / (1 << 20)
			}
			return float64(rng.Below(2*most+1)-most) / (1 << 20)
		}
		var s segment.Memory
		changed := make([]int, units)
		for range periods {
			value := make([]float64, units)
			for i := range value {
				value[i] = level[i] + noise()
			}
			next, err := l.Next(s, value)
			require.NoError(t, err)
			for i := range value {
				if s.Tier == nil || next.Tier[i] == s.Tier[i] {
					continue
				}
				changes++
				if changed[i]++; changed[i] > 1 {
					t.Fatalf("bands %v, noise below %v: the unit of level %v changed twice", l.Bands(), half, level[i])
				}
			}
			s = next
		}
	}
	require.Greater(t, changes, 1000, "the noise must matter for the test to mean anything")
}

// The bound is sharp: noise of just more than half the band does flip.
func TestNoiseAboveHalfTheBandFlips(t *testing.T) {
	l := ladder(t, []float64{100}, segment.Hysteresis{Width: 5})
	tier, seen := partition.Unassigned, []int{}
	for _, e := range []float64{-5.1, 5.1, -5.1, 5.1} {
		tier = l.Tier(100+e, tier)
		seen = append(seen, tier)
	}
	require.Equal(t, []int{0, 1, 0, 1}, seen)
}

func TestLadderSaysWhatItIs(t *testing.T) {
	cuts := []float64{10, 20}
	l := ladder(t, cuts, segment.Hysteresis{Width: 1})
	cuts[0] = 7
	require.Equal(t, []float64{10, 20}, l.Cuts())
	require.Equal(t, []segment.Band{{9, 11}, {19, 21}}, l.Bands())
	require.Equal(t, 3, l.Tiers())
}

func TestLinkFaults(t *testing.T) {
	_, err := segment.Link([]string{"a", "b", "a"}, []string{"c", "b", "c"})
	require.Equal(t, []string{"before[2] = a: is the key of unit 0 too", "after[2] = c: is the key of unit 0 too"}, lines(err))
}

func TestDwellHoldsATier(t *testing.T) {
	l := ladder(t, []float64{100}, segment.Hysteresis{Dwell: 3})
	var s segment.Memory
	var err error
	var seen []int32
	for _, x := range []float64{50, 150, 150, 150, 50, 50, 50, 150} {
		s, err = l.Next(s, []float64{x})
		require.NoError(t, err)
		seen = append(seen, s.Tier[0])
	}
	require.Equal(t, []int32{0, 0, 0, 1, 1, 1, 0, 0}, seen)
	require.Equal(t, []int32{2}, s.Periods)
}

func TestMissingValuesForget(t *testing.T) {
	l := ladder(t, []float64{100}, segment.Hysteresis{Width: 10, Dwell: 5})
	var s segment.Memory
	var seen []int32
	for _, x := range []float64{95, 105, math.NaN(), 105} {
		s, _ = l.Next(s, []float64{x})
		seen = append(seen, s.Tier[0], s.Periods[0])
	}
	require.Equal(t, []int32{0, 1, 0, 2, -1, 0, 1, 1}, seen)
}

func TestPeriodsDoNotOverflow(t *testing.T) {
	l := ladder(t, []float64{100}, segment.Hysteresis{Dwell: math.MaxInt32})
	s, err := l.Next(segment.Memory{Tier: []int32{0}, Periods: []int32{math.MaxInt32}}, []float64{50})
	require.NoError(t, err)
	require.Equal(t, []int32{math.MaxInt32}, s.Periods)
}

func TestReviseIsNext(t *testing.T) {
	rng := splitmix.Source(3)
	for round := range 200 {
		cuts, h := randomLadder(&rng)
		l := ladder(t, cuts, h)
		n := 1 + rng.Below(30)
		random := func() []float64 {
			value := make([]float64, n)
			for i := range value {
				if value[i] = float64(rng.Below(400)) / 2; rng.Below(10) == 0 {
					value[i] = math.NaN()
				}
			}
			return value
		}
		var last segment.Memory
		if round%4 > 0 {
			last, _ = l.Next(last, random())
		}
		if round%4 > 1 {
			last.Periods = nil
		}
		value := random()
		now, err := l.Next(last, value)
		require.NoError(t, err)
		old := slices.Clone(now.Tier)

		var changed []int
		for i, x := range random() {
			if rng.Below(3) == 0 {
				value[i] = x
				changed = append(changed, i)
			}
		}
		moved, err := l.Revise(&now, last, changed, value)
		require.NoError(t, err)
		want, err := l.Next(last, value)
		require.NoError(t, err)
		require.Equal(t, want, now)
		var wantMoved []int
		for i := range n {
			if old[i] != want.Tier[i] {
				wantMoved = append(wantMoved, i)
			}
		}
		require.Equal(t, wantMoved, moved)
	}
}

func TestLadderFaults(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name string
		cuts []float64
		h    segment.Hysteresis
		want []string
	}{
		{"cuts", []float64{1, nan, inf, 3, 3}, segment.Hysteresis{}, []string{
			"cuts[1] = NaN: is not a finite number", "cuts[2] = +Inf: is not a finite number",
			"cuts[3] = 3: is not above the cut before it, +Inf", "cuts[4] = 3: is not above the cut before it, 3"}},
		{"settings", nil, segment.Hysteresis{Width: -1, Share: nan, Dwell: -2, Confirm: -1}, []string{
			"hysteresis.width = -1: is not a finite number ≥ 0", "hysteresis.share = NaN: is not a finite number ≥ 0",
			"hysteresis.share = NaN: is given beside a width; a band has one of them", "hysteresis.dwell = -2: is not a number of periods",
			"hysteresis.confirm = -1: is not a number of periods"}},
		{"bands beside a width", []float64{1}, segment.Hysteresis{Width: 1, Bands: []segment.Band{{0, 2}, {3, 4}}}, []string{
			"hysteresis.bands: are given beside a width or a share, which they replace",
			"hysteresis.bands = 2: is the number of bands, of cuts it is 1"}},
		{"bands without their cuts", []float64{1, 5, 9}, segment.Hysteresis{Bands: []segment.Band{{2, 3}, {5, 4}, {nan, 10}}}, []string{
			"hysteresis.bands[0] = {2 3}: does not hold its cut, 1", "hysteresis.bands[1] = {5 4}: does not hold its cut, 5",
			"hysteresis.bands[2] = {NaN 10}: does not hold its cut, 9"}},
		{"a width that overflows", []float64{1e308}, segment.Hysteresis{Width: 1e308}, []string{
			"hysteresis.bands[0] = {0 +Inf}: does not hold its cut, 1e+308"}},
		{"overlap", []float64{10, 12, 30}, segment.Hysteresis{Width: 1.5}, []string{
			"hysteresis.bands[1] = {10.5 13.5}: overlaps the one before it: the tier above the cut at 10 is entered at 11.5, that above the cut at 12 is left below 10.5"}},
	} {
		_, err := segment.NewLadder(c.cuts, c.h)
		require.ErrorIs(t, err, partition.ErrInput, c.name)
		require.Equal(t, c.want, lines(err), c.name)
	}
}

func lines(err error) []string {
	var all []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		all = append(all, e.Error())
	}
	return all
}

func TestMemoryFaults(t *testing.T) {
	l := ladder(t, []float64{1}, segment.Hysteresis{})
	_, err := l.Next(segment.Memory{Tier: []int32{2, -2, 0}, Periods: []int32{-1, 0}}, []float64{0, math.Inf(-1)})
	require.Equal(t, []string{
		"last.Tier = 3: is its length, that of value is 2",
		"last.Tier[0] = 2: is neither a tier (0..1) nor -1 (none)",
		"last.Tier[1] = -2: is neither a tier (0..1) nor -1 (none)",
		"last.Periods[0] = -1: is negative",
		"value[1] = -Inf: is infinite; NaN is missing",
	}, lines(err))

	_, err = l.Next(segment.Memory{Tier: []int32{2, math.MaxInt32, -2, 0}, Periods: []int32{0, 0, 0, -1}}, []float64{0, 1, math.NaN(), 3})
	require.Equal(t, []string{
		"last.Tier[0] = 2: is neither a tier (0..1) nor -1 (none)",
		"last.Tier[1] = 2147483647: is neither a tier (0..1) nor -1 (none)",
		"last.Tier[2] = -2: is neither a tier (0..1) nor -1 (none)",
		"last.Periods[3] = -1: is negative",
	}, lines(err))
	_, err = l.Next(segment.Memory{}, []float64{0, math.Inf(1)})
	require.Equal(t, []string{"value[1] = +Inf: is infinite; NaN is missing"}, lines(err))

	now := segment.Memory{Tier: []int32{0, 0}, Periods: []int32{1, 1}}
	_, err = l.Revise(&now, segment.Memory{}, []int{0}, []float64{math.Inf(1), 0})
	require.Equal(t, []string{"value[0] = +Inf: is infinite; NaN is missing"}, lines(err))
	_, err = l.Revise(&now, segment.Memory{Tier: []int32{0, 7}, Periods: []int32{-1, 1}}, []int{-1, 2, 0, 1}, []float64{5, 5})
	require.Equal(t, []string{
		"changed[0] = -1: is not a unit (0..1)", "changed[1] = 2: is not a unit (0..1)",
		"last.Periods[0] = -1: is negative", "last.Tier[1] = 7: is neither a tier (0..1) nor -1 (none)",
	}, lines(err))
	require.Equal(t, []int32{0, 0}, now.Tier)
	_, err = l.Revise(&now, segment.Memory{Tier: []int32{0}}, nil, []float64{5})
	require.Equal(t, []string{"now.Tier = 2: is its length, that of value is 1", "now.Periods = 2: is its length, that of value is 1"}, lines(err))
	confirmed := ladder(t, []float64{1}, segment.Hysteresis{Confirm: 2})
	_, err = confirmed.Revise(&now, segment.Memory{Tier: []int32{0}, Asked: []int32{0, 1}}, nil, []float64{5, 5})
	require.Equal(t, []string{"last.Tier = 1: is its length, that of value is 2", "now: is not what Next gives for these values"}, lines(err))

	_, err = now.Follow([]int{0, 0, -2, 2})
	require.Equal(t, []string{"link[1] = 0: is linked twice",
		"link[2] = -2: is neither a unit before (there are 2) nor -1 (new)",
		"link[3] = 2: is neither a unit before (there are 2) nor -1 (new)"}, lines(err))
}

func TestMemoryJSON(t *testing.T) {
	var zero, back segment.Memory
	data, err := json.Marshal(zero)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, zero, back)

	s := segment.Memory{Tier: []int32{1, -1}, Periods: []int32{3, 0}}
	data, err = json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, `{"tier":[1,-1],"periods":[3,0]}`, string(data))
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, s, back)
}

func TestNextDoesNotAllocatePerUnit(t *testing.T) {
	l := ladder(t, []float64{10, 20}, segment.Hysteresis{Width: 2})
	value := make([]float64, 1000)
	last, _ := l.Next(segment.Memory{}, value)
	require.LessOrEqual(t, testing.AllocsPerRun(10, func() { last, _ = l.Next(last, value) }), 3.0)
}

func BenchmarkLadderNext(b *testing.B) {
	for _, k := range []int{3, 10, 100} {
		rng := splitmix.Source(1)
		const n = 1_000_000
		cuts := make([]float64, k-1)
		for i := range cuts {
			cuts[i] = 1000 * float64(i+1) / float64(k)
		}
		l := ladder(b, cuts, segment.Hysteresis{Width: 2, Dwell: 2})
		quarters := [2][]float64{make([]float64, n), make([]float64, n)}
		for i := range n {
			quarters[0][i] = 1000 * rng.Float()
			quarters[1][i] = quarters[0][i] + 100*(rng.Float()-0.5)
		}
		first, _ := l.Next(segment.Memory{}, quarters[0])
		for _, kind := range []string{"first", "next"} {
			b.Run(fmt.Sprintf("method=%s/k=%d/n=%d", kind, k, n), func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					if kind == "first" {
						first, _ = l.Next(segment.Memory{}, quarters[0])
					} else {
						_, _ = l.Next(first, quarters[1])
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/unit")
			})
		}
	}
}

func TestMemoryFollowsTheSameUnits(t *testing.T) {
	m := segment.Memory{Tier: []int32{1, 0}, Periods: []int32{3, 4}}
	same, err := m.Follow(nil)
	require.NoError(t, err)
	require.Equal(t, m, same)
}

func TestReviseOfNoMemory(t *testing.T) {
	ladder, err := segment.NewLadder([]float64{1}, segment.Hysteresis{})
	require.NoError(t, err)
	_, err = ladder.Revise(nil, segment.Memory{}, []int{0}, []float64{1})
	require.ErrorIs(t, err, partition.ErrInput)
}
