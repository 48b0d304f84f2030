package segment_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
	"github.com/territory-go/territory/partition"
	"github.com/territory-go/territory/partition/segment"
)

// byIndustry is a dimension of a third party.
type byIndustry struct{}

func (byIndustry) Name() string { return "industry" }

func (byIndustry) Bind(book *partition.Table) (*segment.Classes, error) {
	class, names, err := book.Categories("industry")
	if err != nil {
		return nil, err
	}
	labels := append(slices.Clone(names), "no industry")
	return &segment.Classes{Labels: labels, Of: func(unit int) int {
		if class[unit] < 0 {
			return len(names)
		}
		return int(class[unit])
	}}, nil
}

// history is two random snapshots, with units that join, leave and have no class.
type history struct {
	before, after *segment.Snapshot
	link          []int
}

func randomHistory(rng *splitmix.Source) history {
	side := func(n, k, shift int) *segment.Snapshot {
		s := &segment.Snapshot{Ranked: rng.Below(k + 1)}
		for c := range k {
			s.Labels = append(s.Labels, fmt.Sprintf("class %d", (c*c+shift)%7+c*7*(shift%2)))
		}
		of := make([]int, n)
		for i := range of {
			of[i] = rng.Below(k+1) - 1
		}
		plan, err := partition.NewPlan(k, of)
		if err != nil {
			panic(err)
		}
		s.Class = plan
		for range n {
			s.Value = append(s.Value, float64(rng.Below(100)-20))
		}
		if n > 0 && rng.Below(2) == 0 {
			s.Value[0] = math.NaN()
		}
		return s
	}
	k := 1 + rng.Below(3)
	h := history{before: side(rng.Below(12), k, 0), after: side(rng.Below(12), 1+rng.Below(3), rng.Below(2))}
	free := make([]int, h.before.Class.Len())
	for j := range free {
		free[j] = j
	}
	for range h.after.Class.Len() {
		j := -1
		if len(free) > 0 && rng.Below(4) > 0 {
			at := rng.Below(len(free))
			j = free[at]
			free = slices.Delete(free, at, at+1)
		}
		h.link = append(h.link, j)
	}
	if h.link == nil {
		h.link = []int{}
	}
	return h
}

type person struct {
	unit, was int
	from, to  string // "none": no class
	a, b      float64
}

// people lists all units of both times, by brute force.
func (h history) people() []person {
	label := func(s *segment.Snapshot, unit int) (string, float64) {
		if unit < 0 || s.Class.Of(unit) < 0 {
			return "none", 0
		}
		v := s.Value[unit]
		if math.IsNaN(v) {
			v = 0
		}
		return s.Labels[s.Class.Of(unit)], v
	}
	var all []person
	for i, j := range h.link {
		p := person{unit: i, was: j}
		p.from, p.a = label(h.before, j)
		p.to, p.b = label(h.after, i)
		all = append(all, p)
	}
	for j := range h.before.Class.Len() {
		if !slices.Contains(h.link, j) {
			p := person{unit: -1, was: j, to: "none"}
			p.from, p.a = label(h.before, j)
			all = append(all, p)
		}
	}
	return slices.DeleteFunc(all, func(p person) bool { return p.from == "none" && p.to == "none" })
}

