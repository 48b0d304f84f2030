package main

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Numbers that people read have a true minus, and a blank that does not break
// before their unit; the report turns it into a plain one.
const (
	minus = "\u2212"
	glue  = "\u00a0"
)

// quantity writes x with four significant digits, or as a whole number from a
// thousand to a million: "12.50", "50,123", "22.32 M".
func quantity(x float64) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return "–"
	}
	sign := ""
	if x < 0 {
		sign, x = minus, -x
	}
	prefix := ""
	switch whole := math.Round(x); {
	case math.Abs(x-whole) <= 1e-9*x && whole < 1e6, x >= 999.95 && whole < 1e6:
		return sign + thousands(int(whole))
	case whole >= 1e6:
		for _, p := range []string{"M", "G", "T"} {
			if x < 999.95e3 {
				break
			}
			x, prefix = x/1000, glue+p
		}
		x /= 1000
	}
	decimals := 1
	switch {
	case x < 9.9995:
		decimals = 3
	case x < 99.995:
		decimals = 2
	}
	return sign + strconv.FormatFloat(x, 'f', decimals, 64) + prefix
}

// percent writes a signed share: 0.02 is "+2.0 %".
func percent(x float64) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return "–"
	}
	s := strconv.FormatFloat(math.Abs(100*x), 'f', 1, 64)
	switch {
	case s == "0.0":
	case x < 0:
		s = minus + s
	default:
		s = "+" + s
	}
	return s + glue + "%"
}

// tolerance writes a share without a sign: 0.02 is "±2 %".
func tolerance(x float64) string {
	return "±" + strconv.FormatFloat(100*x, 'g', 4, 64) + glue + "%"
}

// kilometres writes a distance.
func kilometres(km float64) string {
	if km < 9.95 {
		return strconv.FormatFloat(km, 'f', 1, 64) + glue + "km"
	}
	return thousands(int(math.Round(km))) + glue + "km"
}

// thousands writes a count with separators: "1,189".
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural is "1 customer", "2 customers".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// width is the number of terminal columns of s.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana), r >= 0xff01 && r <= 0xff60:
			n += 2
		default:
			n++
		}
	}
	return n
}

// left pads s on the right to w columns, right pads it on the left. Longer text
// stays whole: nothing is cut from a name.
func left(s string, w int) string  { return s + strings.Repeat(" ", max(0, w-width(s))) }
func right(s string, w int) string { return strings.Repeat(" ", max(0, w-width(s))) + s }

// wrap breaks text at blanks into lines of at most w columns, all but the first indented.
func wrap(s string, w int, indent string) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Split(s, " ") {
		switch {
		case i == 0:
		case at+1+width(word) > w:
			b.WriteString("\n" + indent)
			at = width(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += width(word)
	}
	return b.String()
}
