package partition_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestErrorClasses(t *testing.T) {
	in := fmt.Errorf("loading: %w", &partition.InputError{Field: "Fixed", Index: 3, Label: "harbour", Value: 9, Why: "is too large"})
	require.ErrorIs(t, in, partition.ErrInput)
	require.NotErrorIs(t, in, partition.ErrInfeasible)
	require.EqualError(t, in, "loading: Fixed[3] (harbour) = 9: is too large")

	none := fmt.Errorf("solving: %w", &partition.InfeasibleError{Why: "unit 3 needs 7, territory 1 takes 5", Need: 7, Have: 5, Units: []int{3}, Territories: []int{1}})
	require.ErrorIs(t, none, partition.ErrInfeasible)
	require.NotErrorIs(t, none, partition.ErrInput)
	require.EqualError(t, none, "solving: infeasible: unit 3 needs 7, territory 1 takes 5")
	var witness *partition.InfeasibleError
	require.True(t, errors.As(none, &witness))
	require.Equal(t, []int{3}, witness.Units)
}

func TestStopHasANameForEveryReason(t *testing.T) {
	seen := map[string]bool{}
	for s := partition.Converged; s <= partition.Interrupted; s++ {
		require.NotEqual(t, "unknown", s.String())
		require.False(t, seen[s.String()], s)
		seen[s.String()] = true
	}
	require.Equal(t, "unknown", partition.Stop(200).String())
}
