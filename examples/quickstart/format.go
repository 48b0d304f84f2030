package main

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// minus is the sign of negative numbers in text that people read.
const minus = "−"

// quantity writes x with four significant digits at most and a metric prefix: "22.32 M".
func quantity(x float64) string {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return "–"
	}
	sign := ""
	if x < 0 {
		sign, x = minus, -x
	}
	prefix := ""
	for _, p := range []string{" k", " M", " G", " T"} {
		if x < 999.95 {
			break
		}
		x, prefix = x/1000, p
	}
	decimals := 0
	switch {
	case x == math.Trunc(x) && prefix == "":
	case x < 9.995:
		decimals = 3
	case x < 99.995:
		decimals = 2
	default:
		decimals = 1
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
	return s + " %"
}

// kilometres writes a distance.
func kilometres(km float64) string {
	if km < 9.95 {
		return strconv.FormatFloat(km, 'f', 1, 64) + " km"
	}
	return thousands(int(math.Round(km))) + " km"
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
	for i, word := range strings.Fields(s) {
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
