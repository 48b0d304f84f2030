package segment

import "strings"

// Explanation says why a unit is in its cell.
type Explanation struct {
	Unit    int
	Classes []PathStep // per dimension of the scheme, the unit's class
	Cell    int        // partition.Unassigned where no case of a list takes the unit
	Label   string     // of the cell; "" without one

	// Merges leads from the unit's own combination of classes, which is the first
	// entry, up to the cell, which is the last one. There is one entry where nothing
	// fell back.
	Merges []Merge
}

// Merge is a set of combinations of classes that the unit's own one was taken
// into.
type Merge struct {
	Label string
	Units int
	Value float64

	// Because names the smallest part of the set that is below the minimum, and
	// Needs what it lacks: "has 3 units of 30". They are "" where each part reaches
	// the minimum, and only what is further up does not.
	Because, Needs string
}

// Explain says why a unit is in its cell: its classes, the combination that they
// make, and what this was joined with until everybody on the way reached the
// minimum. It panics unless 0 ≤ unit < Len.
func (g *Segmentation) Explain(unit int) Explanation {
	e := Explanation{Unit: unit, Cell: g.Of(unit)}
	for i, d := range g.scheme.Dimensions {
		c := g.program.classes[i]
		of := "none of its classes" // of a dimension that is not asked for this unit, and breaks its promise
		if k := c.Of(unit); k >= 0 && k < len(c.Labels) {
			of = c.Labels[k]
		}
		e.Classes = append(e.Classes, PathStep{By: d.Name(), Classes: []string{of}})
	}
	if e.Cell < 0 {
		return e
	}
	e.Label = g.Label(e.Cell)
	last := g.at[e.Cell]
	for at := g.leaf[g.base[unit]]; at >= 0; at = g.nodes[at].up {
		n := &g.nodes[at]
		if at == last || len(n.part) != 1 { // a node of one part is that part
			m := Merge{Label: label(g.pathOf(at)), Units: n.count, Value: n.value}
			if s := sparsest(g.nodes, n, g.scheme.Minimum); s >= 0 {
				part := &g.nodes[s]
				m.Because, m.Needs = label(g.pathOf(s)), g.scheme.Minimum.lack(part.count, part.value)
			}
			e.Merges = append(e.Merges, m)
		}
		if at == last {
			break
		}
	}
	return e
}

// lack says what so many units worth so much fail to reach.
func (m Minimum) lack(count int, value float64) string {
	var lacks []string
	if count < m.Units {
		lacks = append(lacks, "has "+units(count)+" of "+number(float64(m.Units)))
	}
	if m.Value != 0 && !(value >= m.Value) {
		lacks = append(lacks, "has "+m.Of+" of "+number(value)+", not "+number(m.Value))
	}
	return strings.Join(lacks, " and ")
}

func units(n int) string {
	if n == 1 {
		return "1 unit"
	}
	return number(float64(n)) + " units"
}

// String is the explanation in a few lines, with the unit by number.
func (e Explanation) String() string { return strings.Join(e.Lines(nil), "\n") }

// Lines is the explanation in lines: the classes, then each merge. label gives
// the caller's name of the unit and may be nil.
func (e Explanation) Lines(label func(unit int) string) []string {
	head := "unit " + number(float64(e.Unit))
	if label != nil {
		head = label(e.Unit)
	}
	between := ": "
	for _, c := range e.Classes {
		head += between + c.By + " " + strings.Join(c.Classes, ", ")
		between = ", "
	}
	lines := []string{head}
	for i, m := range e.Merges {
		line := "  "
		if i > 0 {
			line += "-> "
		}
		line += m.Label + ": " + units(m.Units)
		if m.Because != "" {
			line += ", because " + m.Because + " " + m.Needs
		}
		lines = append(lines, line)
	}
	if e.Cell < 0 {
		lines = append(lines, "  no case takes it")
	}
	return lines
}
