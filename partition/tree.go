package partition

import (
	"slices"
	"sort"
	"strings"
)

// Node is one entry of a [Tree]: a place, an industry, a product group.
type Node struct {
	Code   string // unique: "320500"
	Name   string // "Suzhou"; "": the code
	Parent string // code of the node above; "": a root

	// Prefixes and Ranges are the other codes that this node stands for: those
	// that begin with one of Prefixes, and those from one end of a range to the
	// other, both included, which are compared as text and must be as long as the
	// ends: postal codes "80000" to "81999".
	Prefixes []string
	Ranges   [][2]string
}

// Tree is a hierarchy of codes: country > province > city > district, an
// industry classification, postal areas. It is immutable. Its nodes are
// 0..Len()-1, parents before their children, and the nodes below one node follow
// it without a gap; roots and siblings are in the order of their codes, so that
// the order in which nodes were given does not matter.
type Tree struct {
	node    []Node
	parent  []int32
	depth   []int32
	end     []int32 // the nodes below node i, itself included, are i..end[i]-1
	byCode  map[string]int32
	prefix  map[string]int32
	lengths []int   // of the prefixes, longest first
	spans   []*span // by length of their codes
}

// span holds the ranges of codes of one length, ascending and disjoint.
type span struct {
	length   int
	from, to []string
	node     []int32
}

