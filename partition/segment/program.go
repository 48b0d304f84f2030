package segment

import (
	"strconv"

	"github.com/territory-go/territory/partition"
)

// program is a scheme bound to a book: it gives each unit a key, and each key
// the way from the top of the scheme's tree down to the combination of classes
// that the key stands for.
type program struct {
	classes []*Classes // per dimension of the scheme
	depth   [][]int    // per dimension and class: how many classes are above it
	value   []float64  // of units; nil: none
	splits  []split
	code    func(unit int) int64 // a key ≥ 0, noCell, or strayed(dimension)
	route   func(way []hop, key int64) []hop
	rank    func(key int64) int64 // ascends as ways do, class by class; nil: no number says it
}

// noCell is the key of a unit that the scheme has no cell for.
const noCell = -1

// strayed is the key of a unit whose class, as a dimension says, is none of its
// classes: a fault of a third party's.
func strayed(dimension int) int64 { return int64(noCell - 1 - dimension) }

// split is one division of a node into parts: by the classes of a dimension at
// a level, by a condition, or into the cases of a list.
type split struct {
	by        string // "region level 1"
	name      string // of the dimension: "region"
	dimension int    // -1: none
	join      Join
	labels    []string
	ranked    int
	has       []bool // classes with others below them
}

// hop is one step of a way: which part of the split.
type hop struct{ split, class int32 }

// compile binds a scheme without faults that show without a book.
func compile(s *Scheme, book *partition.Table) (*program, error) {
	var faults schemeFaults
	p := &program{classes: make([]*Classes, len(s.Dimensions)), depth: make([][]int, len(s.Dimensions))}
	for i, d := range s.Dimensions {
		at := path("dimensions", i)
		c, err := d.Bind(book)
		if err != nil {
			faults.of(at, d.Name(), err)
			continue
		}
		if why := c.fault(); why != "" {
			faults.add(at, why)
			continue
		}
		p.classes[i], p.depth[i] = c, make([]int, len(c.Labels))
		if c.Parent != nil {
			p.depth[i] = depths(c.Parent)
		}
	}
	if s.Minimum.Of != "" {
		value, err := book.Numbers(s.Minimum.Of)
		if err != nil {
			faults.of("minimum", "", err)
		}
		p.value = value
	}
	names := s.names()
	switch {
	case s.Grid != nil:
		p.grid(s.Grid, names, &faults)
	case s.List != nil:
		p.list(s.List, book, &faults)
	case s.Decision != nil:
		p.decide(s.Decision, names, book, &faults)
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// fault is what a dimension of a third party has got wrong, "" if nothing.
func (c *Classes) fault() string {
	switch {
	case c == nil:
		return "was bound to nothing"
	case c.Of == nil:
		return "has no class of units"
	case c.Parent != nil && len(c.Parent) != len(c.Labels):
		return "has " + strconv.Itoa(len(c.Parent)) + " parents of " + strconv.Itoa(len(c.Labels)) + " classes"
	case c.Ranked < 0 || c.Ranked > len(c.Labels):
		return "has " + strconv.Itoa(c.Ranked) + " ranked classes of " + strconv.Itoa(len(c.Labels))
	}
	for class, up := range c.Parent {
		if up < -1 || up >= len(c.Labels) {
			return "has a class " + quoted(c.Labels[class]) + " whose parent is none of the classes"
		}
	}
	if c.Parent != nil {
		for class, d := range depths(c.Parent) {
			if d < 0 {
				return "has a class " + quoted(c.Labels[class]) + " that is above itself, or below one that is"
			}
		}
	}
	seen := make(map[string]struct{}, len(c.Labels))
	for _, label := range c.Labels {
		if _, twice := seen[label]; twice {
			return "has two classes " + quoted(label)
		}
		seen[label] = struct{}{}
	}
	return ""
}

// lift gives per class of a dimension the class at a level: itself, or the one
// above it that is as high. Level 0 is the finest.
func (p *program) lift(dimension, level int) []int32 {
	c, depth := p.classes[dimension], p.depth[dimension]
	to := make([]int32, len(c.Labels))
	var way []int
	for i := range to {
		to[i] = -1
	}
	for i := range to {
		at := i
		for to[at] < 0 {
			if level == 0 || depth[at] < level {
				to[at] = int32(at)
				break
			}
			way = append(way, at)
			at = c.Parent[at]
		}
		for _, w := range way {
			to[w] = to[at]
		}
		way = way[:0]
	}
	return to
}

// by makes the split by a dimension at a level; names say which one it is. The
// dimension is -1 where it is none, or could not be bound, of which a fault has
// been told already.
func (p *program) by(at, name string, level int, join Join, names []string, faults *schemeFaults) (sp split, dimension int) {
	dimension = -1
	for i, n := range names {
		if n == name && p.classes[i] != nil {
			dimension = i
		}
	}
	if dimension < 0 {
		return split{}, -1
	}
	c, depth := p.classes[dimension], p.depth[dimension]
	levels := 1
	has := make([]bool, len(c.Labels))
	for i, d := range depth {
		levels = max(levels, d+1)
		if c.Parent != nil && c.Parent[i] >= 0 {
			has[c.Parent[i]] = true
		}
	}
	if level > levels {
		faults.value(at+".level", level, "is too deep: "+quoted(name)+" has "+strconv.Itoa(levels)+" level(s)")
	}
	if join == ToNeighbour && c.Ranked < 2 {
		faults.add(at+".join", "the classes of "+quoted(name)+" have no order in which they are neighbours")
	}
	sp = split{by: name, name: name, dimension: dimension, join: join, labels: c.Labels, ranked: c.Ranked, has: has}
	if level > 0 && levels > 1 {
		sp.by += " level " + strconv.Itoa(level)
	}
	return sp, dimension
}
