package segment

import (
	"math"

	"github.com/territory-go/territory/partition"
)

// Candidate is one way to divide the units of a book into cells: a scheme, a
// clustering, today's territories. [Segmentation.Candidate] makes that of a
// scheme.
type Candidate struct {
	Name       string
	Cells      partition.Assignment  // one cell per territory
	Label      func(cell int) string // nil: the number of the cell
	Dimensions int                   // how many dimensions or attributes decide, for the report; 0: not told
	Possible   int                   // how many combinations there are on paper, for the report; 0: not told
}

// Candidate is the segmentation under the name of its scheme, to be compared
// with others. Its Dimensions are those that the scheme asks for, and the
// attributes in its conditions. Possible is how many combinations the scheme has
// on paper, whether a unit is in them or not: of a grid the product of the
// numbers of classes, of a list its cases, of a decision tree its ends. Classes of
// missing or unknown values and such are not counted.
func (g *Segmentation) Candidate() Candidate {
	c := Candidate{Name: g.scheme.Name, Cells: g, Label: g.Label}
	asked := make(map[string]bool) // dimensions by name, attributes
	boxes := func(box partition.Box) {
		for _, criterion := range box {
			asked[criterion.Attribute] = true
		}
	}
	possible := 0.0
	switch s := g.scheme; {
	case s.Grid != nil:
		possible = 1
		finest := make(map[string]int) // the last step of a dimension has the deepest level
		for _, step := range s.Grid.Order {
			finest[step.Dimension] = step.Level
		}
		for _, d := range s.names() {
			if level, ok := finest[d]; ok {
				asked[d] = true
				possible *= float64(len(g.program.proper(d, level, s)))
			}
		}
	case s.List != nil:
		possible = float64(len(s.List.Cases))
		for _, entry := range s.List.Cases {
			boxes(entry.When)
		}
	case s.Decision != nil:
		possible = g.program.ends(s.Decision, s, func(d *Decision) {
			if boxes(d.If); d.By != "" {
				asked[d.By] = true
			}
		})
	}
	c.Dimensions, c.Possible = len(asked), int(math.Min(possible, math.MaxInt32))
	return c
}

// proper are the labels of the classes of a dimension at a level, those aside
// that stand for missing or unknown values and such.
func (p *program) proper(dimension string, level int, s *Scheme) []string {
	for d, name := range s.names() {
		if name != dimension {
			continue
		}
		var labels []string
		for class, to := range p.lift(d, level) {
			if label := p.classes[d].Labels[class]; int(to) == class && standingOf(label) == classified {
				labels = append(labels, label)
			}
		}
		return labels
	}
	return nil
}

// ends counts those below a node of a decision tree; visit is called for each
// node that asks.
func (p *program) ends(d *Decision, s *Scheme, visit func(*Decision)) float64 {
	switch {
	case d == nil || len(d.If) == 0 && d.By == "":
		return 1
	case len(d.If) > 0:
		visit(d)
		return p.ends(d.Then, s, visit) + p.ends(d.Else, s, visit)
	}
	visit(d)
	sum := 0.0
	for _, label := range p.proper(d.By, d.Level, s) {
		sum += p.ends(d.Under[label], s, visit)
	}
	return sum
}
