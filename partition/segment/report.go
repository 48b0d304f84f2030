package segment

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// listed names the first few of n things.
func listed(n int, name func(i int) string) string {
	const most = 5
	names := make([]string, min(n, most))
	for i := range names {
		names[i] = name(i)
	}
	s := strings.Join(names, ", ")
	if n > most {
		s += " and " + grouped(strconv.Itoa(n-most)) + " more"
	}
	return s
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(strconv.Itoa(n)) + " " + many
}

func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 1, 64) + " %" }

// amountText has four digits, more only before the point: 0.1235, 12.35, 1,234,567.
func amountText(x float64) string {
	if x > -1000 && x < 1000 {
		return strconv.FormatFloat(x, 'g', 4, 64)
	}
	return grouped(strconv.FormatFloat(x, 'f', 0, 64))
}

// grouped writes 3417 as "3,417".
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0 && '0' <= digits[i-1] && digits[i-1] <= '9'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// aligned writes rows of the same length as lines: the first column from the left,
// the others to the right.
func aligned(rows [][]string) string {
	var width []int
	for _, row := range rows {
		for j, text := range row {
			if j == len(width) {
				width = append(width, 0)
			}
			width[j] = max(width[j], utf8.RuneCountInString(text))
		}
	}
	var b strings.Builder
	for i, row := range rows {
		if i > 0 {
			b.WriteByte('\n')
		}
		for j, text := range row {
			pad := strings.Repeat(" ", width[j]-utf8.RuneCountInString(text))
			if j == 0 {
				b.WriteString(text + pad)
			} else {
				b.WriteString("  " + pad + text)
			}
		}
	}
	return b.String()
}