// NewTree builds the tree of these nodes. All faults are reported at once: a code
// that is empty or given twice, an unknown parent, a node above itself, an empty
// prefix or one that two nodes claim, a range whose ends are not of one length
// or in descending order, and ranges that overlap.
// O(n·log n).
func NewTree(nodes []Node) (*Tree, error) {
	var faults Faults
	label := func(i int) string { return nodes[i].Code }
	t := &Tree{byCode: make(map[string]int32, len(nodes)), prefix: make(map[string]int32)}
	given := make(map[string]int32, len(nodes))
	for i, n := range nodes {
		if n.Code == "" {
			faults.Add(InputError{Field: "Code", Index: i, Why: "is empty"}, nil)
		} else if _, twice := given[n.Code]; twice {
			faults.Add(InputError{Field: "Code", Index: i, Value: n.Code, Why: "is given twice"}, nil)
		} else {
			given[n.Code] = int32(i)
		}
	}
	children := make([][]int, len(nodes))
	var roots []int
	orphans := 0
	for i, n := range nodes {
		if n.Parent == "" {
			roots = append(roots, i)
		} else if p, ok := given[n.Parent]; ok {
			children[p] = append(children[p], i)
		} else {
			why := "is no code of the tree"
			if orphans++; orphans <= ListedFaults { // a look at all codes each
				why += Meant(n.Parent, near(given, n.Parent))
			}
			faults.Add(InputError{Field: "Parent", Index: i, Value: n.Parent, Why: why}, label)
		}
	}
	byCode := func(a, b int) int { return strings.Compare(nodes[a].Code, nodes[b].Code) }
	slices.SortFunc(roots, byCode)
	at := make([]int32, len(nodes))
	for i := range at {
		at[i] = -1
	}
	// Depth first without recursion: a hierarchy may be as deep as it is long.
	type visit struct {
		node          int
		parent, depth int32
	}
	var todo []visit
	for _, r := range slices.Backward(roots) {
		todo = append(todo, visit{r, -1, 0})
	}
	for len(todo) > 0 {
		v := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		at[v.node] = int32(len(t.node))
		n := nodes[v.node]
		n.Prefixes, n.Ranges = slices.Clone(n.Prefixes), slices.Clone(n.Ranges)
		if n.Name == "" {
			n.Name = n.Code
		}
		t.node, t.parent, t.depth = append(t.node, n), append(t.parent, v.parent), append(t.depth, v.depth)
		slices.SortFunc(children[v.node], byCode)
		for _, c := range slices.Backward(children[v.node]) {
			todo = append(todo, visit{c, at[v.node], v.depth + 1})
		}
	}
	if faults.Len() == 0 {
		for i, n := range nodes {
			if at[i] < 0 {
				faults.Add(InputError{Field: "Parent", Index: i, Value: n.Parent, Why: "leads back to the node itself, or to such a circle"}, label)
			}
		}
	}
	t.end = make([]int32, len(t.node))
	for i := len(t.node) - 1; i >= 0; i-- {
		t.end[i] = max(t.end[i], int32(i)+1)
		if p := t.parent[i]; p >= 0 {
			t.end[p] = max(t.end[p], t.end[i])
		}
		t.byCode[t.node[i].Code] = int32(i)
	}
	t.addPrefixes(&faults)
	t.addRanges(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// near are the codes that begin like the word, in alphabetical order, of which
// [Meant] looks at so many.
func near(codes map[string]int32, word string) []string {
	var some []string
	for c := range codes {
		if c != "" && word != "" && c[0] == word[0] {
			some = append(some, c)
		}
	}
	slices.Sort(some)
	return some[:min(len(some), 1000)]
}

func (t *Tree) addPrefixes(faults *Faults) {
	for i, n := range t.node {
		for _, p := range n.Prefixes {
			if p == "" {
				faults.Add(InputError{Field: "Prefixes", Index: -1, Label: n.Code, Why: "has an empty prefix"}, nil)
			} else if other, taken := t.prefix[p]; taken && other != int32(i) {
				faults.Add(InputError{Field: "Prefixes", Index: -1, Label: n.Code, Value: p, Why: "is a prefix of " + t.node[other].Code + " too"}, nil)
			} else {
				t.prefix[p] = int32(i)
				if !slices.Contains(t.lengths, len(p)) {
					t.lengths = append(t.lengths, len(p))
				}
			}
		}
	}
	slices.SortFunc(t.lengths, func(a, b int) int { return b - a })
}

func (t *Tree) addRanges(faults *Faults) {
	type entry struct {
		from, to string
		node     int32
	}
	byLength := make(map[int][]entry)
	for i, n := range t.node {
		for _, r := range n.Ranges {
			switch {
			case len(r[0]) != len(r[1]) || r[0] == "":
				faults.Add(InputError{Field: "Ranges", Index: -1, Label: n.Code, Value: r[0] + "-" + r[1], Why: "has ends that are not codes of one length"}, nil)
			case r[0] > r[1]:
				faults.Add(InputError{Field: "Ranges", Index: -1, Label: n.Code, Value: r[0] + "-" + r[1], Why: "ends before it begins"}, nil)
			default:
				byLength[len(r[0])] = append(byLength[len(r[0])], entry{r[0], r[1], int32(i)})
			}
		}
	}
	lengths := make([]int, 0, len(byLength))
	for l := range byLength {
		lengths = append(lengths, l)
	}
	slices.Sort(lengths)
	for _, l := range lengths {
		all := byLength[l]
		slices.SortStableFunc(all, func(a, b entry) int { return strings.Compare(a.from, b.from) })
		s := &span{length: l}
		last := 0 // the range so far that ends last
		for i, e := range all {
			if i > 0 && e.from <= s.to[last] {
				faults.Add(InputError{Field: "Ranges", Index: -1, Label: t.node[e.node].Code, Value: e.from + "-" + e.to,
					Why: "overlaps " + s.from[last] + "-" + s.to[last] + " of " + t.node[s.node[last]].Code}, nil)
			}
			if e.to > all[last].to {
				last = i
			}
			s.from, s.to, s.node = append(s.from, e.from), append(s.to, e.to), append(s.node, e.node)
		}
		t.spans = append(t.spans, s)
	}
}

// Find gives the node of a code: the one with exactly this code; else the one
// with the longest prefix that the code begins with; else the one with a range
// that holds it.
func (t *Tree) Find(code string) (node int, ok bool) {
	if i, ok := t.byCode[code]; ok {
		return int(i), true
	}
	for _, l := range t.lengths {
		if l <= len(code) {
			if i, ok := t.prefix[code[:l]]; ok {
				return int(i), true
			}
		}
	}
	for _, s := range t.spans {
		if s.length == len(code) {
			if i := sort.SearchStrings(s.to, code); i < len(s.to) && s.from[i] <= code {
				return int(s.node[i]), true
			}
		}
	}
	return -1, false
}

// Len is the number of nodes.
func (t *Tree) Len() int { return len(t.node) }

// Node is the entry of a node, with its Name filled in.
func (t *Tree) Node(node int) Node { return t.node[node] }

// Parent is the node above, or -1 of a root.
func (t *Tree) Parent(node int) int { return int(t.parent[node]) }

// Depth is the number of nodes above: 0 of a root.
func (t *Tree) Depth(node int) int { return int(t.depth[node]) }

// Below gives the nodes below a node, itself included, as the half-open range
// node ≤ x < end.
func (t *Tree) Below(node int) (end int) { return int(t.end[node]) }

// Under reports whether node is ancestor or below it.
func (t *Tree) Under(node, ancestor int) bool {
	return ancestor <= node && node < int(t.end[ancestor])
}
