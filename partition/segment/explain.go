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
	Count int
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
			m := Merge{Label: label(g.pathOf(at)), Count: n.count, Value: n.value}
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
	if count < m.Count {
		lacks = append(lacks, "has "+units(count)+" of "+number(float64(m.Count)))
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

// String writes the explanation as a few lines: the classes, then each merge.
func (e Explanation) String() string {
	var b strings.Builder
	b.WriteString("unit " + number(float64(e.Unit)))
	between := ": "
	for _, c := range e.Classes {
		b.WriteString(between + c.By + " " + strings.Join(c.Classes, ", "))
		between = ", "
	}
	for i, m := range e.Merges {
		b.WriteString("\n  ")
		if i > 0 {
			b.WriteString("-> ")
		}
		b.WriteString(m.Label + ": " + units(m.Count))
		if m.Because != "" {
			b.WriteString(", because " + m.Because + " " + m.Needs)
		}
	}
	if e.Cell < 0 {
		b.WriteString("\n  no case takes it")
	}
	return b.String()
}
