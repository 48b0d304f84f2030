package partition_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

type (
	move    = partition.Move
	changes = partition.Changes
)

func diff(t testing.TB, a, b partition.Assignment) changes {
	t.Helper()
	c, err := partition.Diff(a, b)
	require.NoError(t, err)
	return c
}

func compose(t testing.TB, c, d changes) changes {
	t.Helper()
	both, err := c.Compose(d)
	require.NoError(t, err)
	return both
}

// requireLaws holds the laws of the algebra for four assignments of the same
// units to k territories, and for the way there in single moves.
func requireLaws(t testing.TB, k int, a, b, c, d []int) {
	t.Helper()
	pa, pb, pc, pd := plan(t, k, a...), plan(t, k, b...), plan(t, k, c...), plan(t, k, d...)
	ab, bc, cd := diff(t, pa, pb), diff(t, pb, pc), diff(t, pc, pd)

	// The difference is what it should be, found here in the plainest way.
	var plain changes
	for i := range a {
		if a[i] != b[i] {
			plain = append(plain, move{Unit: i, From: a[i], To: b[i]})
		}
	}
	require.Equal(t, plain, ab)
	require.Equal(t, plain, diff(t, table{k, a}, table{k, b}), "any assignment")
	require.Equal(t, plain, diff(t, pa, table{k, b}), "any assignment")

	for _, from := range []partition.Assignment{pa, table{k, a}} {
		after, err := ab.Apply(from)
		require.NoError(t, err)
		require.Equal(t, b, after.Slice())
	}
	require.Equal(t, diff(t, pb, pa), ab.Invert())
	require.Equal(t, ab, ab.Invert().Invert())
	require.Equal(t, diff(t, pa, pc), compose(t, ab, bc))
	require.Equal(t, compose(t, ab, compose(t, bc, cd)), compose(t, compose(t, ab, bc), cd))
	require.Nil(t, compose(t, ab, ab.Invert()))
	require.Equal(t, ab, compose(t, ab, nil))
	require.Equal(t, ab, compose(t, nil, ab))
	again, err := ab.Canonical()
	require.NoError(t, err)
	require.Equal(t, ab, again)

	// The same as a trail of single moves, in which a unit moves several times.
	trail := slices.Concat(ab, bc, cd)
	end, err := pa.With(trail...)
	require.NoError(t, err)
	require.Equal(t, d, end.Slice())
	net, err := trail.Canonical()
	require.NoError(t, err)
	require.Equal(t, diff(t, pa, pd), net)
	back, err := trail.Invert().Apply(pd)
	require.NoError(t, err)
	require.Equal(t, a, back.Slice())
	require.Equal(t, net, compose(t, trail[:len(ab)], trail[len(ab):]))
}

// requireMergeLaws holds the laws of the three-way merge.
func requireMergeLaws(t testing.TB, k int, base, ours, theirs []int) {
	t.Helper()
	b, o, th := plan(t, k, base...), plan(t, k, ours...), plan(t, k, theirs...)
	merged, clashes, err := partition.Merge(b, o, th)
	require.NoError(t, err)

	next := 0
	for i := range base {
		oursMoved, theirsMoved := ours[i] != base[i], theirs[i] != base[i]
		want := base[i]
		switch {
		case oursMoved && theirsMoved && ours[i] != theirs[i]:
			require.Less(t, next, len(clashes), "unit %d must clash", i)
			require.Equal(t, partition.MergeClash{Unit: i, Base: base[i], Ours: ours[i], Theirs: theirs[i]}, clashes[next])
			next++
		case oursMoved:
			want = ours[i]
		case theirsMoved:
			want = theirs[i]
		}
		require.Equal(t, want, merged.Of(i), "unit %d", i)
	}
	require.Len(t, clashes, next)

	mirrored, mirror, err := partition.Merge(b, th, o)
	require.NoError(t, err)
	require.True(t, merged.Equal(mirrored))
	for i := range mirror {
		mirror[i].Ours, mirror[i].Theirs = mirror[i].Theirs, mirror[i].Ours
	}
	require.Equal(t, clashes, mirror)

	for _, sides := range [][2]*partition.Plan{{o, b}, {b, o}, {o, o}} { // one side unchanged, or both alike
		same, none, err := partition.Merge(b, sides[0], sides[1])
		require.NoError(t, err)
		require.Empty(t, none)
		require.True(t, same.Equal(o))
	}

	// Settling every clash our way gives us all that we wanted.
	var settle []move
	for _, c := range clashes {
		settle = append(settle, c.Resolve(c.Ours))
	}
	settled, err := merged.With(settle...)
	require.NoError(t, err)
	for i := range base {
		if ours[i] != base[i] {
			require.Equal(t, ours[i], settled.Of(i))
		}
	}
}

