package allocate

import (
	"math"
	"strconv"
	"strings"
)

// amounts writes two numbers of a message such that a reader can tell them
// apart: with three significant digits, or as many more as that takes.
func amounts(x, y float64) (string, string) {
	for digits := 3; digits < 17; digits++ {
		if a, b := amount(x, digits), amount(y, digits); a != b {
			return a, b
		}
	}
	return strconv.FormatFloat(x, 'g', -1, 64), strconv.FormatFloat(y, 'g', -1, 64)
}

// amount writes a number ≥ 0 with so many significant digits, but never fewer
// than its whole part below a thousand has: 24.9M, 1.5k, 120, 0.03.
func amount(x float64, digits int) string {
	scaled, suffix, decimals := prefix(x, digits)
	return written(scaled, decimals) + suffix
}

// atLeast is amount with three digits, rounded up: enough, when it is what a
// limit should be raised by.
func atLeast(x float64) string {
	scaled, suffix, decimals := prefix(x, 3)
	if decimals > 15 {
		return amount(x, 3)
	}
	shift := math.Pow10(decimals)
	return written(math.Ceil(scaled*shift-1e-9)/shift, decimals) + suffix
}

func written(x float64, decimals int) string {
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if decimals > 0 {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// prefix divides x by a power of a thousand with a name, and says how many
// decimals make up the digits.
func prefix(x float64, digits int) (scaled float64, suffix string, decimals int) {
	for _, p := range [...]struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if x >= p.size {
			x, suffix = x/p.size, p.name
			break
		}
	}
	if x == 0 || math.IsInf(x, 0) {
		return x, suffix, 0
	}
	decimals = digits
	for size := 1.0; size <= x && decimals > 0; size *= 10 {
		decimals--
	}
	for size := 0.1; size > x && decimals < 300; size /= 10 {
		decimals++
	}
	return x, suffix, decimals
}

// named joins up to three names, and counts the others: "A, B, C and 4 more".
func named(indices []int, name func(int) string) string {
	const listed = 3
	var b strings.Builder
	for k, i := range indices {
		switch {
		case k == 0:
		case k == listed && len(indices) > listed+1:
			return b.String() + " and " + strconv.Itoa(len(indices)-listed) + " more"
		case k == len(indices)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(name(i))
	}
	return b.String()
}

// counted is "1 unit", "2 units".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
