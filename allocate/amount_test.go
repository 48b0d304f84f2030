package allocate

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		x, y float64
		a, b string
	}{
		{24870000, 20312345, "24.9M", "20.3M"},
		{120, 0, "120", "0"},
		{1500, 1499, "1.5k", "1.499k"},
		{100.5, 100, "100.5", "100"},
		{1234567, 1234566, "1.234567M", "1.234566M"},
		{0.03, 0.02, "0.03", "0.02"},
		{0.0123456, 0.5, "0.0123", "0.5"},
		{999.96, 1000, "999.96", "1k"},
		{7e12, 3e9, "7T", "3G"},
		{1e270, 2.5e-9, "1e+270", "2.5e-09"},
		{math.Inf(1), 1, "+Inf", "1"},
	} {
		a, b := amounts(c.x, c.y)
		require.Equal(t, []string{c.a, c.b}, []string{a, b})
	}
}

// Whoever follows the advice has done enough.
func TestAtLeastRoundsUp(t *testing.T) {
	for x, want := range map[float64]string{
		2: "2", 4534000: "4.54M", 4530001: "4.54M", 4530000: "4.53M", 0.5: "0.5", 0.01231: "0.0124", 1001: "1.01k", 99.94: "100",
	} {
		require.Equal(t, want, atLeast(x), x)
	}
}

func TestNamed(t *testing.T) {
	for want, list := range map[string][]int{
		"": {}, "1": {1}, "1 and 2": {1, 2}, "1, 2 and 3": {1, 2, 3}, "1, 2, 3 and 4": {1, 2, 3, 4}, "1, 2, 3 and 2 more": {1, 2, 3, 4, 5},
	} {
		require.Equal(t, want, named(list, strconv.Itoa))
	}
}
