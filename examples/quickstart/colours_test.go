package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

// row is an outcome of n sales people in a line, each competing with the next.
func row(t *testing.T, n int) *outcome {
	o := &outcome{dataset: &dataset{Reps: make([]rep, n)}}
	of := make([]int, 0, n)
	for j := range n {
		o.Decisions = append(o.Decisions, decision{Unit: j, Owner: j, Nearest: j, RunnerUp: (j + 1) % n})
		of = append(of, j)
	}
	plan, err := partition.NewPlan(n, of)
	require.NoError(t, err)
	o.Before.Plan, o.After.Plan = plan, plan
	return o
}

func TestColours(t *testing.T) {
	for _, n := range []int{2, 12, 24, 60} {
		c := row(t, n).colours()
		if n <= len(palette) {
			distinct := slices.Compact(slices.Sorted(slices.Values(c)))
			require.Len(t, distinct, n, "up to 24 sales people have different colours")
		}
		for j := range c {
			a, b := slices.Index(palette[:], c[j]), slices.Index(palette[:], c[(j+1)%n])
			require.Greater(t, colourGap[a][b], 0.015, "%d: neighbours %s and %s", n, c[j], c[(j+1)%n])
		}
	}
}

func TestColoursAreFarFromTheLight(t *testing.T) {
	// The closest two colours of the palette are still apart for everybody.
	for i := range palette {
		for j := range i {
			require.Greater(t, colourGap[i][j], 0.001, "%s %s", palette[i], palette[j])
		}
	}
}
