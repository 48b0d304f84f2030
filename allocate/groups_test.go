package allocate_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/allocate"
	"github.com/territory-go/territory/partition"
)

func TestGroupFaultsAreAllReported(t *testing.T) {
	p := &allocate.Problem{
		Cost:      allocate.CostFunc(3, 2, func(i, j int) float64 { return 1 }),
		Together:  [][]int{{0, 1}, {2}, nil, {0, 3, 0}},
		Apart:     [][]int{{-1, 2}},
		UnitLabel: func(i int) string { return "ABC"[i : i+1] },
	}
	_, err := allocate.SingleSource{}.Allocate(t.Context(), p)
	require.ErrorIs(t, err, partition.ErrInput)
	require.EqualError(t, err, "Together[3] = 3: at position 1 is no unit: there are 3\n"+
		"Together[3] (A) = 0: is named again at position 2\n"+
		"Apart[0] = -1: at position 0 is no unit: there are 3")
	var fault *partition.InputError
	require.True(t, errors.As(err, &fault))
	require.Equal(t, 3, fault.Index)
}
