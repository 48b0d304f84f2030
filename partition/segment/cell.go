package segment

import (
	"slices"
	"strings"
)

// Cell is a part of the book that is divided no further.
type Cell struct {
	Label string // "Jiangsu / steel / medium + large"; "all" where nothing is divided

	// Path says step by step what is in the cell. The steps of the scheme that are
	// not in it have been dropped, because on the way there somebody would have
	// been sparse.
	Path []PathStep

	// FellBackTo names the step that the cell has fallen back to, the last of Path
	// ("all" without one); it is "" where the cell is one combination of classes,
	// divided as far as the scheme goes.
	FellBackTo string

	Combinations int     // of classes that occur and are together in the cell
	Units        int     // units
	Value        float64 // the sum over the column that the minimum names; 0 without one
	Sparse       bool    // below the minimum, as the whole book is
}

// PathStep is one step on the way to a cell.
type PathStep struct {
	By      string   // what is divided: "region level 1", "industry", "list"
	Classes []string // the classes that are in the cell; several were joined
}

// describe makes the cell of a node.
func (g *Segmentation) describe(at int32) Cell {
	n := &g.nodes[at]
	c := Cell{Path: g.pathOf(at), Combinations: int(n.leaves), Units: n.count, Value: n.value,
		Sparse: !g.scheme.Minimum.reachedBy(n.count, n.value)}
	c.Label = label(c.Path)
	if n.base < 0 {
		c.FellBackTo = "all"
		if len(c.Path) > 0 {
			c.FellBackTo = c.Path[len(c.Path)-1].By
		}
	}
	return c
}

// pathOf says step by step what is in a node.
func (g *Segmentation) pathOf(at int32) []PathStep {
	var ups []int32 // the nodes that say most of each step, from the last one up
	for n := at; n >= 0 && g.nodes[n].depth > 0; n = g.nodes[n].up {
		if len(ups) == 0 || g.nodes[n].depth < g.nodes[ups[len(ups)-1]].depth {
			ups = append(ups, n)
		}
	}
	way := make([]hop, 0, len(ups))
	for _, n := range slices.Backward(ups) {
		way = append(way, g.nodes[n].hop)
	}
	if b := g.nodes[at].base; b >= 0 { // the tree ends where only one combination is left
		way = g.program.route(way[:0], g.key[b])
	}
	var parts []PathStep
	came := make([]int32, len(g.program.classes)) // per dimension the class that it came with last, + 1
	for i, h := range way {
		sp := &g.program.splits[h.split]
		classes := []int32{h.class}
		if i < len(ups) {
			classes = g.classesOf(ups[len(ups)-1-i])
		}
		part := PathStep{By: sp.by}
		for _, c := range classes {
			again := sp.dimension >= 0 && came[sp.dimension] == c+1
			if again && len(classes) == 1 && !sp.has[c] {
				continue // nothing is below it: the step says nothing new
			}
			part.Classes = append(part.Classes, sp.label(c, again))
		}
		if len(part.Classes) > 0 {
			parts = append(parts, part)
		}
		if sp.dimension >= 0 {
			came[sp.dimension] = h.class + 1
		}
	}
	return parts
}

// label of a class, for people who see it beside those of other dimensions.
// Again is set where the step before was the same class: the finer one is not
// known.
func (sp *split) label(class int32, again bool) string {
	l := sp.labels[class]
	if again {
		return l + " unspecified"
	}
	switch l {
	case MissingLabel, UnknownLabel, FutureLabel, ElsewhereLabel, NoSegmentLabel, "yes", "no":
		if sp.dimension >= 0 {
			return sp.name + " " + l
		}
	}
	return l
}

// classesOf are the classes of the split that are together in a node, ascending.
func (g *Segmentation) classesOf(at int32) []int32 {
	if !g.nodes[at].join {
		return []int32{g.nodes[at].hop.class}
	}
	var classes []int32
	todo := []int32{at}
	for len(todo) > 0 {
		n := &g.nodes[todo[len(todo)-1]]
		todo = todo[:len(todo)-1]
		if n.join {
			todo = append(todo, n.part...)
		} else {
			classes = append(classes, n.hop.class)
		}
	}
	slices.Sort(classes)
	return classes
}

// label of a path: "Jiangsu / steel / medium + large". Of more than four classes
// the first three are named.
func label(parts []PathStep) string {
	if len(parts) == 0 {
		return "all"
	}
	const most = 4
	steps := make([]string, len(parts))
	for i, p := range parts {
		if n := len(p.Classes); n > most {
			steps[i] = strings.Join(p.Classes[:most-1], " + ") + " + " + number(float64(n-most+1)) + " more"
		} else {
			steps[i] = strings.Join(p.Classes, " + ")
		}
	}
	return strings.Join(steps, " / ")
}
