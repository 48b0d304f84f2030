package main

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumbers(t *testing.T) {
	for x, want := range map[float64]string{
		0: "0", 7: "7", 12.5: "12.50", 999: "999", 999.96: "1,000", 1000: "1,000", 55.000000000000007: "55", 80_929.4: "80,929",
		0.5: "0.500", 999_999.7: "1.000 M", 1e6: "1.000 M", 999.97e6: "1.000 G", 5e15: "5000.0 T", 22_315_474: "22.32 M", 172.04e9: "172.0 G", -1500: "−1,500", 9.99951e6: "10.00 M", math.Inf(1): "–",
	} {
		require.Equal(t, want, strings.ReplaceAll(quantity(x), glue, " "), "%v", x)
	}
	for x, want := range map[float64]string{0: "0.0 %", 0.02: "+2.0 %", -0.0196: "−2.0 %", -0.0001: "0.0 %", math.Inf(1): "–"} {
		require.Equal(t, want, strings.ReplaceAll(percent(x), glue, " "), "%v", x)
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -999: "-999"} {
		require.Equal(t, want, thousands(n))
	}
}

func TestLayout(t *testing.T) {
	require.Equal(t, 8, width("Xi’an 西"))
	require.Equal(t, "上海  |", left("上海", 6)+"|")
	require.Equal(t, "one two\n  three", wrap("one two three", 8, "  "))
	require.Equal(t, "a\nb"+glue+"c", wrap("a b"+glue+"c", 3, ""))
}
