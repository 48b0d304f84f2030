package segment

import (
	"strconv"

	"github.com/territory-go/territory/partition"
)

// Hierarchy classifies by a column of codes and its tree: country > province >
// city, industry > sub-industry. The classes are the nodes of the first Levels
// levels, in the order of the tree, with [Classes.Parent] filled in; a unit is in
// the class of its own node, or of the node above it that is one. So a unit of
// which only the province is known is in the class of the province, beside
// those of its cities. After the nodes come "unknown", a code that is not in the
// tree, and "missing".
//
// The label of a class is the name of its node, with its code in brackets where
// two nodes have the same name.
type Hierarchy struct {
	Attribute string `json:"attribute"`        // the column of codes
	As        string `json:"as,omitempty"`     // the name of the dimension; "": that of the column
	Levels    int    `json:"levels,omitempty"` // how many levels count, from the top; 0: all
}

// Name is As, or else the name of the column.
func (h Hierarchy) Name() string { return called(h.As, h.Attribute) }

// Kind is "hierarchy": what the dimension is called in the JSON of a [Scheme].
func (h Hierarchy) Kind() string { return "hierarchy" }

// Bind takes O(nodes) time. Faults are a column that is not one of codes, and
// negative Levels.
func (h Hierarchy) Bind(book *partition.Table) (*Classes, error) {
	node, tree, err := book.Codes(h.Attribute)
	if err != nil {
		return nil, bindFault(h.Name(), err)
	}
	if h.Levels < 0 {
		faults := faultsOf(h.Name())
		faults.add("levels", -1, h.Levels, "is negative")
		return nil, faults.err()
	}
	of := make([]int32, 2+tree.Len()) // by the column's code, from UnknownCode on
	var nodes, parent []int
	for i := range tree.Len() {
		up := tree.Parent(i)
		if h.Levels > 0 && tree.Depth(i) >= h.Levels {
			of[2+i] = of[2+up]
			continue
		}
		of[2+i] = int32(len(nodes))
		if up >= 0 {
			up = int(of[2+up])
		}
		nodes, parent = append(nodes, i), append(parent, up)
	}
	of[0], of[1] = int32(len(nodes)), int32(len(nodes)+1)
	return &Classes{
		Labels: append(nodeLabels(tree, nodes), UnknownLabel, MissingLabel),
		Parent: append(parent, -1, -1),
		Of:     func(unit int) int { return int(of[node[unit]-partition.UnknownCode]) },
	}, nil
}

// nodeLabels are the names of nodes, made different.
func nodeLabels(tree *partition.Tree, nodes []int) []string {
	bearers := map[string]int{UnknownLabel: 1, MissingLabel: 1}
	for _, i := range nodes {
		bearers[tree.Node(i).Name]++
	}
	labels := make([]string, len(nodes), len(nodes)+2)
	for k, i := range nodes {
		n := tree.Node(i)
		labels[k] = n.Name
		if bearers[n.Name] == 1 {
			continue
		}
		labels[k] += " (" + n.Code + ")"
		for again := 2; bearers[labels[k]] > 0; again++ { // somebody's name is "Springfield (17)"
			labels[k] = n.Name + " (" + n.Code + ", " + strconv.Itoa(again) + ")"
		}
		bearers[labels[k]]++
	}
	return labels
}
