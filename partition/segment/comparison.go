package segment

import (
	"slices"
	"strconv"
)

// Rows is the comparison as a table of texts, one column per candidate: first
// their names, then what was measured, line by line, "-" where there is no number.
func (c *Comparison) Rows() [][]string {
	var rows [][]string
	row := func(what string, text func(p *Profile) string) {
		line := []string{what}
		for i := range c.Profiles {
			line = append(line, text(&c.Profiles[i]))
		}
		rows = append(rows, line)
	}
	count := func(n int) string { return grouped(strconv.Itoa(n)) }
	told := func(n int) string {
		if n == 0 {
			return "-"
		}
		return count(n)
	}
	share := func(x float64) string {
		if x != x {
			return "-"
		}
		return percent(x)
	}
	value := "units"
	if c.By.Value != "" {
		value = c.By.Value
	}
	row("by "+value, func(p *Profile) string { return p.Name })
	if slices.ContainsFunc(c.Profiles, func(p Profile) bool { return p.Dimensions > 0 }) {
		row("dimensions", func(p *Profile) string { return told(p.Dimensions) })
	}
	if slices.ContainsFunc(c.Profiles, func(p Profile) bool { return p.Possible > 0 }) {
		row("cells on paper", func(p *Profile) string { return told(p.Possible) })
	}
	row("cells", func(p *Profile) string { return count(p.Cells) })
	row("empty cells", func(p *Profile) string { return count(p.Empty) })
	if c.By.Minimum.Units > 0 || c.By.Minimum.Value > 0 {
		row("sparse cells", func(p *Profile) string { return count(p.Sparse) })
	}
	row("units in no cell", func(p *Profile) string { return count(p.Unassigned.Units) })
	row("largest cell", func(p *Profile) string {
		if p.Largest != p.Largest {
			return "-"
		}
		return p.LargestCell
	})
	row("its share of "+value, func(p *Profile) string { return share(p.Largest) })
	row("CV of "+value, func(p *Profile) string {
		if p.CV != p.CV {
			return "-"
		}
		return strconv.FormatFloat(p.CV, 'f', 2, 64)
	})
	for a, name := range c.By.Alike {
		row("explained of "+name, func(p *Profile) string { return share(p.Explained[a]) })
		row("- adjusted", func(p *Profile) string { return share(p.Adjusted[a]) })
	}
	if c.By.Today != nil {
		row("units moved, each cell a territory", func(p *Profile) string { return count(p.Churn.Moved.Units) })
		if c.By.Value != "" {
			row("- "+value, func(p *Profile) string { return amountText(p.Churn.Moved.Amount) })
		}
		row("units moved, each cell to one owner", func(p *Profile) string { return count(p.Split.Units) })
		if c.By.Value != "" {
			row("- "+value, func(p *Profile) string { return amountText(p.Split.Amount) })
		}
	}
	if c.By.Places != "" {
		row("km to the centres", func(p *Profile) string { return amountText(p.Travel) })
		row("- a unit", func(p *Profile) string {
			if p.Located == 0 {
				return "-"
			}
			return amountText(p.Travel / float64(p.Located))
		})
	}
	return rows
}

// String is the table of [Comparison.Rows], aligned.
func (c *Comparison) String() string { return aligned(c.Rows()) }
