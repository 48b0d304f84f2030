package main

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// grouped writes a whole number with commas.
func grouped(v float64) string {
	s := strconv.FormatFloat(math.Round(v), 'f', -1, 64)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return strings.Replace(s, "-", "−", 1)
}

// millions writes thousands of yuan as millions.
func millions(thousands float64) string {
	if v := thousands / 1000; v >= 10 {
		return grouped(v)
	}
	return strings.Replace(strconv.FormatFloat(thousands/1000, 'f', 1, 64), "-", "−", 1)
}

// money writes thousands of yuan: ¥251 k, ¥1.2 M, ¥5.37 bn.
func money(thousands float64) string {
	switch v := math.Abs(thousands); {
	case v >= 1e6:
		return "¥" + strconv.FormatFloat(thousands/1e6, 'f', 2, 64) + " bn"
	case v >= 1e4:
		return "¥" + grouped(thousands/1e3) + " M"
	case v >= 1e3:
		return "¥" + strconv.FormatFloat(thousands/1e3, 'f', 1, 64) + " M"
	}
	return "¥" + grouped(thousands) + " k"
}

// percent writes a part with so many decimals.
func percent(part float64, decimals int) string {
	s := strconv.FormatFloat(100*part, 'f', decimals, 64)
	return strings.Replace(s, "-", "−", 1) + " %"
}

func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 1))
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 1)) + s
}

func fixed(v float64, decimals int) string {
	return strings.Replace(strconv.FormatFloat(v, 'f', decimals, 64), "-", "−", 1)
}
