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

// amount writes a number ≥ 0 with so many significant digits, three or more:
// 24.9M, 1.5k, 120, 0.03.
func amount(x float64, digits int) string {
	x, _ = strconv.ParseFloat(strconv.FormatFloat(x, 'g', digits, 64), 64) // 999.9 may be 1k
	p := prefixOf(x)
	if p.size == 0 {
		return strconv.FormatFloat(x, 'g', digits, 64)
	}
	return written(x/p.size, p.decimals(x, digits)) + p.name
}

// atLeast is amount with three digits, rounded up: enough, when it is what a
// limit should be raised by.
func atLeast(x float64) string {
	p := prefixOf(x)
	if p.size == 0 {
		return amount(x, 3)
	}
	decimals := p.decimals(x, 3)
	shift := math.Pow10(decimals)
	return written(math.Ceil(float64(x/p.size*shift)-1e-9)/shift, decimals) + p.name
}

func written(x float64, decimals int) string {
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if decimals > 0 {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// prefix is a power of a thousand with a name.
type prefix struct {
	size float64 // 0: the number is too small or too large for one
	name string
}

func prefixOf(x float64) prefix {
	if x != 0 && (x < 1e-3 || x >= 1e15) {
		return prefix{}
	}
	for _, p := range [...]prefix{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}} {
		if x >= p.size {
			return p
		}
	}
	return prefix{1, ""}
}

// decimals is how many of them make up the digits.
func (p prefix) decimals(x float64, digits int) int {
	for size := p.size; size <= x && digits > 0; size *= 10 {
		digits--
	}
	for size := 0.1; size > x && x > 0; size /= 10 {
		digits++
	}
	return digits
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