func TestLawsOnRandomPlans(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n, k := rng.IntN(12), 1+rng.IntN(4)
		random := func() []int {
			of := make([]int, n)
			for i := range of {
				of[i] = rng.IntN(k+1) - 1
			}
			return of
		}
		a, b, c, d := random(), random(), random(), random()
		requireLaws(t, k, a, b, c, d)
		requireMergeLaws(t, k, a, b, c)
	}
}

// FuzzChanges reads a number of territories and four assignments from the bytes.
func FuzzChanges(f *testing.F) {
	f.Add([]byte{3, 0, 1, 2, 3, 0, 1, 2, 3})
	f.Add([]byte{1, 1, 0, 1, 1})
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		k := int(data[0] % 8)
		n := (len(data) - 1) / 4
		var of [4][]int
		for j := range of {
			of[j] = make([]int, n)
			for i := range of[j] {
				of[j][i] = int(data[1+j*n+i])%(k+1) - 1
			}
		}
		requireLaws(t, k, of[0], of[1], of[2], of[3])
		requireMergeLaws(t, k, of[0], of[1], of[2])

		// Arbitrary moves: wherever both ways of bracketing are defined they agree.
		var loose [3]changes
		for i, b := range data[1:] {
			loose[i%3] = append(loose[i%3], move{Unit: int(b >> 6), From: int(b>>3&7) - 1, To: int(b&7) - 1})
		}
		if left, err := loose[0].Compose(loose[1]); err == nil {
			if right, err := loose[1].Compose(loose[2]); err == nil {
				l, errL := left.Compose(loose[2])
				r, errR := loose[0].Compose(right)
				if errL == nil && errR == nil {
					require.Equal(t, l, r)
				}
			}
		}
	})
}

func TestApplyReportsEveryMismatch(t *testing.T) {
	p := plan(t, 3, 0, 1, 2, -1)
	_, err := p.With(
		move{Unit: 0, From: 0, To: 1}, // right
		move{Unit: 1, From: 0, To: 2},
		move{Unit: 3, From: 2, To: 3},
		move{Unit: 4, From: 0, To: 1},
		move{Unit: -1, From: 0, To: -2},
		move{Unit: 1, From: 2, To: 0}, // right, though the move before it was not
		move{Unit: 3, From: 1, To: 0},
	)
	require.EqualError(t, err, "Changes[1] = unit 1: 0 -> 2: the unit is in 1\n"+
		"Changes[2] = unit 3: 2 -> 3: its To is neither a territory (0..2) nor -1 (unassigned)\n"+
		"Changes[3] = unit 4: 0 -> 1: there are only 4 units\n"+
		"Changes[4] = unit -1: 0 -> -2: there are only 4 units\n"+
		"Changes[4] = unit -1: 0 -> -2: its To is neither a territory (0..2) nor -1 (unassigned)\n"+
		"Changes[6] = unit 3: 1 -> 0: the unit is in none")
	require.Len(t, faults(t, err), 6)
	require.Equal(t, []int{0, 1, 2, -1}, p.Slice(), "the plan itself stays")

	_, err = changes(nil).Apply(table{1, []int{0, 5}})
	require.EqualError(t, err, "of[1] = 5: is neither a territory (0..0) nor -1 (unassigned)")
}