func TestDriftIsBruteForce(t *testing.T) {
	rng := splitmix.Source(5)
	for range 2000 {
		h := randomHistory(&rng)
		d, err := segment.DriftOf(h.before, h.after, h.link)
		require.NoError(t, err)
		people := h.people()

		// Every unit is in the flow that it belongs to, and in no other.
		var listed []person
		last := []int{-2, -2}
		for _, f := range d.Flows {
			require.Negative(t, slices.Compare(last, []int{f.From, f.To}))
			last = []int{f.From, f.To}
			before, after, count := 0.0, 0.0, 0
			for m := range d.Members(f.From, f.To) {
				listed = append(listed, person{m.Unit, m.Was, d.Label(f.From), d.Label(f.To), m.Before, m.After})
				before, after, count = before+m.Before, after+m.After, count+1
			}
			require.Equal(t, segment.Flow{From: f.From, To: f.To, Units: count, Before: before, After: after}, f)
			require.Equal(t, f, d.Flow(f.From, f.To))
		}
		require.ElementsMatch(t, people, listed)

		var movers []person
		for m := range d.Movers() {
			movers = append(movers, person{m.Unit, m.Was, d.Label(m.From), d.Label(m.To), m.Before, m.After})
		}
		isMover := func(p person) bool { return p.from != p.to && p.from != "none" && p.to != "none" }
		require.ElementsMatch(t, filter(people, isMover), movers)
		require.Equal(t, tallied(people, isMover), total(d.Moved))
		require.Equal(t, tallied(people, func(p person) bool { return p.from == p.to }), total(d.Stayed))
		require.Equal(t, tallied(people, func(p person) bool { return p.from == "none" }), total(d.Joined))
		require.Equal(t, tallied(people, func(p person) bool { return p.to == "none" }), total(d.Left))

		both := filter(people, func(p person) bool { return p.from != "none" && p.to != "none" })
		require.InDelta(t, randByPairs(both), d.Rand, 1e-12)
		require.LessOrEqual(t, d.Rand, 1.0)

		was := filter(people, func(p person) bool { return p.from != "none" })
		is := filter(people, func(p person) bool { return p.to != "none" })
		psi := 0.0
		for c, k := range d.Classes {
			require.Equal(t, d.Labels[c], k.Label)
			in := func(p person) bool { return p.from == k.Label }
			out := func(p person) bool { return p.to == k.Label }
			p, q := float64(len(filter(was, in))), float64(len(filter(is, out)))
			require.Equal(t, []float64{p, q}, []float64{float64(k.Before.Units), float64(k.After.Units)})
			if p > 0 || q > 0 {
				p, q = math.Max(p, 0.5)/float64(len(was)), math.Max(q, 0.5)/float64(len(is))
				psi += (q - p) * math.Log(q/p)
			}
			together := filter(both, func(p person) bool { return in(p) && out(p) })
			either := filter(both, func(p person) bool { return in(p) || out(p) })
			if len(either) == 0 {
				require.Equal(t, 1.0, k.Jaccard)
			} else {
				require.Equal(t, float64(len(together))/float64(len(either)), k.Jaccard)
			}
			require.Equal(t, k.Before.Units, k.Stayed.Units+k.Out.Units+k.Left.Units)
			require.Equal(t, k.After.Units, k.Stayed.Units+k.In.Units+k.Joined.Units)
			require.Equal(t, k.Before.Amount, k.Stayed.Amount+k.Out.Amount+k.Left.Amount)
			require.Equal(t, k.After.Amount, k.Stayed.Amount+k.Growth+k.In.Amount+k.Joined.Amount)
		}
		if len(was) == 0 || len(is) == 0 {
			require.True(t, math.IsNaN(d.PSI))
		} else {
			require.InDelta(t, psi, d.PSI, 1e-12)
		}
	}
}

func filter(people []person, keep func(person) bool) (kept []person) {
	for _, p := range people {
		if keep(p) {
			kept = append(kept, p)
		}
	}
	return kept
}

func tallied(people []person, keep func(person) bool) [3]float64 {
	var sum [3]float64
	for _, p := range filter(people, keep) {
		sum[0]++
		sum[1] += p.a
		sum[2] += p.b
	}
	return sum
}

func total(f segment.Flow) [3]float64 { return [3]float64{float64(f.Units), f.Before, f.After} }

// randByPairs is the index by its other formula, over all pairs of units.
func randByPairs(people []person) float64 {
	var both, first, second, neither float64
	for i, p := range people {
		for _, q := range people[:i] {
			switch from, to := p.from == q.from, p.to == q.to; {
			case from && to:
				both++
			case from:
				first++
			case to:
				second++
			default:
				neither++
			}
		}
	}
	den := (both+first)*(first+neither) + (both+second)*(second+neither)
	if den == 0 {
		return 1
	}
	return 2 * (both*neither - first*second) / den
}

// Pairs of pairs of two million units are beyond 64 bits.
func TestRandOfMillions(t *testing.T) {
	const m = 500_000
	rows, columns := make([]int32, 4*m), make([]int32, 4*m)
	for i := range rows {
		rows[i], columns[i] = int32(i%2), int32(i/2%2)
	}
	side := func(of []int32) *segment.Snapshot {
		plan, err := partition.NewPlan(2, of)
		require.NoError(t, err)
		return &segment.Snapshot{Class: plan}
	}
	d, err := segment.DriftOf(side(rows), side(columns), nil)
	require.NoError(t, err)
	// n_ij = m: the sums of pairs are 4·m(m-1)/2, 2·2m(2m-1)/2 twice, and 4m(4m-1)/2 of all.
	require.InEpsilon(t, -1/float64(4*m-2), d.Rand, 1e-12)
	require.Equal(t, 2*m, d.Moved.Units)

	swapped := make([]int32, len(rows))
	for i, c := range rows {
		swapped[i] = 1 - c
	}
	d, err = segment.DriftOf(side(rows), side(swapped), nil)
	require.NoError(t, err)
	require.Equal(t, 1.0, d.Rand, "what classes are called does not matter")
	require.Zero(t, d.PSI)
}

func TestMoversMayBeLeftOff(t *testing.T) {
	d, err := segment.DriftOf(snapshot([]customer{{Tier: 0}, {Tier: 0}, {Tier: 1}}), snapshot([]customer{{Tier: 1}, {Tier: 1}, {Tier: 0}}), nil)
	require.NoError(t, err)
	for range d.Movers() {
		break
	}
	for range d.Members(0, 1) {
		break
	}
	require.Empty(t, slices.Collect(d.Members(2, 0)))
	require.Equal(t, segment.Flow{From: 2}, d.Flow(2, 0))
}

