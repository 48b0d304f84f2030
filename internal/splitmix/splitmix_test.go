package splitmix_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/internal/splitmix"
)

// The published sequence for seed 1234567, as the reference implementation
// prints it.
func TestPublishedSequence(t *testing.T) {
	s := splitmix.Source(1234567)
	for i, want := range []uint64{
		6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
	} {
		require.Equal(t, want, s.Uint64(), "number %d", i)
	}
}

func TestFloatAndBelowAreUniform(t *testing.T) {
	s := splitmix.Source(1)
	var tenth [10]int
	var seventh [7]int
	for range 70_000 {
		f := s.Float()
		require.True(t, f >= 0 && f < 1, "%v", f)
		tenth[int(10*f)]++
		seventh[s.Below(7)]++
	}
	for i, count := range tenth {
		require.InDelta(t, 7_000, count, 500, "numbers in tenth %d", i) // six standard deviations
	}
	for i, count := range seventh {
		require.InDelta(t, 10_000, count, 600, "numbers that are %d", i)
	}
	require.Zero(t, s.Below(1))
	for range 100 {
		n := s.Below(1<<31 - 1)
		require.True(t, n >= 0 && n < 1<<31-1, "%d", n)
	}
}

func TestMixTellsSequencesApart(t *testing.T) {
	seen := map[splitmix.Source][]uint64{}
	for _, seq := range [][]uint64{{}, {0}, {0, 0}, {1}, {0, 1}, {1, 0}, {1<<64 - 1}, {1<<64 - 1, 0}} {
		h := splitmix.Source(len(seq))
		for _, x := range seq {
			h.Mix(x)
		}
		require.NotContains(t, seen, h, "%v and %v", seq, seen[h])
		seen[h] = seq
	}
}

func TestForksDiffer(t *testing.T) {
	seen := map[uint64]bool{}
	for seed := range uint64(30) {
		for x := range uint64(30) {
			s := splitmix.Fork(seed, x)
			seen[s.Uint64()] = true
		}
	}
	require.Len(t, seen, 900)
}