func TestCanonicalReportsBrokenTrails(t *testing.T) {
	_, err := changes{{Unit: 1, From: 0, To: 1}, {Unit: 1, From: 2, To: 0}, {Unit: -1, From: 0, To: 1}, {Unit: 2, From: -2, To: 1}}.Canonical()
	require.EqualError(t, err, "Changes[2] = unit -1: 0 -> 1: names no unit or no territory\n"+
		"Changes[3] = unit 2: -2 -> 1: names no unit or no territory\n"+
		"Changes[1] = unit 1: 2 -> 0: the unit is in 1 by then")

	_, err = changes{{Unit: 1, From: 0, To: 1}}.Compose(changes{{Unit: 0, From: 3, To: 0}, {Unit: 1, From: 0, To: 2}})
	require.EqualError(t, err, "next[1] = unit 1: 0 -> 2: the unit is in 1 by then")
}

func TestChangesAreNotModified(t *testing.T) {
	c := changes{{Unit: 4, From: 0, To: 1}, {Unit: 2, From: 1, To: 2}, {Unit: 4, From: 1, To: 2}, {Unit: 3, From: 1, To: 1}}
	kept := slices.Clone(c)
	c.Invert()
	_, err := c.Canonical()
	require.NoError(t, err)
	_, err = c.Compose(c.Invert())
	require.NoError(t, err)
	_, err = c.Churn(nil)
	require.NoError(t, err)
	require.Equal(t, kept, c)

	sorted := changes{{Unit: 2, From: 1, To: 2}}
	same, err := sorted.Canonical()
	require.NoError(t, err)
	same[0].To = 7
	require.Equal(t, 2, sorted[0].To)
}

func TestDiffWantsTheSameShape(t *testing.T) {
	_, err := partition.Diff(plan(t, 3, 0, 1), plan(t, 1, 0))
	require.EqualError(t, err, "b: has 1 unit, a has 2\nb: has 1 territory, a has 3")
	_, _, err = partition.Merge(plan(t, 2, 0, 1), plan(t, 2, 0), plan(t, 3, 0, 1))
	require.EqualError(t, err, "ours: has 1 unit, base has 2\ntheirs: has 3 territories, base has 2")
	require.ErrorIs(t, err, partition.ErrInput)
}

func TestChurn(t *testing.T) {
	value := []float64{1, 2, 4, 8, 16}
	c := changes{
		{Unit: 4, From: 0, To: 1}, {Unit: 4, From: 1, To: 2}, // one move in the end
		{Unit: 0, From: 2, To: 0}, {Unit: 0, From: 0, To: 2}, // none
		{Unit: 1, From: 0, To: 2},
		{Unit: 2, From: partition.Unassigned, To: 1},
		{Unit: 3, From: 1, To: partition.Unassigned},
	}
	churn, err := c.Churn(value)
	require.NoError(t, err)
	require.Equal(t, partition.Churn{
		Moved:    partition.Tally{Units: 2, Amount: 18},
		Assigned: partition.Tally{Units: 1, Amount: 4},
		Released: partition.Tally{Units: 1, Amount: 8},
	}, churn)

	churn, err = c.Churn(nil)
	require.NoError(t, err)
	require.Equal(t, partition.Tally{Units: 2}, churn.Moved)

	_, err = changes{{Unit: 5, From: 0, To: 1}, {Unit: math.MaxInt, From: 0, To: 1}, {Unit: -3, From: 0, To: 1}}.Churn(value)
	require.ErrorIs(t, err, partition.ErrInput)
}

func BenchmarkDiff(b *testing.B) {
	const n, k = 1_000_000, 1000
	p, err := partition.NewPlan(k, scattered(n, k, 1))
	require.NoError(b, err)
	of := scattered(n, k, 1)
	for i := 0; i < n; i += 10 {
		of[i] = (of[i] + 1) % k
	}
	q, err := partition.NewPlan(k, of)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if d, err := partition.Diff(p, q); err != nil || len(d) != n/10 {
			b.Fatal(len(d), err)
		}
	}
}
