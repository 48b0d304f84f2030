package cluster

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestAnEmptyPrototypeGetsTheUnitThatCostsMost(t *testing.T) {
	book, err := partition.NewTable(
		partition.Numbers("revenue", []float64{1, 2, 3, 50, 9, 8}),
		partition.Categories("kind", []string{"a", "a", "b", "b", "b", "b"}),
	)
	require.NoError(t, err)
	s, err := KPrototypes{}.model(book, 3)
	require.NoError(t, err)
	s.tally()
	copy(s.mean, []float64{0, 0.1, 99})
	copy(s.top, []int32{0, 1, -1})
	require.True(t, s.assign())
	require.Equal(t, []int32{0, 0, 1, 2, 1, 1}, s.of)
	require.Equal(t, []int32{2, 3, 1}, s.count)
}
