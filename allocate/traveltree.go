package allocate

import (
	"math"
	"slices"
)

// leafSize is the number of agents that a leaf has room for. Fixed-size
// leaves need no bounds checks; eight was fastest of 4, 8 and 16.
const leafSize = 8

// agentTree is a k-d tree of the agents in the plane or in space, in the form
// of a heap: the root is node 1, the children of node k are 2k and 2k+1, and
// the nodes from leaves upwards are the leaves. It is complete, hence balanced.
type agentTree struct {
	leaves int         // a power of two
	node   []treeNode  // 2·leaves
	nodeZ  []interval  // 2·leaves; nil in the plane
	leaf   []treeLeaf  // leaves
	leafZ  []leafValue // leaves; nil in the plane
	slot   []int32     // of each agent: leaf·leafSize + place in it
}

type leafValue = [leafSize]float64

// treeNode is the bounding box of a subtree and what its agents add at least,
// where that is a single number times the load.
type treeNode struct {
	x, y  interval
	price float64
}

// interval is mid ± half; half is negative in an empty one.
type interval struct{ mid, half float64 }

// beyond is twice the distance of v from the interval, 0 inside it.
func (i interval) beyond(v float64) float64 {
	d := math.Abs(v-i.mid) - i.half
	return d + math.Abs(d)
}

// treeLeaf holds the agents of a leaf. Free places have agent -1 and lie so
// far away that they are never looked at unless nothing can be pruned.
type treeLeaf struct {
	x, y, price leafValue
	agent       [leafSize]int32
}

const farAway = 1e200

// growTree builds the tree of the points; z is nil in the plane. Boxes are
// widened by the rounding error of coordinates up to reach.
func growTree(x, y, z []float64, reach float64) *agentTree {
	m := len(x)
	leaves := 1
	for leaves*leafSize < m {
		leaves *= 2
	}
	t := &agentTree{
		leaves: leaves, node: make([]treeNode, 2*leaves), leaf: make([]treeLeaf, leaves), slot: make([]int32, m),
	}
	axes := [][]float64{x, y}
	if z != nil {
		axes = append(axes, z)
		t.nodeZ = make([]interval, 2*leaves)
		t.leafZ = make([]leafValue, leaves)
	}
	order := make([]int32, m)
	for j := range order {
		order[j] = int32(j)
	}
	widen := float64(1e-14 * reach)
	// A node at level leaves/width covers width leaves, and the leaves share
	// the agents evenly.
	for k, width := 1, leaves; k < 2*leaves; k++ {
		if k&(k-1) == 0 && k > 1 {
			width /= 2
		}
		first := (k*width - leaves)
		inside := order[first*m/leaves : (first+width)*m/leaves]
		box := [3]interval{}
		wide := 0
		for a, v := range axes {
			box[a] = enclose(v, inside, widen)
			if box[a].half > box[wide].half {
				wide = a
			}
		}
		t.node[k].x, t.node[k].y = box[0], box[1]
		if z != nil {
			t.nodeZ[k] = box[2]
		}
		if k < leaves {
			v := axes[wide]
			slices.SortFunc(inside, func(a, b int32) int {
				if v[a] != v[b] {
					if v[a] < v[b] {
						return -1
					}
					return 1
				}
				return int(a - b)
			})
			continue
		}
		l := &t.leaf[first]
		for s := range leafSize {
			l.x[s], l.y[s], l.agent[s] = farAway, farAway, -1
		}
		for s, j := range inside {
			l.x[s], l.y[s], l.agent[s] = x[j], y[j], j
			t.slot[j] = int32(first*leafSize + s)
			if z != nil {
				t.leafZ[first][s] = z[j]
			}
		}
	}
	return t
}

// enclose is the interval that holds the values of the points.
func enclose(v []float64, points []int32, widen float64) interval {
	if len(points) == 0 {
		return interval{0, -1}
	}
	lo, hi := v[points[0]], v[points[0]]
	for _, j := range points {
		lo, hi = min(lo, v[j]), max(hi, v[j])
	}
	mid := lo + float64(0.5*(hi-lo))
	return interval{mid, max(hi-mid, mid-lo) + widen}
}

// place is where agent j is.
func (t *agentTree) place(j int) (x, y, z float64) {
	leaf, at := t.slot[j]/leafSize, t.slot[j]%leafSize
	l := &t.leaf[leaf]
	if t.leafZ != nil {
		z = t.leafZ[leaf][at]
	}
	return l.x[at], l.y[at], z
}

// leafValues brings a value per agent into the order of the leaves and
// computes its minimum in every node. Free places get 0.
func (t *agentTree) leafValues(v []float64) (leaf []leafValue, node []float64) {
	leaf, node = make([]leafValue, t.leaves), make([]float64, 2*t.leaves)
	for l := range leaf {
		least := math.Inf(1)
		for s, j := range t.leaf[l].agent {
			if j >= 0 {
				leaf[l][s] = v[j]
				least = min(least, v[j])
			}
		}
		node[t.leaves+l] = least
	}
	for k := t.leaves - 1; k >= 1; k-- {
		node[k] = min(node[2*k], node[2*k+1])
	}
	return leaf, node
}
