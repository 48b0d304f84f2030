package partition_test

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/territory-go/territory/partition"
)

func TestTreeFindsCodes(t *testing.T) {
	tree := provinces(t)
	for _, c := range []struct{ code, want string }{
		{"32", "Jiangsu"}, {"320500", "Suzhou"}, {"320599", "Suzhou"}, {"321200", "Jiangsu"}, {"33", "Zhejiang"},
		{"80000", "Zhejiang"}, {"81999", "Zhejiang"}, {"82000", ""}, {"9", ""}, {"800000", ""}, {"90050", "Zhejiang"}, {"3", ""}, {"", ""},
	} {
		node, ok := tree.Find(c.code)
		require.Equal(t, c.want != "", ok, c.code)
		if ok {
			require.Equal(t, c.want, tree.Node(node).Name, c.code)
		} else {
			require.Equal(t, -1, node)
		}
	}
}

// A tree of random parents against ancestors found by walking up.
func TestTreeUnderAgainstWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		n := 1 + r.IntN(40)
		nodes := make([]partition.Node, n)
		for i := range nodes {
			nodes[i].Code = string(rune('A' + i))
			if i > 0 && r.IntN(4) > 0 {
				nodes[i].Parent = nodes[r.IntN(i)].Code
			}
		}
		up := map[string]string{}
		for _, x := range nodes {
			up[x.Code] = x.Parent
		}
		r.Shuffle(n, func(i, j int) { nodes[i], nodes[j] = nodes[j], nodes[i] })
		tree, err := partition.NewTree(nodes)
		require.NoError(t, err)
		require.Equal(t, n, tree.Len())
		for a := range n {
			below, depth := 0, 0
			for c := up[tree.Node(a).Code]; c != ""; c = up[c] {
				depth++
			}
			require.Equal(t, depth, tree.Depth(a))
			for b := range n {
				under := false
				for c := tree.Node(b).Code; c != ""; c = up[c] {
					under = under || c == tree.Node(a).Code
				}
				require.Equal(t, under, tree.Under(b, a))
				if under {
					below++
				}
			}
			require.Equal(t, below, tree.Below(a)-a)
			if p := tree.Parent(a); p >= 0 {
				require.Equal(t, up[tree.Node(a).Code], tree.Node(p).Code)
			} else {
				require.Empty(t, up[tree.Node(a).Code])
			}
		}
	}
}

func TestTreeReportsAllFaults(t *testing.T) {
	_, err := partition.NewTree([]partition.Node{
		{Code: "32"},
		{Code: "32"},
		{Code: ""},
		{Code: "3201", Parent: "33"},
		{Code: "a", Prefixes: []string{"", "x"}},
		{Code: "b", Prefixes: []string{"x"}, Ranges: [][2]string{{"9", "80000"}, {"20", "10"}, {"10", "30"}}},
		{Code: "c", Ranges: [][2]string{{"30", "40"}}},
		{Code: "d", Ranges: [][2]string{{"500", "599"}, {"510", "519"}, {"530", "539"}}},
	})
	require.ErrorIs(t, err, partition.ErrInput)
	for _, want := range []string{
		"Code[1] = 32: is given twice",
		"Code[2]: is empty",
		"Parent[3] (3201) = 33: is no code of the tree; did you mean 32?",
		"Prefixes (a): has an empty prefix",
		"Prefixes (b) = x: is a prefix of a too",
		"Ranges (b) = 9-80000: has ends that are not codes of one length",
		"Ranges (b) = 20-10: ends before it begins",
		"Ranges (c) = 30-40: overlaps 10-30 of b",
		"Ranges (d) = 510-519: overlaps 500-599 of d",
		"Ranges (d) = 530-539: overlaps 500-599 of d",
	} {
		require.ErrorContains(t, err, want)
	}
	_, err = partition.NewTree([]partition.Node{{Code: "a", Parent: "b"}, {Code: "b", Parent: "a"}, {Code: "c"}})
	require.ErrorContains(t, err, "Parent[0] (a) = b: leads back to the node itself, or to such a circle")
}

// Names like those meant are looked for among all codes, for the faults that
// are listed only.
func TestTreeOfNothingButOrphans(t *testing.T) {
	nodes := make([]partition.Node, 50_000)
	for i := range nodes {
		nodes[i] = partition.Node{Code: "A" + strconv.Itoa(i), Parent: "A" + strconv.Itoa(i) + "x"}
	}
	_, err := partition.NewTree(nodes)
	require.ErrorContains(t, err, "Parent[0] (A0) = A0x: is no code of the tree; did you mean A0?")
	require.ErrorContains(t, err, "and 49,980 faults more")
}