func TestDriftWithoutUnits(t *testing.T) {
	empty := &segment.Snapshot{Class: &partition.Plan{}}
	d, err := segment.DriftOf(empty, empty, nil)
	require.NoError(t, err)
	require.Empty(t, d.Flows)
	require.True(t, math.IsNaN(d.PSI))
	require.Equal(t, "0 of 0 units moved, 0 joined, 0 left, adjusted Rand 1.0000", d.String())
}

// The order of classes counts only where both times have it.
func TestDriftRanked(t *testing.T) {
	side := func(ranked int, labels ...string) *segment.Snapshot {
		plan, err := partition.NewPlan(len(labels), []int{0})
		require.NoError(t, err)
		return &segment.Snapshot{Class: plan, Labels: labels, Ranked: ranked}
	}
	for _, c := range []struct {
		before, after *segment.Snapshot
		want          int
	}{
		{side(2, "C", "B", "missing"), side(2, "C", "B", "new"), 2},
		{side(2, "C", "B"), side(2, "B", "C"), 0},
		{side(2, "C", "B"), side(3, "C", "B", "A"), 0},
		{side(0, "C", "B"), side(2, "C", "B"), 0},
	} {
		d, err := segment.DriftOf(c.before, c.after, nil)
		require.NoError(t, err)
		require.Equal(t, c.want, d.Ranked)
	}
}

type badAssignment struct{ n, k, class int }

func (b badAssignment) Len() int   { return b.n }
func (b badAssignment) K() int     { return b.k }
func (b badAssignment) Of(int) int { return b.class }

func TestDriftFaults(t *testing.T) {
	plan, err := partition.NewPlan(2, []int{0, 1})
	require.NoError(t, err)
	good := &segment.Snapshot{Class: plan}

	_, err = segment.DriftOf(nil, &segment.Snapshot{}, nil)
	require.Equal(t, []string{"before: has no classes", "after: has no classes"}, lines(err))
	_, err = segment.DriftOf(
		&segment.Snapshot{Class: plan, Labels: []string{"a", "a", "b"}, Ranked: 3, Value: []float64{math.Inf(1)}},
		&segment.Snapshot{Class: badAssignment{1, 2, 2}, Ranked: -1}, nil)
	require.Equal(t, []string{
		"before.Labels = 3: is their number, that of the classes is 2",
		"before.Labels[1] = a: is the label of class 0 too",
		"before.Ranked = 3: is no number of classes; there are 2",
		"before.Value = 1: is their number, that of the units is 2",
		"before.Value[0] = +Inf: is infinite; NaN is missing",
		"after.Class[0] = 2: is neither a class (of 2) nor -1 (none)",
		"after.Ranked = -1: is no number of classes; there are 2",
	}, lines(err))
	for _, bad := range []badAssignment{{-1, 1, 0}, {1, -1, 0}, {1, math.MaxInt, 0}, {math.MaxInt, 1, 0}} {
		_, err = segment.DriftOf(good, &segment.Snapshot{Class: bad}, nil)
		require.ErrorIs(t, err, partition.ErrInput)
	}
	_, err = segment.DriftOf(good, &segment.Snapshot{Class: badAssignment{3, 1, 0}}, nil)
	require.Equal(t, []string{"link: is nil, but there are 2 units before and 3 after"}, lines(err))
	_, err = segment.DriftOf(good, good, []int{0})
	require.Equal(t, []string{"link = 1: is its length, that of the units after is 2"}, lines(err))
	_, err = segment.DriftOf(good, good, []int{1, 1})
	require.Equal(t, []string{"link[1] = 1: is linked twice"}, lines(err))
}

func TestTakeFaults(t *testing.T) {
	_, err := segment.Take(nil, nil, "")
	require.Equal(t, []string{"book: is nil", "dimension: is nil"}, lines(err))
	book, err := partition.NewTable(partition.Numbers("revenue", []float64{1}))
	require.NoError(t, err)
	_, err = segment.Take(book, byIndustry{}, "profit")
	require.ErrorIs(t, err, partition.ErrInput)
	require.ErrorContains(t, err, "industry")
	require.ErrorContains(t, err, "profit")
}

func BenchmarkDriftOf(b *testing.B) {
	for _, k := range []int{4, 1000} {
		rng := splitmix.Source(1)
		const n = 1_000_000
		of, next, value := make([]int32, n), make([]int32, n), make([]float64, n)
		for i := range of {
			of[i] = int32(rng.Below(k))
			if next[i] = of[i]; rng.Below(20) == 0 {
				next[i] = int32(rng.Below(k))
			}
			value[i] = rng.Float()
		}
		before, _ := partition.NewPlan(k, of)
		after, _ := partition.NewPlan(k, next)
		b.Run(fmt.Sprintf("k=%d/n=%d", k, n), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				_, _ = segment.DriftOf(&segment.Snapshot{Class: before, Value: value}, &segment.Snapshot{Class: after, Value: value}, nil)
			}
		})
	}
}
